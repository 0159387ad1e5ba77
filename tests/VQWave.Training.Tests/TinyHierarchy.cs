using VQWave.Models;

namespace VQWave.Training.Tests;

/// <summary>A hierarchy of two levels, 32x and 8x, that trains in seconds.</summary>
internal static class TinyHierarchy
{
    public static HierarchyConfiguration Create(Padding? context = null, int codes = 32)
    {
        var configuration = new HierarchyConfiguration
        {
            Name = "tiny",
            SampleRate = 8000,
            Levels =
            [
                Level(32, codes, null),
                Level(
                    8,
                    codes,
                    new ContextNetwork
                    {
                        EmbeddingDimension = 8,
                        Channels = 16,
                        Dilations = [1, 2],
                        Padding = context ?? Padding.Lookahead(2),
                        ToOutput = true,
                    }
                ),
            ],
        };
        configuration.Validate();
        return configuration;
    }

    private static LevelConfiguration Level(int compression, int codes, ContextNetwork? context)
    {
        var halvings = (int)Math.Log2(compression);
        return new LevelConfiguration
        {
            Compression = compression,
            CodebookSize = codes,
            CodebookDimension = 4,
            Encoder = new ConvolutionNetwork
            {
                Layers =
                [
                    .. Enumerable.Repeat(
                        new ConvolutionLayer
                        {
                            Channels = 8,
                            Kernel = 6,
                            Stride = 2,
                        },
                        halvings
                    ),
                    new ConvolutionLayer
                    {
                        Channels = 4,
                        Kernel = 1,
                        Activation = Activation.Linear,
                    },
                ],
            },
            Decoder = new ConvolutionNetwork
            {
                Layers =
                [
                    new ConvolutionLayer { Channels = 8, Kernel = 3 },
                    .. Enumerable.Repeat(
                        new ConvolutionLayer
                        {
                            Channels = 8,
                            Kernel = 6,
                            Stride = 2,
                            Transposed = true,
                        },
                        halvings
                    ),
                    new ConvolutionLayer
                    {
                        Channels = 1,
                        Kernel = 1,
                        Activation = Activation.Tanh,
                    },
                ],
            },
            Generator = new GeneratorNetwork
            {
                EmbeddingDimension = 8,
                Units = 16,
                Layers = 2,
                Context = context,
            },
        };
    }
}
