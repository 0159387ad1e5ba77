using VQWave.Generation;
using VQWave.Inference;

namespace VQWave.Tests.Generation;

public class HierarchicalGeneratorTests(TinyPackFixture tiny)
{
    private static readonly GenerationRequest Request = new()
    {
        Seed = 42,
        FinestLevel = 3,
        Length = 3000,
    };

    [Fact]
    public void Levels_have_the_lengths_of_their_ratio_and_begin_with_the_start_code()
    {
        var levels = Generate(Request with { Length = 3001 });
        Assert.Equal([47, 188, 751, 3001], levels.Select(l => l.Codes.Length));
        for (var i = 0; i < levels.Count; i++)
        {
            Assert.Equal(tiny.Pack.Manifest.StartCodes[i], levels[i].Codes[0]);
            Assert.All(levels[i].Codes, c => Assert.InRange(c, 0, 47));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_codes_and_another_gives_others()
    {
        var first = Generate(Request);
        var again = Generate(Request);
        var other = Generate(Request with { Seed = 43 });
        for (var i = 0; i < first.Count; i++)
        {
            Assert.Equal(first[i].Codes, again[i].Codes);
            Assert.NotEqual(first[i].Codes, other[i].Codes);
        }
    }

    [Fact]
    public void Greedy_does_not_depend_on_the_seed()
    {
        var greedy = Request with
        {
            Length = 500,
            Sampling = new SamplingSettings { Temperature = 0 },
        };
        var first = Generate(greedy);
        var second = Generate(greedy with { Seed = 7 });
        Assert.Equal(first.Select(l => l.Codes), second.Select(l => l.Codes));
    }

    [Fact]
    public void A_level_is_what_stepping_it_over_the_whole_context_gives()
    {
        var levels = Generate(
            Request with
            {
                Length = 3000,
                Sampling = new SamplingSettings { TopK = 10, Temperature = 1.2f },
            }
        );
        for (var i = 0; i < levels.Count; i++)
        {
            Assert.Equal(StepByStep(i, levels[i].Codes.Length, i == 0 ? [] : levels[i - 1].Codes), levels[i].Codes);
        }
    }

    [Fact]
    public void A_coarser_finest_level_generates_the_same_coarse_codes_and_no_more()
    {
        var all = Generate(Request with { Length = 2560 });
        var coarse = Generate(Request with { FinestLevel = 1, Length = 160 });
        Assert.Equal(2, coarse.Count);
        Assert.Equal(all[0].Codes, coarse[0].Codes);
        Assert.Equal(all[1].Codes, coarse[1].Codes);
    }

    [Fact]
    public void Progress_reaches_the_end_of_each_level_and_cancellation_stops()
    {
        var ends = new List<int>();
        using var generator = new HierarchicalGenerator(tiny.Runtime, tiny.Pack);
        generator.Generate(Request, p => ends.AddRange(p.Done == p.Total ? [p.LevelIndex] : Array.Empty<int>()));
        Assert.Equal([0, 1, 2, 3], ends);

        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            generator.Generate(
                Request,
                p =>
                {
                    if (p is { LevelIndex: 3, Done: > 0 })
                    {
                        source.Cancel();
                    }
                },
                source.Token
            )
        );
    }

    [Theory]
    [InlineData(InferencePrecision.Float32)]
    [InlineData(InferencePrecision.Int8)]
    [InlineData(InferencePrecision.Int4)]
    public void Each_of_several_pieces_is_what_it_is_alone(InferencePrecision precision)
    {
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu, Precision = precision }, tiny.Pack);
        using var generator = new HierarchicalGenerator(runtime, tiny.Pack);
        var together = generator.Generate(Request with { Count = 5 });
        if (!together[0].Engine.StartsWith("kernels", StringComparison.Ordinal))
        {
            Assert.Skip("this processor runs the generators in ONNX Runtime");
        }

