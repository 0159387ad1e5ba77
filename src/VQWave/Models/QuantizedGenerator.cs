namespace VQWave.Models;

/// <summary>How a generator is quantised, as <c>model.json</c> says it; the graph itself decides.</summary>
public sealed record QuantizedGenerator
{
    /// <summary><c>int8</c> or <c>int4</c>.</summary>
    public required string Precision { get; init; }

    /// <summary>The quantised matrices by name (<c>lstm.0</c>, <c>dense</c>, <c>logits</c>); what is missing is float.</summary>
    public required IReadOnlyDictionary<string, QuantizedMatrixFormat> Matrices { get; init; }

    /// <summary>What it costs on held-out music; null where it was not measured.</summary>
    public QuantizationLoss? HeldOut { get; init; }
}
