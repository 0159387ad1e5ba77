namespace VQWave.Plugin;

/// <summary>What processor and controller tell each other, on the main thread.</summary>
internal static class PluginMessages
{
    /// <summary>Controller to processor: what the latency depends on was edited.</summary>
    public const string Edited = "vqwave.edited";

    /// <summary>Processor to controller: the latency has changed.</summary>
    public const string Latency = "vqwave.latency";

    /// <summary>The mode, plain.</summary>
    public const string Mode = "mode";

    /// <summary>The buffer, in milliseconds.</summary>
    public const string Buffer = "buffer";
}
