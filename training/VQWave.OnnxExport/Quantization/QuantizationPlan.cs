using VQWave.Models;

namespace VQWave.OnnxExport.Quantization;

/// <summary>Which matrices of a generator are quantised, and how.</summary>
public sealed record QuantizationPlan
{
    // Smaller blocks have no fast kernel.
    private const int SmallestBlock = 32;

    /// <summary>What the result is called.</summary>
    public required GeneratorPrecision Precision { get; init; }

    /// <summary>The LSTM layer that the embedding and the context go into.</summary>
    public required QuantizedMatrixFormat? FirstLayer { get; init; }

    /// <summary>The LSTM layers above it.</summary>
    public required QuantizedMatrixFormat? Layers { get; init; }

    /// <summary>The dense layer.</summary>
    public required QuantizedMatrixFormat? Dense { get; init; }

    /// <summary>The layer of the logits.</summary>
    public required QuantizedMatrixFormat? Logits { get; init; }

    /// <summary>The plan of a precision.</summary>
    /// <param name="precision">Int8 or Int4.</param>
    public static QuantizationPlan For(GeneratorPrecision precision)
    {
        // The widest block has the fastest kernels, and loses no more than narrower ones once the scales are fitted to the inputs. With 4 bits in the
        // dense layer and the logits, which are small, the likeliest code changes half as often again: they keep 8.
        var eight = new QuantizedMatrixFormat(8, 128);
        var four = new QuantizedMatrixFormat(4, 128);
        return precision switch
        {
            GeneratorPrecision.Int8 => new QuantizationPlan
            {
                Precision = precision,
                FirstLayer = eight,
                Layers = eight,
                Dense = eight,
                Logits = eight,
            },
            GeneratorPrecision.Int4 => new QuantizationPlan
            {
                Precision = precision,
                FirstLayer = four,
                Layers = four,
                Dense = eight,
                Logits = eight,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Only int8 and int4 have a plan."),
        };
    }

    /// <summary>The name that files and options use: <c>int8</c> or <c>int4</c>.</summary>
    public string Name => Precision == GeneratorPrecision.Int4 ? "int4" : "int8";

    /// <summary>The format of a matrix, or null where it stays float.</summary>
    /// <param name="matrix">Its name: <c>lstm.0</c>, <c>lstm.1</c>, …, <c>dense</c>, <c>logits</c>.</param>
    /// <param name="columns">Its inputs: a block is no wider than they need.</param>
    public QuantizedMatrixFormat? FormatOf(string matrix, int columns)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var format = matrix switch
        {
            "lstm.0" => FirstLayer,
            "dense" => Dense,
            "logits" => Logits,
            _ => Layers,
        };
        while (format is not null && format.Block > SmallestBlock && format.Block / 2 >= columns)
        {
            format = format with { Block = format.Block / 2 };
        }

        return format;
    }
}
