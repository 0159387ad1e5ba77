namespace VQWave.Vst3;

/// <summary>Properties of a factory.</summary>
[Flags]
public enum Vst3FactoryFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Classes may change from one start to the next.</summary>
    ClassesDiscardable = 1 << 0,

    /// <summary>Classes may ask for a licence.</summary>
    LicenseCheck = 1 << 1,

    /// <summary>The module stays loaded.</summary>
    ComponentNonDiscardable = 1 << 3,

    /// <summary>Strings are Unicode.</summary>
    Unicode = 1 << 4,
}
