using VQWave.Inference;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Tests.Evaluation;

public sealed class GeneratorEvaluatorTests(EvaluationFixture fixture)
{
    [Theory]
    [InlineData(0, 1_000_000)]
    [InlineData(1, 1_000_000)]
    [InlineData(2, 3000)]
    [InlineData(3, 4000)]
    public void Bits_are_those_of_a_step_by_step_computation(int level, long maxCodes)
    {
        var codes = Codes(level);
        var coarser = level == 0 ? null : Codes(level - 1);
        var figures = new GeneratorEvaluator(fixture.Runtime, fixture.Pack, level).Evaluate(codes, coarser, maxCodes);

        var rows = CodeRow.Plan([.. codes.Select(c => c.Length)], fixture.Pack.Configuration.Ratio(level), maxCodes);
        Assert.Equal(rows.Sum(r => (long)r.Count), figures.Codes);
        Assert.Equal(Slow(level, codes, coarser, rows, zeros: false) / figures.Codes, figures.BitsPerCode, 1e-5);
        if (level == 0)
        {
            Assert.Null(figures.BitsWithoutContext);
        }
        else
        {
            Assert.Equal(Slow(level, codes, coarser, rows, zeros: true) / figures.Codes, figures.BitsWithoutContext!.Value, 1e-5);
            Assert.NotEqual(figures.BitsPerCode, figures.BitsWithoutContext!.Value, 1e-3);
        }

        var weighted = figures.BitsByFile.Select((bits, file) => bits * rows.Where(r => r.File == file).Sum(r => r.Count)).Sum();
        Assert.Equal(figures.BitsPerCode, weighted / figures.Codes, 1e-9);
    }

    [Fact]
    public void More_rows_than_a_batch_holds_and_files_of_unlike_length_change_nothing()
    {
        // 70 files, so 70 rows of which 64 go side by side; the context is computed anew within the longest.
        var random = new Random(5);
        var coarser = Enumerable.Range(0, 70).Select(i => Draw(random, i == 3 ? 150 : 5 + (i % 7))).ToArray();
        var codes = coarser.Select(c => Draw(random, 4 * c.Length)).ToArray();
        var figures = new GeneratorEvaluator(fixture.Runtime, fixture.Pack, 1).Evaluate(codes, coarser, 1_000_000);
        var rows = codes.Select((c, i) => new CodeRow(i, 0, c.Length - 1)).ToArray();
        Assert.Equal(rows.Sum(r => (long)r.Count), figures.Codes);
        Assert.Equal(Slow(1, codes, coarser, rows, zeros: false) / figures.Codes, figures.BitsPerCode, 1e-5);
    }

    [Fact]
    public void Unigram_entropy_of_four_even_codes_is_two_bits()
    {
        // The targets are codes 1 to 400, of which there are 100 of each.
        int[] codes = [7, .. Enumerable.Range(0, 400).Select(i => 10 + (i % 4))];
        var figures = new GeneratorEvaluator(fixture.Runtime, fixture.Pack, 0).Evaluate([codes], null, 1000);
        Assert.Equal(400, figures.Codes);
        Assert.Equal(2, figures.UnigramBits, 1e-12);
    }

    [Fact]
    public void Codes_that_are_too_few_are_refused()
    {
        var evaluator = new GeneratorEvaluator(fixture.Runtime, fixture.Pack, 0);
        Assert.Contains(
            "too short",
            Assert
                .Throws<VQWaveException>(() =>
                    evaluator.Evaluate(
                        [
                            [1],
                        ],
                        null,
                        1000
                    )
                )
                .Message
        );
    }

    private static int[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(48))];

    private int[][] Codes(int level)
    {
        using var codec = new LevelCodec(fixture.Runtime, fixture.Pack, level);
        return [codec.Encode(EvaluationFixture.Music(512 * 40, 220, 1)), codec.Encode(EvaluationFixture.Music(512 * 61, 300, 2))];
    }

    // One sequence at a time, context of the whole sequence at once, probabilities by the definition.
    private double Slow(int level, int[][] codes, int[][]? coarser, IReadOnlyList<CodeRow> rows, bool zeros)
    {
        using var stepper = new GeneratorStepper(fixture.Runtime, fixture.Pack, level);
        using var context = coarser is null ? null : new ContextRunner(fixture.Runtime, fixture.Pack, level);
        double bits = 0;
        foreach (var row in rows)
        {
            var whole = context?.Compute(coarser![row.File], 0, coarser[row.File].Length);
            stepper.Reset();
            for (var i = row.Start; i < row.Start + row.Count; i++)
            {
                stepper.Codes[0] = codes[row.File][i];
                if (zeros)
                {
                    stepper.Context.Clear();
                }
                else
                {
                    whole?.AsSpan(i * stepper.ContextWidth, stepper.ContextWidth).CopyTo(stepper.Context);
                }

                var exponentials = stepper.Step().ToArray().Select(l => Math.Exp(l)).ToArray();
                bits -= Math.Log2(exponentials[codes[row.File][i + 1]] / exponentials.Sum());
            }
        }

        return bits;
    }
}
