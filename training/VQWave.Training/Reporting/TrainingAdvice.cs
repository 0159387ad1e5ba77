using System.Globalization;

namespace VQWave.Training.Reporting;

/// <summary>Whether to train on or stop, from the curves of a run. The rule is stated in docs/training.md.</summary>
/// <param name="Verdict">What the curves say.</param>
/// <param name="Text">That in one or two sentences, with what to do.</param>
internal sealed record TrainingAdvice(Verdict Verdict, string Text)
{
    private const int FewestEpochs = 4;
    private const int LongestWindow = 10;

    // A codebook that uses an eighth of its codes has lost 3 bits.
    private const double CollapsedShare = 0.125;
    private const int FallingEpochs = 4;
    private const double FallenBits = 0.25;

    /// <summary>Judges a run.</summary>
    /// <param name="epochs">Its epochs in order.</param>
    /// <param name="codebookSize">Codes of a VQ-VAE; null for a generator.</param>
    public static TrainingAdvice Of(IReadOnlyList<EpochFigures> epochs, int? codebookSize)
    {
        if (codebookSize is { } size && Codebook(epochs, size) is { } warning)
        {
            return warning;
        }

        // Before there is a codebook the held-out figure means nothing.
        var judged = epochs.Where(e => double.IsFinite(e.HeldOut) && (codebookSize is null || e.CodesUsed > 0)).ToArray();
        if (judged.Length == 0)
        {
            return epochs.Any(e => double.IsFinite(e.HeldOut))
                ? new(Verdict.TooEarly, "Train on: the codebook has not begun yet.")
                : new(
                    Verdict.NothingHeldOut,
                    "No advice: give --validation-dir with pieces kept out of training, and their curve will tell when to stop."
                );
        }

        if (judged.Length < FewestEpochs)
        {
            return new(
                Verdict.TooEarly,
                $"Train on: too early to tell, {judged.Length} of at least {FewestEpochs} epochs have held-out figures."
            );
        }

        var window = judged[^Math.Clamp(judged.Length / 3, FewestEpochs, LongestWindow)..];
        var (change, noise) = Trend([.. window.Select(e => e.HeldOut)]);
        var best = judged.MinBy(e => e.HeldOut)!;
        var over = $"over the last {window.Length} epochs ({Number(change)}, noise {Number(noise)})";
        if (change < -noise)
        {
            return new(Verdict.StillFalling, $"Train on: the held-out curve still falls by more than its noise {over}.");
        }

        if (change <= noise)
        {
            return new(
                Verdict.Flat,
                $"Stop: the held-out curve is flat {over}. Epoch {best.Epoch} is the best; a larger network or more music would bring more than more steps."
            );
        }

        var (training, trainingNoise) = Trend([.. window.Select(e => e.Loss)]);
        return training > trainingNoise
            ? new(
                Verdict.Diverging,
                $"Stop: training and held-out loss both rise {over}. Go on from epoch {best.Epoch} with a smaller --learning-rate."
            )
            : new(
                Verdict.Overfit,
                $"Stop: the held-out curve rises while the training loss does not {over}: overfit. Epoch {best.Epoch} is the best; more music, --augment or --dropout help."
            );
    }

    /// <summary>Least-squares change of values from first to last, and twice its standard error.</summary>
    public static (double Change, double Noise) Trend(double[] values)
    {
        var n = values.Length;
        var middle = (n - 1) / 2.0;
        var mean = values.Average();
        double spread = 0;
        double product = 0;
        for (var i = 0; i < n; i++)
        {
            spread += (i - middle) * (i - middle);
            product += (i - middle) * (values[i] - mean);
        }

        var slope = product / spread;
        double squares = 0;
        for (var i = 0; i < n; i++)
        {
            var residual = values[i] - mean - (slope * (i - middle));
            squares += residual * residual;
        }

        return (slope * (n - 1), 2 * Math.Sqrt(squares / (n - 2) / spread) * (n - 1));
    }

    private static TrainingAdvice? Codebook(IReadOnlyList<EpochFigures> epochs, int size)
    {
        // An epoch that a time limit cut short has seen too little music to use many codes.
        var longest = epochs.Count == 0 ? 0 : epochs.Max(e => e.Steps);
        var quantized = epochs.Where(e => e.CodesUsed > 0 && e.Steps >= longest / 2).ToArray();
        if (quantized.Length == 0)
        {
            return null;
        }

        var last = quantized[^1];
        if (last.CodesUsed < size * CollapsedShare || last.Perplexity < size * CollapsedShare * CollapsedShare)
        {
            return new(
                Verdict.Collapsed,
                $"Stop: the codebook has collapsed: {last.CodesUsed:0} of {size} codes are used, {last.EntropyBits.ToString("0.0", CultureInfo.InvariantCulture)} effective bits. "
                    + "Go on from trained networks with --start-epoch N --new-codebook, or begin anew with more --unquantized-steps or a smaller --learning-rate."
            );
        }

        if (quantized.Length < FallingEpochs)
        {
            return null;
        }

        var bits = quantized[^FallingEpochs..].Select(e => e.EntropyBits).ToArray();
        var falls = bits.Zip(bits.Skip(1)).All(p => p.Second < p.First);
        return falls && bits[0] - bits[^1] > FallenBits
            ? new(
                Verdict.FallingUsage,
                $"Watch: effective bits fell in each of the last {FallingEpochs} epochs, from {Number(bits[0])} to {Number(bits[^1])}: the codebook is on its way to collapse. "
                    + "A smaller --learning-rate, --freeze-encoder or a larger --batch-size stops that."
            )
            : null;
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
