namespace VQWave.Vst3;

/// <summary>What a bus carries.</summary>
public enum Vst3MediaType
{
    /// <summary>Audio samples.</summary>
    Audio = 0,

    /// <summary>Events: notes and the like.</summary>
    Event = 1,
}
