namespace VQWave.OnnxExport;

/// <summary>What a graph carries besides its computation.</summary>
public sealed record ExportOptions
{
    /// <summary>Storage of the weights.</summary>
    public WeightStorage Storage { get; init; } = WeightStorage.Float32;

    /// <summary>Producer that the file names.</summary>
    public string ProducerName { get; init; } = "VQWave";

    /// <summary>Version of the producer.</summary>
    public string ProducerVersion { get; init; } = typeof(ExportOptions).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>
    /// Metadata of every file, beside <c>vqwave.stage</c>, <c>vqwave.level</c> and <c>vqwave.format</c>, which cannot be replaced.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
