namespace VQWave.Vst3;

/// <summary>How a host turns knobs.</summary>
public enum Vst3KnobMode
{
    /// <summary>Circular, jumping to the pointer.</summary>
    Circular = 0,

    /// <summary>Circular, relative.</summary>
    RelativeCircular = 1,

    /// <summary>Linear.</summary>
    Linear = 2,
}
