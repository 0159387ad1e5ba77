using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Modules;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Networks;

/// <summary>
/// The context network of a generator: codes of the next coarser level in, one feature vector for each code of its own level out.
/// </summary>
public sealed class ContextModule : Module
{
    private readonly ContextNetwork _network;
    private readonly ConvolutionLayer[] _layers;
    private readonly WeightsModule _embedding;
    private readonly WeightsList _convolutions = new();
    private readonly WeightsModule _upsample;
    private readonly WeightsModule _project;
    private readonly WeightsModule? _projectOutput;

    /// <summary>Builds the network for a generator.</summary>
    /// <param name="generator">The generator's configuration; it must have a context network.</param>
    /// <param name="coarseCodes">Codebook size of the coarser level.</param>
    /// <param name="ratio">Codes of this level a coarse code.</param>
    public ContextModule(GeneratorNetwork generator, int coarseCodes, int ratio)
    {
        _network = generator.Context ?? throw new ArgumentException("The generator has no context network.", nameof(generator));
        Ratio = ratio;
        _layers = [.. _network.Convolutions];
        _embedding = register_module(
            "embedding",
            new WeightsModule(Initialization.Normal([coarseCodes, _network.EmbeddingDimension], 1.0))
        );
        var channels = _network.EmbeddingDimension;
        foreach (var layer in _layers)
        {
            _convolutions.Add(new WeightsModule(Initialization.ConvolutionWeight(layer, channels), layer.Channels));
            channels = layer.Channels;
        }

        register_module("conv", _convolutions);
        UpsampleLayer = new ConvolutionLayer
        {
            Channels = _network.Channels,
            Kernel = ratio,
            Stride = ratio,
            Transposed = true,
        };
        _upsample = register_module(
            "upsample",
            new WeightsModule(Initialization.ConvolutionWeight(UpsampleLayer, channels), _network.Channels)
        );

        // The projections start small: at first the generator hears its own codes.
        var deviation = 0.5 / Math.Sqrt(_network.Channels);
        WeightsModule Projection(int width) => new(Initialization.Normal([width, _network.Channels, 1], deviation));
        _project = register_module("project", Projection(generator.EmbeddingDimension));
        if (_network.ToOutput)
        {
            _projectOutput = register_module("project_output", Projection(generator.Units));
        }
    }

    /// <summary>Codes of this level for each coarse code.</summary>
    public int Ratio { get; }

    private ConvolutionLayer UpsampleLayer { get; }

    /// <summary>
    /// Context (batch, n × ratio, width) of coarse codes (batch, n), padded as configured.
    /// </summary>
    public Tensor forward(Tensor codes)
    {
        var x = F.embedding(codes, _embedding.Weight).transpose(1, 2);
        var lookahead = _network.Padding.Codes;
        if (lookahead > 0)
        {
            x = F.pad(x, [0, lookahead]);
        }

        for (var i = 0; i < _layers.Length; i++)
        {
            x = Convolution.Apply(x, _layers[i], _network.Padding, _convolutions[i]);
        }

        if (lookahead > 0)
        {
            x = x.narrow(2, lookahead, x.shape[2] - lookahead);
        }

        return Project(x);
    }

    /// <summary>
    /// Context (batch, count × ratio, width) of a window that lies anywhere in longer pieces: equal to running each whole piece and taking
    /// <paramref name="count"/> positions.
    /// </summary>
    /// <param name="codes">
    /// Coarse codes (batch, <see cref="ContextNetwork.HistoryCodes"/> + count + <see cref="ContextNetwork.LookaheadCodes"/>); places outside a piece
    /// hold any valid code.
    /// </param>
    /// <param name="inside">1 where a place of <paramref name="codes"/> is inside its piece, else 0; the same shape, float.</param>
    /// <param name="count">Coarse positions wanted.</param>
    public Tensor ForwardWindow(Tensor codes, Tensor inside, int count)
    {
        var mask = inside.unsqueeze(1);
        var x = F.embedding(codes, _embedding.Weight).transpose(1, 2) * mask;
        var causal = _network.Padding.IsCausal;
        var lookahead = _network.LookaheadCodes;

        // A causal network pads its layers before a piece only; what lies behind the end counts as zeros of the embedding.
        var layerMask = causal ? BeforeMask(mask) : mask;
        for (var i = 0; i < _layers.Length; i++)
        {
            var (left, right) = _layers[i].Pad(_network.Padding);
            var y = F.elu(Autocast.Conv1d(x, _convolutions[i].Weight, _convolutions[i].Bias, 1, 0, _layers[i].Dilation));
            layerMask = layerMask.narrow(2, left, layerMask.shape[2] - left - right);
            x = y * layerMask;
        }

        // The valid convolutions have used up the history (and for 'same' the lookahead); a causal one on a signal moved ahead drops its first outputs.
        x = x.narrow(2, causal ? lookahead : 0, count);
        return Project(x);
    }

    private static Tensor BeforeMask(Tensor inside)
    {
        // 0 before a piece begins, 1 from its beginning on, also past its end.
        return inside.cumsum(2).gt(0.5).to(ScalarType.Float32);
    }

    private Tensor Project(Tensor x)
    {
        var y = Convolution.Apply(x, UpsampleLayer, Padding.Same, _upsample);
        var embedding = Autocast.Conv1d(y, _project.Weight);
        var both = _projectOutput is null ? embedding : torch.cat([embedding, Autocast.Conv1d(y, _projectOutput.Weight)], 1);
        return both.transpose(1, 2);
    }
}
