using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.OnnxExport.Tests;
using VQWave.Torch;
using VQWave.Training.Networks;

namespace VQWave.Training.Tests.Networks;

/// <summary>The networks in libtorch against the exported graphs in ONNX Runtime, which have their own tests against plain loops.</summary>
public sealed class NetworkTests : IDisposable
{
    private const int Codes = 9;
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly Random _random = new(7);

    public static TheoryData<string, int> Levels =>
        new()
        {
            { "tiny-same", 0 },
            { "tiny-same", 1 },
            { "tiny-causal", 0 },
            { "tiny-causal", 1 },
            { "tiny-lookahead", 0 },
            { "tiny-lookahead", 1 },
            { "live", 3 },
        };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Levels))]
    public void Encoder_is_the_exported_graph(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        var weights = RandomWeights.Create(configuration, index, ModelStage.Encoder, 1);
        using var module = new ConvolutionStack(level.Encoder, 1, level.Compression);
        Check.Load(module, weights);
        var audio = Noise(2 * Codes * level.Compression);
        using var graph = new Graph(StageGraphs.Encoder(configuration, index, weights));
        var expected = (float[])graph.Run(("audio", audio, [2, Codes * level.Compression]))["latents"];

        var latents = module.forward(torch.tensor(audio, 2, 1, Codes * level.Compression));

        Assert.Equal([2L, level.CodebookDimension, Codes], latents.shape);
        Check.Close(expected, latents.transpose(1, 2).contiguous().ToArray<float>(), 2e-5);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Decoder_is_the_exported_graph(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        var weights = RandomWeights.Create(configuration, index, ModelStage.Decoder, 2);
        var codebook = RandomWeights.Create(configuration, index, ModelStage.Codebook, 3);
        using var module = new Vqvae(level);
        Check.Load(module.Decoder, weights);
        module.Quantizer.Codebook.copy_(torch.tensor(codebook["codebook"].Data, codebook["codebook"].Shape));
        var codes = RandomCodes(2 * Codes, level.CodebookSize);
        using var graph = new Graph(StageGraphs.Decoder(configuration, index, weights, codebook));
        var expected = (float[])graph.Run(("codes", codes, [2, Codes]))["audio"];

        var audio = module.DecodeCodes(torch.tensor(codes, 2, Codes));

        Assert.Equal([2L, Codes * level.Compression], audio.shape);
        Check.Close(expected, audio.ToArray<float>(), 2e-5);
    }

    [Theory]
    [InlineData("tiny-causal", 0, 0)]
    [InlineData("tiny-causal", 1, 0)]
    [InlineData("tiny-lookahead", 0, 2)]
    [InlineData("tiny-lookahead", 1, 2)]
    public void Encoder_and_decoder_hear_no_further_ahead_than_configured(string name, int index, int lookahead)
    {
        var level = TestConfigurations.Get(name).Levels[index];
        using var noGrad = torch.no_grad();
        using var encoder = new ConvolutionStack(level.Encoder, 1, level.Compression);
        using var decoder = new ConvolutionStack(level.Decoder, level.CodebookDimension, level.Compression);
        const int Length = 12;
        const int Changed = 7;
        var audio = Noise(Length * level.Compression);
        var other = (float[])audio.Clone();
        other[Changed * level.Compression] += 1;
        var first = FirstDifference(
            encoder.forward(torch.tensor(audio, 1, 1, audio.Length)),
            encoder.forward(torch.tensor(other, 1, 1, other.Length))
        );
        Assert.Equal(Changed - lookahead, first);

        var vectors = torch.tensor(Noise(level.CodebookDimension * Length), 1, level.CodebookDimension, Length);
        var moved = vectors.clone();
        moved.narrow(2, Changed, 1).add_(1.0);
        var sample = FirstDifference(decoder.forward(vectors), decoder.forward(moved));
        Assert.Equal((Changed - lookahead) * level.Compression, sample);
    }

    [Theory]
    [InlineData("tiny-same", 1)]
    [InlineData("tiny-causal", 1)]
    [InlineData("tiny-lookahead", 1)]
    [InlineData("live", 2)]
    public void Context_network_is_the_exported_graph(string name, int index)
    {
        var configuration = TestConfigurations.Get(name);
        var weights = RandomWeights.Create(configuration, index, ModelStage.Context, 4);
        using var module = Context(configuration, index, weights);
        var codes = RandomCodes(2 * Codes, configuration.Levels[index - 1].CodebookSize);
        using var graph = new Graph(StageGraphs.Context(configuration, index, weights));
        var expected = (float[])graph.Run(("codes", codes, [2, Codes]))["context"];

        var context = module.forward(torch.tensor(codes, 2, Codes));

        Assert.Equal([2L, Codes * configuration.Ratio(index), configuration.Levels[index].Generator.ContextWidth], context.shape);
        Check.Close(expected, context.contiguous().ToArray<float>(), 2e-5);
    }

    /// <summary>Every window of several lengths in pieces shorter and longer than the receptive field.</summary>
    [Theory]
    [InlineData("same", 40)]
    [InlineData("causal", 40)]
    [InlineData("lookahead", 40)]
    [InlineData("same", 5)]
    [InlineData("causal", 5)]
    [InlineData("lookahead", 5)]
    [InlineData("long lookahead", 6)]
    [InlineData("long lookahead", 40)]
    [InlineData("even kernel", 30)]
    public void A_window_has_the_context_of_the_whole_piece(string kind, int length)
    {
        var padding = kind switch
        {
            "causal" => Padding.Causal,
            "lookahead" => Padding.Lookahead(2),
            "long lookahead" => Padding.Lookahead(9),
            _ => Padding.Same,
        };
        var network = new GeneratorNetwork
        {
            EmbeddingDimension = 3,
            Units = 4,
            Context = new ContextNetwork
            {
                EmbeddingDimension = 5,
                Channels = 6,
                Kernel = kind == "even kernel" ? 4 : 3,
                Dilations = [1, 2, 3],
                Padding = padding,
                ToOutput = true,
            },
        };
        torch.manual_seed(3);
        using var noGrad = torch.no_grad();
        using var module = new ContextModule(network, 11, 4);
        foreach (var (name, tensor) in module.state_dict())
        {
            // Biases of zero would hide that padding and a layer's answer to it differ.
            if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                tensor.normal_(0, 0.5);
            }
        }

        var piece = RandomCodes(length, 11);
        var whole = module.forward(torch.tensor(piece, 1, length)).contiguous().ToArray<float>();
        var (history, lookahead) = (network.Context.HistoryCodes, network.Context.LookaheadCodes);
        foreach (var count in new[] { 1, 2, length / 2, length })
        {
            // All windows as one batch, the places outside the piece filled with codes that must not be heard.
            var starts = Enumerable.Range(0, length - count + 1).ToArray();
            var window = history + count + lookahead;
            var codes = new long[starts.Length * window];
            var inside = new float[codes.Length];
            for (var s = 0; s < starts.Length; s++)
            {
                for (var i = 0; i < window; i++)
                {
                    var at = starts[s] - history + i;
                    var isInside = at >= 0 && at < length;
                    codes[(s * window) + i] = isInside ? piece[at] : _random.Next(11);
                    inside[(s * window) + i] = isInside ? 1 : 0;
                }
            }

            var found = module
                .ForwardWindow(torch.tensor(codes, starts.Length, window), torch.tensor(inside, starts.Length, window), count)
                .contiguous()
                .ToArray<float>();
            var width = count * 4 * network.ContextWidth;
            Assert.Equal(starts.Length * width, found.Length);
            foreach (var start in starts)
            {
                Check.Close(whole.AsSpan(start * 4 * network.ContextWidth, width), found.AsSpan(start * width, width), 1e-5);
            }
        }
    }

    [Theory]
    [InlineData("tiny-same", 0)]
    [InlineData("tiny-same", 1)]
    [InlineData("tiny-causal", 1)]
    [InlineData("live", 2)]
    public void Generator_over_a_sequence_is_the_exported_step_repeated(string name, int index)
    {
        const int Length = 7;
        const int Batch = 2;
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        var network = level.Generator;
        var weights = RandomWeights.Create(configuration, index, ModelStage.Generator, 5);
        using var module = new GeneratorModule(network, level.CodebookSize);
        Check.Load(module, weights);
        var codes = RandomCodes(Batch * Length, level.CodebookSize);
        var context = Noise(Batch * Length * network.ContextWidth);
        using var noGrad = torch.no_grad();

        // In two parts: the state has to carry over.
        var all = torch.tensor(codes, Batch, Length);
        var contextTensor = network.ContextWidth == 0 ? null : torch.tensor(context, Batch, Length, network.ContextWidth);
        var (head, h, c) = module.forward(all.narrow(1, 0, 3), contextTensor?.narrow(1, 0, 3), module.InitialState(Batch, Device.CPU));
        var (tail, _, _) = module.forward(all.narrow(1, 3, Length - 3), contextTensor?.narrow(1, 3, Length - 3), (h, c));
        var found = torch.cat([head, tail], 1).ToArray<float>();

        using var graph = new Graph(StageGraphs.Generator(configuration, index, weights));
        var states = Enumerable
            .Range(0, network.Layers)
            .SelectMany(i => new[] { $"h_{i}", $"c_{i}" })
            .ToDictionary(s => s, _ => new float[Batch * network.Units]);
        for (var t = 0; t < Length; t++)
        {
            var inputs = new List<(string, Array, long[])> { ("code", new[] { codes[t], codes[Length + t] }, [Batch]) };
            if (network.ContextWidth > 0)
            {
                float[] At(int b) => context[(((b * Length) + t) * network.ContextWidth)..(((b * Length) + t + 1) * network.ContextWidth)];
                inputs.Add(("context", (float[])[.. At(0), .. At(1)], [Batch, network.ContextWidth]));
            }

            inputs.AddRange(states.Select(s => (s.Key, (Array)s.Value, new long[] { Batch, network.Units })));
            var outputs = graph.Run([.. inputs]);
            var logits = (float[])outputs["logits"];
            for (var b = 0; b < Batch; b++)
            {
                Check.Close(
                    logits.AsSpan(b * level.CodebookSize, level.CodebookSize),
                    found.AsSpan(((b * Length) + t) * level.CodebookSize, level.CodebookSize),
                    2e-5
                );
            }

            foreach (var state in states.Keys.ToArray())
            {
                states[state] = (float[])outputs[$"{state}_out"];
            }
        }
    }

    private static ContextModule Context(HierarchyConfiguration configuration, int index, IReadOnlyDictionary<string, WeightTensor> weights)
    {
        var module = new ContextModule(
            configuration.Levels[index].Generator,
            configuration.Levels[index - 1].CodebookSize,
            configuration.Ratio(index)
        );
        Check.Load(module, weights);
        return module;
    }

    /// <summary>First position in time, of (1, channels, time), at which two signals differ.</summary>
    private static int FirstDifference(Tensor first, Tensor second)
    {
        var (a, b) = (first.contiguous().ToArray<float>(), second.contiguous().ToArray<float>());
        var time = (int)first.shape[2];
        return Enumerable.Range(0, time).First(t => Enumerable.Range(0, a.Length / time).Any(c => a[(c * time) + t] != b[(c * time) + t]));
    }

    private float[] Noise(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)((_random.NextDouble() * 2) - 1))];

    private long[] RandomCodes(int length, int size) => [.. Enumerable.Range(0, length).Select(_ => (long)_random.Next(size))];
}
