namespace VQWave.Plugin;

/// <summary>What processor and controller tell each other, on the main thread.</summary>
internal static class PluginMessages
{
    /// <summary>Controller to processor: what the latency depends on was edited.</summary>
    public const string Edited = "vqwave.edited";

    /// <summary>Controller to processor: a parameter was set, which a project that is saved now should know.</summary>
    public const string Set = "vqwave.set";

    /// <summary>The parameter's number.</summary>
    public const string Parameter = "parameter";

    /// <summary>Its value, normalised.</summary>
    public const string Value = "value";

    /// <summary>Processor to controller: the latency has changed.</summary>
    public const string Latency = "vqwave.latency";

    /// <summary>The mode, plain.</summary>
    public const string Mode = "mode";

    /// <summary>The buffer, in milliseconds.</summary>
    public const string Buffer = "buffer";
}