        Assert.All(together, l => Assert.Equal(precision, l.Precision));
        // From one number of pieces to another and back, the kept steppers serve.
        for (var piece = 0; piece < 5; piece++)
        {
            var alone = generator.Generate(Request with { Seed = Request.Seed + (ulong)piece });
            for (var i = 0; i < together.Count; i++)
            {
                Assert.Equal(5, together[i].Pieces.Count);
                Assert.Equal(alone[i].Codes, together[i].Pieces[piece]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Shares_of_pieces_on_several_threads_give_the_same_codes(int threads)
    {
        var request = Request with { Seed = ulong.MaxValue - 1, Count = 5, Length = 900 };
        var expected = Generate(request);
        using var generator = new PieceGenerator(tiny.Runtime, tiny.Pack, threads);
        var told = 0;
        var actual = generator.Generate(request, _ => told++);
        Assert.True(told > 3);
        for (var level = 0; level < expected.Count; level++)
        {
            Assert.Equal(expected[level].Pieces, actual[level].Pieces);
        }

        Assert.Throws<VQWaveException>(() => generator.Generate(request with { Count = 65 }));
        Assert.Throws<OperationCanceledException>(() => generator.Generate(request, null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Seeds_of_several_pieces_go_on_at_0_after_the_last()
    {
        var pieces = Generate(Request with { Seed = ulong.MaxValue, Count = 2, Length = 400 })[^1].Pieces;
        Assert.Equal(Generate(Request with { Seed = ulong.MaxValue, Length = 400 })[^1].Codes, pieces[0]);
        Assert.Equal(Generate(Request with { Seed = 0, Length = 400 })[^1].Codes, pieces[1]);
    }

    /// <summary>ONNX Runtime promises no order of a sum: logits are the same within rounding, so a code differs where two are nearly as likely.</summary>
    [Fact]
    public void On_onnx_runtime_pieces_have_the_codes_that_they_have_alone_but_for_rounding()
    {
        using var generator = new HierarchicalGenerator(
            tiny.Runtime,
            tiny.Pack,
            (level, batch) => GeneratorStepper.OnOnnxRuntime(tiny.Runtime, tiny.Pack, level, batch)
        );
        var together = generator.Generate(Request with { Count = 3, Length = 1000 });
        Assert.All(together, l => Assert.Equal("onnxruntime", l.Engine));
        for (var piece = 0; piece < 3; piece++)
        {
            var alone = generator.Generate(Request with { Seed = Request.Seed + (ulong)piece, Length = 1000 });
            var same = together[0].Pieces[piece].Zip(alone[0].Codes).TakeWhile(c => c.First == c.Second).Count();
            Assert.InRange(same, together[0].Pieces[piece].Length / 2, together[0].Pieces[piece].Length);
        }
    }

    [Theory]
    [InlineData(0, "1 to 64")]
    [InlineData(65, "1 to 64")]
    [InlineData(64, "14400 seconds together")]
    public void Too_many_pieces_are_refused(int count, string what)
    {
        var message = Assert.Throws<VQWaveException>(() => Generate(Request with { Count = count, Length = 2_000_000 })).Message;
        Assert.Contains(what, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void Lengths_out_of_range_are_refused(int length)
    {
        var message = Assert.Throws<VQWaveException>(() => Generate(Request with { Length = length })).Message;
        Assert.Contains("3600 seconds", message);
    }

    private IReadOnlyList<GeneratedLevel> Generate(GenerationRequest request)
    {
        using var generator = new HierarchicalGenerator(tiny.Runtime, tiny.Pack);
        return generator.Generate(request);
    }

    // The definition, with the whole context at once.
    private List<int> StepByStep(int index, int length, int[] coarser)
    {
        using var stepper = new GeneratorStepper(tiny.Runtime, tiny.Pack, index);
        float[] context = [];
        if (index > 0)
        {
            using var runner = new ContextRunner(tiny.Runtime, tiny.Pack, index);
            context = runner.Compute(coarser, 0, coarser.Length);
        }

        var sampler = new CodeSampler(stepper.CodebookSize);
        var codes = new List<int> { tiny.Pack.Manifest.StartCodes[index] };
        while (codes.Count < length)
        {
            var i = codes.Count - 1;
            stepper.Codes[0] = codes[i];
            context.AsSpan(i * stepper.ContextWidth, stepper.ContextWidth).CopyTo(stepper.Context);
            var uniform = new CounterRandom(42, (uint)index).Uniform((ulong)codes.Count);
            codes.Add(sampler.Sample(stepper.Step(), 1.2f, 10, uniform));
        }

        return codes;
    }
}
