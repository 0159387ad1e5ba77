namespace VQWave.Vst3;

/// <summary>The role of a bus.</summary>
public enum Vst3BusType
{
    /// <summary>The main bus of its direction.</summary>
    Main = 0,

    /// <summary>A further bus: a side chain, a separate output.</summary>
    Aux = 1,
}
