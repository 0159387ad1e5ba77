namespace VQWave.Vst3;

/// <summary>What a module offers. All members are for the main thread.</summary>
public abstract class Vst3Factory
{
    /// <summary>About the factory.</summary>
    public abstract Vst3FactoryInfo Info { get; }

    /// <summary>Its classes; the same list every time.</summary>
    public abstract IReadOnlyList<Vst3Class> Classes { get; }

    /// <summary>The host that loaded the module, as far as it has introduced itself.</summary>
    public Vst3Host Host { get; internal set; } = Vst3Host.None;

    /// <summary>The module is about to be unloaded: stop threads, free what instances share.</summary>
    protected internal virtual void OnModuleExit() { }
}
