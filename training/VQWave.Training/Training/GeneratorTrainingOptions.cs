using System.Diagnostics.CodeAnalysis;

namespace VQWave.Training.Training;

/// <summary>Options of <see cref="GeneratorTrainer"/>.</summary>
public sealed record GeneratorTrainingOptions : TrainingOptions
{
    /// <summary>The default recipe.</summary>
    public GeneratorTrainingOptions() { }

    /// <summary>The default recipe, for a run whose other options are there.</summary>
    [SetsRequiredMembers]
    public GeneratorTrainingOptions(TrainingOptions common, string vqvaeWeightsDirectory)
        : base(common) => VqvaeWeightsDirectory = vqvaeWeightsDirectory;

    /// <summary>Folder with the trained VQ-VAE weights of this level and the next coarser one.</summary>
    public required string VqvaeWeightsDirectory { get; init; }

    /// <summary>Where the codes of the corpus are kept; null for <c>codes</c> in the output folder.</summary>
    public string? CodesDirectory { get; init; }

    /// <summary>Codes through which one step's gradient runs; the recurrent state goes on across steps.</summary>
    public int ChunkCodes { get; init; } = 64;

    /// <summary>Share of the LSTM's outputs dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Probability mass that label smoothing spreads over all codes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Trains without the context network, to measure what it brings.</summary>
    public bool WithoutContext { get; init; }

    /// <summary>At most so many held-out codes are evaluated after an epoch.</summary>
    public int ValidationCodes { get; init; } = 200_000;

    /// <inheritdoc/>
    public override string Describe() =>
        VqvaeWeightsDirectory.Length == 0 && CodesDirectory is null
            ? base.Describe()
            : (this with { VqvaeWeightsDirectory = "", CodesDirectory = null }).Describe();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Dropout is >= 0 and < 1, "--dropout", Dropout, "0 to below 1");
        Require(LabelSmoothing is >= 0 and < 1, "--label-smoothing", LabelSmoothing, "0 to below 1");
        var ratio = Configuration.Ratio(LevelIndex);
        var segment = InputLength / Level.Compression;
        if (ChunkCodes < 1 || ChunkCodes % ratio != 0 || segment % ChunkCodes != 0)
        {
            throw new VQWaveException(
                $"--chunk {ChunkCodes} does not divide the {segment} codes of --input-length {InputLength}, or is no multiple of {ratio}; use a power of two such as 64."
            );
        }
    }
}
