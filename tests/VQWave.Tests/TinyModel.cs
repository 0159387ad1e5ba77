using VQWave.Models;
using VQWave.OnnxExport;

namespace VQWave.TestSupport;

/// <summary>A hierarchy with the four levels of the presets, small enough that a test makes and plays it in moments.</summary>
internal static class TinyModel
{
    public static HierarchyConfiguration Configuration(Padding convolutions, Padding context, bool toOutput = true)
    {
        int[] compressions = [512, 128, 32, 8];
        var configuration = new HierarchyConfiguration
        {
            Name = "tiny",
            Levels =
            [
                .. compressions.Select(
                    (compression, index) =>
                        new LevelConfiguration
                        {
                            Compression = compression,
                            CodebookSize = 48,
                            CodebookDimension = 6,
                            Encoder = new ConvolutionNetwork { Padding = convolutions, Layers = Encoder(compression) },
                            Decoder = new ConvolutionNetwork { Padding = convolutions, Layers = Decoder(compression) },
                            Generator = new GeneratorNetwork
                            {
                                Units = 12,
                                EmbeddingDimension = 5,
                                Context =
                                    index == 0
                                        ? null
                                        : new ContextNetwork
                                        {
                                            Channels = 7,
                                            EmbeddingDimension = 4,
                                            Dilations = [1, 2, 4],
                                            Padding = context,
                                            ToOutput = toOutput,
                                        },
                            },
                        }
                ),
            ],
        };
        configuration.Validate();
        return configuration;
    }

    public static HierarchyConfiguration Configuration() => Configuration(Padding.Same, Padding.Lookahead(4));

    public static void Write(string folder, HierarchyConfiguration configuration, ulong seed = 1, string name = "Tiny") =>
        ModelPackWriter.Write(
            folder,
            new ModelPackContents
            {
                Name = name,
                License = "MIT",
                Configuration = configuration,
                Levels = [.. configuration.Levels.Select((_, i) => RandomWeights.CreateLevel(configuration, i, seed))],
            }
        );

    private static ConvolutionLayer[] Encoder(int compression) =>
        [
            .. Enumerable.Repeat(
                new ConvolutionLayer
                {
                    Channels = 6,
                    Kernel = 6,
                    Stride = 2,
                },
                (int)Math.Log2(compression)
            ),
            new ConvolutionLayer { Channels = 8, Kernel = 9 },
            new ConvolutionLayer
            {
                Channels = 6,
                Kernel = 1,
                Activation = Activation.Linear,
            },
        ];

    private static ConvolutionLayer[] Decoder(int compression) =>
        [
            new ConvolutionLayer { Channels = 8, Kernel = 9 },
            .. Enumerable.Repeat(
                new ConvolutionLayer
                {
                    Channels = 6,
                    Kernel = 6,
                    Stride = 2,
                    Transposed = true,
                },
                (int)Math.Log2(compression)
            ),
            new ConvolutionLayer
            {
                Channels = 1,
                Kernel = 1,
                Activation = Activation.Tanh,
            },
        ];
}
