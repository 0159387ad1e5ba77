using VQWave.Models;

namespace VQWave.KerasImport.Tests;

internal static class TestConfigurations
{
    /// <summary>Two small levels: the coarse one with more than ten convolutions, whose names do not sort as text.</summary>
    public static HierarchyConfiguration Tiny { get; } = Create();

    private static HierarchyConfiguration Create()
    {
        var configuration = new HierarchyConfiguration
        {
            Name = "tiny",
            Levels =
            [
                Level(6, [.. Enumerable.Range(2, 11).Select(c => Layer(c, 3, c == 2 ? 6 : 1))], null),
                Level(
                    2,
                    [Layer(5, 6, 2), Layer(6, 9, 1)],
                    new ContextNetwork
                    {
                        EmbeddingDimension = 4,
                        Channels = 7,
                        Dilations = [1, 2, 4],
                    }
                ),
            ],
        };
        configuration.Validate();
        return configuration;
    }

    private static LevelConfiguration Level(int compression, ConvolutionLayer[] layers, ContextNetwork? context) =>
        new()
        {
            Compression = compression,
            CodebookSize = 15,
            CodebookDimension = 4,
            Encoder = new ConvolutionNetwork
            {
                Layers = [.. layers.Select(l => l with { Kernel = Math.Max(l.Kernel, l.Stride) }), Layer(4, 1, 1)],
            },
            Decoder = new ConvolutionNetwork
            {
                Layers =
                [
                    Layer(6, 9, 1),
                    Layer(5, 6, 2) with
                    {
                        Transposed = true,
                    },
                    .. compression == 6 ? [Layer(3, 3, 3) with { Transposed = true }] : Array.Empty<ConvolutionLayer>(),
                    Layer(1, 1, 1) with
                    {
                        Activation = Activation.Tanh,
                    },
                ],
            },
            Generator = new GeneratorNetwork
            {
                EmbeddingDimension = 5,
                Units = 6,
                Context = context,
            },
        };

    private static ConvolutionLayer Layer(int channels, int kernel, int stride) =>
        new()
        {
            Channels = channels,
            Kernel = kernel,
            Stride = stride,
        };
}
