namespace VQWave.Vst3;

/// <summary>Which way a bus goes, seen from the plug-in.</summary>
public enum Vst3BusDirection
{
    /// <summary>Into the plug-in.</summary>
    Input = 0,

    /// <summary>Out of the plug-in.</summary>
    Output = 1,
}
