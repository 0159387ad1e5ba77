using System.Globalization;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Ablation;

/// <summary>A way of training a VQ-VAE that is compared with others.</summary>
/// <param name="Name">What <c>--recipes</c> and the table call it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Apply">Turns our options into its options; also given the variance of the corpus's samples.</param>
internal sealed record AblationRecipe(string Name, string Title, Func<VqvaeTrainingOptions, double, VqvaeTrainingOptions> Apply)
{
    // The Python project draws the replacements of dead codes from the first 32 latents of a batch.
    private const int SeedRestartPool = 32;

    /// <summary>The recipes there are: the Python project's, ours, and ours with one thing taken from the other.</summary>
    public static IReadOnlyList<AblationRecipe> All { get; } =
    [
        new(
            "seed",
            "the Python project's: plain squared error, gradient codebook from a random start, restarts from 32 latents",
            (o, variance) =>
                o with
                {
                    Loss = PlainError(variance),
                    Codebook = CodebookLearning.Gradient,
                    KMeansStart = false,
                    UnquantizedSteps = 0,
                    RestartPool = SeedRestartPool,
                    CodebookOfWholeCrops = true,
                }
        ),
        new("ours", "multi-scale STFT and waveform, EMA codebook from k-means, restarts from the whole batch", (o, _) => o),
        new("mse", "ours with the plain squared error", (o, variance) => o with { Loss = PlainError(variance) }),
        new("gradient", "ours with a gradient codebook", (o, _) => o with { Codebook = CodebookLearning.Gradient }),
        new("random", "ours with a codebook from a random start", (o, _) => o with { KMeansStart = false, UnquantizedSteps = 0 }),
        new(
            "noise",
            "ours with noise in place of the error of quantisation",
            (o, _) => o with { Gradient = QuantizerGradient.NoiseSubstitution }
        ),
        new("ends", "ours with the ends of crops in the codebook", (o, _) => o with { CodebookOfWholeCrops = true }),
        new("split", "ours with halves of the codes used most in the place of dead ones", (o, _) => o with { Restart = CodeRestart.Split }),
        new("pool", "ours with restarts from 32 latents", (o, _) => o with { RestartPool = SeedRestartPool }),
    ];

    // The waveform loss is relative to the corpus's variance: this weight undoes that.
    private static string PlainError(double variance) => $"mse={variance.ToString("R", CultureInfo.InvariantCulture)}";
}
