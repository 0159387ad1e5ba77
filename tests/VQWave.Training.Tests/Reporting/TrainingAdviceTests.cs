using VQWave.TestSupport;
using VQWave.Training.Reporting;

namespace VQWave.Training.Tests.Reporting;

public sealed class TrainingAdviceTests
{
    [Theory]
    [InlineData("StillFalling", "Train on", 9.0, 8.0, 7.0, 6.2, 5.5, 5.0)]
    [InlineData("Flat", "Stop", 9.0, 5.0, 5.02, 4.99, 5.01, 5.0)]
    [InlineData("Flat", "Stop", 9.0, 5.0, 4.6, 5.3, 4.7, 5.1)]
    [InlineData("Overfit", "Stop", 9.0, 5.0, 5.2, 5.4, 5.7, 6.0)]
    [InlineData("TooEarly", "Train on", 9.0, 5.0, 3.0)]
    public void The_held_out_curve_decides(string verdict, string begins, params double[] heldOut)
    {
        var advice = TrainingAdvice.Of([.. heldOut.Select((h, i) => Epoch(i, h))], 1024);
        Assert.Equal(verdict, advice.Verdict.ToString());
        Assert.StartsWith(begins, advice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_curve_that_rises_with_the_training_loss_diverges()
    {
        var epochs = new[] { 5, 5.2, 5.4, 5.7, 6.0 }.Select((h, i) => Epoch(i, h) with { Loss = 4 + (0.3 * i) }).ToArray();
        var advice = TrainingAdvice.Of(epochs, null);
        Assert.Equal(Verdict.Diverging, advice.Verdict);
        Assert.Contains("epoch 1 ", advice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_codebook_is_looked_at_first()
    {
        EpochFigures[] falling = [.. Enumerable.Range(0, 8).Select(i => Epoch(i, 9 - i))];
        Assert.Equal(Verdict.StillFalling, TrainingAdvice.Of(falling, 1024).Verdict);
        Assert.Equal(Verdict.Collapsed, TrainingAdvice.Of([.. falling[..^1], falling[^1] with { CodesUsed = 100 }], 1024).Verdict);
        Assert.Equal(Verdict.Collapsed, TrainingAdvice.Of([.. falling[..^1], falling[^1] with { Perplexity = 15 }], 1024).Verdict);
        EpochFigures[] losing = [.. falling.Select((e, i) => e with { EntropyBits = 9 - (0.1 * i) })];
        Assert.Equal(Verdict.FallingUsage, TrainingAdvice.Of(losing, 1024).Verdict);
        EpochFigures[] once = [.. losing.Select((e, i) => i == 6 ? e with { EntropyBits = 9 } : e)];
        Assert.Equal(Verdict.StillFalling, TrainingAdvice.Of(once, 1024).Verdict);
        Assert.Equal(Verdict.StillFalling, TrainingAdvice.Of(losing, null).Verdict);
    }

    [Fact]
    public void An_epoch_cut_short_says_nothing_of_the_codebook()
    {
        double[] bits = [9.4, 9.3, 9.25, 9.2, 8.1];
        EpochFigures[] epochs = [.. bits.Select((b, i) => Epoch(i, 9 - i) with { EntropyBits = b })];
        Assert.Equal(Verdict.FallingUsage, TrainingAdvice.Of(epochs, 1024).Verdict);
        var cut = epochs[^1] with { Steps = 1, CodesUsed = 20, Perplexity = 12 };
        Assert.Equal(Verdict.StillFalling, TrainingAdvice.Of([.. epochs[..^1], cut], 1024).Verdict);
        Assert.Equal(Verdict.Collapsed, TrainingAdvice.Of([.. epochs[..^1], cut with { Steps = 200 }], 1024).Verdict);
    }

    [Fact]
    public void Steps_of_an_epoch_are_read_from_the_metrics()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(
            folder["metrics.csv"],
            ["step,epoch,seconds,loss", "300,1,2.5,0.5", "600,2,5,0.4", "601,3,5.1,0.3", "150,4,8,0.3", "170,5,9,0.3"]
        );
        var epochs = EpochFigures.Read(folder["metrics.csv"]);
        Assert.Equal([300, 300, 1, 150, 20], epochs.Select(e => e.Steps));
        Assert.Equal([1, 2, 3, 4, 5], epochs.Select(e => e.Epoch));
    }

    [Fact]
    public void Without_held_out_music_or_a_codebook_there_is_nothing_to_judge()
    {
        Assert.Equal(Verdict.NothingHeldOut, TrainingAdvice.Of([Epoch(0, double.NaN)], 1024).Verdict);
        EpochFigures[] unquantized =
        [
            .. Enumerable.Range(0, 8).Select(i => Epoch(i, 9 - i) with { CodesUsed = 0, Perplexity = double.NaN }),
        ];
        Assert.Equal(Verdict.TooEarly, TrainingAdvice.Of(unquantized, 1024).Verdict);
    }

    /// <summary>Closed form: values 0, 1, 2, 4 have the slope 1.3 and residual squares 0.3.</summary>
    [Fact]
    public void The_trend_is_that_of_least_squares()
    {
        var (change, noise) = TrainingAdvice.Trend([0, 1, 2, 4]);
        Assert.Equal(3 * 1.3, change, 12);
        Assert.Equal(2 * Math.Sqrt(0.3 / 2 / 5) * 3, noise, 12);
    }

    private static EpochFigures Epoch(int index, double heldOut) =>
        new(index + 1, 60 * index, 4 - (0.1 * index), heldOut, 1000, 800, 9.6, 20, 300);
}
