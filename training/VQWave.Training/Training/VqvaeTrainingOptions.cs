using System.Diagnostics.CodeAnalysis;
using VQWave.Training.Losses;
using VQWave.Training.Networks;

namespace VQWave.Training.Training;

/// <summary>Options of <see cref="VqvaeTrainer"/>.</summary>
public sealed record VqvaeTrainingOptions : TrainingOptions
{
    /// <summary>Our recipe.</summary>
    public VqvaeTrainingOptions() { }

    /// <summary>Our recipe, for a run whose other options are there.</summary>
    [SetsRequiredMembers]
    public VqvaeTrainingOptions(TrainingOptions common)
        : base(common) { }

    /// <summary>Reconstruction loss as <see cref="LossMix"/> reads it.</summary>
    public string Loss { get; init; } = "stft";

    /// <summary>Weight of the commitment loss, relative to the variance of the latents.</summary>
    public double Commitment { get; init; } = 0.25;

    /// <summary>How code vectors are learnt.</summary>
    public CodebookLearning Codebook { get; init; } = CodebookLearning.Ema;

    /// <summary>How the gradient gets past the choice of codes.</summary>
    public QuantizerGradient Gradient { get; init; } = QuantizerGradient.StraightThrough;

    /// <summary>Steps at the beginning in which latents pass unquantised, before the k-means start.</summary>
    public int UnquantizedSteps { get; init; } = 100;

    /// <summary>Whether the codebook starts from k-means over latents, or stays the random vectors that it is made of.</summary>
    public bool KMeansStart { get; init; } = true;

    /// <summary>What takes the place of a dead code.</summary>
    public CodeRestart Restart { get; init; } = CodeRestart.Latents;

    /// <summary>Restarts draw from so many latents at the beginning of the batch; 0 for all of it.</summary>
    public int RestartPool { get; init; }

    /// <summary>
    /// With <see cref="TrainingOptions.StartEpoch"/>: keep encoder and decoder but begin again without quantisation, then with a new codebook.
    /// </summary>
    public bool NewCodebook { get; init; }

    /// <summary>
    /// With <see cref="TrainingOptions.StartEpoch"/>: the encoder stays as it is; codebook and decoder learn. At high compressions few latents
    /// come in a step, and a codebook cannot follow an encoder that moves.
    /// </summary>
    public bool FreezeEncoder { get; init; }

    /// <summary>
    /// With <see cref="TrainingOptions.StartEpoch"/>: encoder and codebook stay as they are and the decoder alone learns. Codes stay what they were, so that generators
    /// that were trained on them still fit.
    /// </summary>
    public bool DecoderOnly { get; init; }

    /// <summary>Whether the codebook learns also from latents that see the silence around a crop; else from those alone that see music.</summary>
    public bool CodebookOfWholeCrops { get; init; }

    /// <summary>Steps between looks for dead codes; 0 for never.</summary>
    public int RestartInterval { get; init; } = 20;

    /// <summary>A code chosen less than this share of the average is dead.</summary>
    public double RestartThreshold { get; init; } = 0.05;

    /// <summary>What crops are put through, as <see cref="Data.Augmentation"/> reads it; empty for nothing.</summary>
    public string Augment { get; init; } = "";

    /// <summary>Epochs between samples of audio, where there is held-out music; 0 for none.</summary>
    public int SampleEpochs { get; init; } = 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        _ = LossMix.Parse(Loss);
        _ = Data.Augmentation.Parse(Augment);
        Require(Commitment is >= 0 and <= 100, "--commitment", Commitment, "0 to 100");
        if ((FreezeEncoder || NewCodebook || DecoderOnly) && StartEpoch == 0 && InitialWeights is null && !Resume)
        {
            throw new VQWaveException(
                "--freeze-encoder, --decoder-only and --new-codebook go on from trained networks; add --start-epoch N or --initial-weights DIR."
            );
        }

        if (DecoderOnly && NewCodebook)
        {
            throw new VQWaveException("--decoder-only keeps the codebook and --new-codebook begins another: give one of them.");
        }

        Require(UnquantizedSteps >= 0, "--unquantized-steps", UnquantizedSteps, "0 or more");
        Require(SampleEpochs >= 0, "--sample-epochs", SampleEpochs, "0 or more");
        Require(RestartInterval >= 0, "--restart-interval", RestartInterval, "0 or more");
        Require(RestartThreshold is >= 0 and <= 1, "--restart-threshold", RestartThreshold, "0 to 1");
    }
}
