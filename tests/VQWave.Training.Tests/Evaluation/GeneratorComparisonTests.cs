using VQWave.Inference;
using VQWave.Models;
using VQWave.OnnxExport.Quantization;
using VQWave.TestSupport;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Tests.Evaluation;

public sealed class GeneratorComparisonTests(EvaluationFixture fixture)
{
    [Fact]
    public void A_pack_loses_nothing_against_itself()
    {
        var codes = Codes(1);
        var loss = new GeneratorComparison(fixture.Runtime, fixture.Pack, fixture.Pack, 1).Compare(codes, Codes(0), 1000);
        Assert.Equal((0, 1), (loss.LossBits, loss.EqualGreedyShare));
        Assert.Equal(loss.BitsPerCodeFloat, loss.BitsPerCode);
        Assert.Equal(2, loss.Files);
        var figures = new GeneratorEvaluator(fixture.Runtime, fixture.Pack, 1).Evaluate(codes, Codes(0), 1000);
        Assert.Equal(figures.Codes, loss.Codes);
        Assert.Equal(figures.BitsPerCode, loss.BitsPerCodeFloat, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Bits_and_equal_codes_are_those_of_a_step_by_step_computation(int level)
    {
        using var folder = new TemporaryFolder();
        var plan = QuantizationPlan.For(GeneratorPrecision.Int4);
        PackQuantizer.Write(fixture.Pack, folder["int4"], new PackQuantizerOptions { Plan = plan, CalibrationSteps = 0 });
        var quantized = ModelPack.Open(folder["int4"]);
        var codes = Codes(level);
        var coarser = level == 0 ? null : Codes(level - 1);
        var loss = new GeneratorComparison(fixture.Runtime, fixture.Pack, quantized, level).Compare(codes, coarser, 1_000_000);

        var (floatBits, floatGreedy) = Slow(fixture.Pack, level, codes, coarser);
        var (bits, greedy) = Slow(quantized, level, codes, coarser);
        Assert.Equal(codes.Sum(c => c.Length - 1), loss.Codes);
        Assert.Equal(floatBits / loss.Codes, loss.BitsPerCodeFloat, 2e-5);
        Assert.Equal(bits / loss.Codes, loss.BitsPerCode, 2e-5);
        Assert.Equal((bits - floatBits) / loss.Codes, loss.LossBits, 2e-5);
        var equal = floatGreedy.Zip(greedy).Count(p => p.First == p.Second);
        Assert.Equal((double)equal / loss.Codes, loss.EqualGreedyShare, 2.5 / loss.Codes);
        Assert.NotEqual(loss.BitsPerCodeFloat, loss.BitsPerCode);
    }

    [Fact]
    public void Codes_that_are_too_few_are_refused()
    {
        var comparison = new GeneratorComparison(fixture.Runtime, fixture.Pack, fixture.Pack, 0);
        int[][] codes =
        [
            [1],
        ];
        Assert.Contains("too short", Assert.Throws<VQWaveException>(() => comparison.Compare(codes, null, 10)).Message);
    }

    private int[][] Codes(int level)
    {
        using var codec = new LevelCodec(fixture.Runtime, fixture.Pack, level);
        return [codec.Encode(EvaluationFixture.Music(512 * 40, 220, 1)), codec.Encode(EvaluationFixture.Music(512 * 61, 300, 2))];
    }

    // From where each row begins, which of a whole file is its parts in turn: states are zero there.
    private (double Bits, List<int> Greedy) Slow(ModelPack pack, int level, int[][] codes, int[][]? coarser)
    {
        using var stepper = new GeneratorStepper(fixture.Runtime, pack, level);
        using var context = coarser is null ? null : new ContextRunner(fixture.Runtime, pack, level);
        double bits = 0;
        var greedy = new List<int>();
        foreach (var row in CodeRow.Plan([.. codes.Select(c => c.Length)], pack.Configuration.Ratio(level), 1_000_000))
        {
            var whole = context?.Compute(coarser![row.File], 0, coarser[row.File].Length);
            stepper.Reset();
            for (var i = row.Start; i < row.Start + row.Count; i++)
            {
                stepper.Codes[0] = codes[row.File][i];
                whole?.AsSpan(i * stepper.ContextWidth, stepper.ContextWidth).CopyTo(stepper.Context);
                var logits = stepper.Step().ToArray();
                var exponentials = logits.Select(l => Math.Exp(l)).ToArray();
                bits -= Math.Log2(exponentials[codes[row.File][i + 1]] / exponentials.Sum());
                greedy.Add(Array.IndexOf(logits, logits.Max()));
            }
        }

        return (bits, greedy);
    }
}
