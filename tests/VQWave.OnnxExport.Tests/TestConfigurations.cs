using VQWave.Models;

namespace VQWave.OnnxExport.Tests;

/// <summary>The presets, and a hierarchy of two small levels with every kind of layer in each padding.</summary>
internal static class TestConfigurations
{
    /// <summary>Configuration and level index of everything that is compared with the reference.</summary>
    public static TheoryData<string, int> AllLevels =>
        new()
        {
            { "tiny-same", 0 },
            { "tiny-same", 1 },
            { "tiny-causal", 0 },
            { "tiny-causal", 1 },
            { "tiny-lookahead", 0 },
            { "tiny-lookahead", 1 },
            { "live", 0 },
            { "live", 1 },
            { "live", 2 },
            { "live", 3 },
            { "head", 3 },
        };

    public static HierarchyConfiguration Get(string name) =>
        name switch
        {
            "tiny-same" => Tiny(name, Padding.Same, toOutput: true),
            "tiny-causal" => Tiny(name, Padding.Causal, toOutput: false),
            "tiny-lookahead" => Tiny(name, Padding.Lookahead(2), toOutput: true),
            _ => Presets.Get(name),
        };

    private static HierarchyConfiguration Tiny(string name, Padding padding, bool toOutput)
    {
        var configuration = new HierarchyConfiguration
        {
            Name = name,
            SampleRate = 8000,
            Levels =
            [
                new LevelConfiguration
                {
                    Compression = 12,
                    CodebookSize = 20,
                    CodebookDimension = 6,
                    Encoder = new ConvolutionNetwork
                    {
                        Padding = padding,
                        Layers = [Layer(4, 6, 2), Layer(5, 5, 2), Layer(5, 3, 3), Layer(5, 4, 1, 2), Layer(6, 1, 1, 1, Activation.Linear)],
                    },
                    Decoder = new ConvolutionNetwork
                    {
                        Padding = padding,
                        Layers =
                        [
                            Layer(7, 9, 1),
                            Layer(6, 4, 1, 3),
                            Up(5, 3, 3),
                            Up(4, 5, 2),
                            Up(3, 6, 2),
                            Layer(1, 1, 1, 1, Activation.Tanh),
                        ],
                    },
                    Generator = new GeneratorNetwork
                    {
                        EmbeddingDimension = 7,
                        Units = 5,
                        Layers = 1,
                    },
                },
                new LevelConfiguration
                {
                    Compression = 4,
                    CodebookSize = 17,
                    CodebookDimension = 3,
                    Encoder = new ConvolutionNetwork
                    {
                        Padding = padding,
                        Layers = [Layer(4, 6, 2), Layer(5, 6, 2), Layer(5, 9, 1), Layer(3, 1, 1, 1, Activation.Linear)],
                    },
                    Decoder = new ConvolutionNetwork
                    {
                        Padding = padding,
                        Layers = [Layer(5, 9, 1), Up(4, 6, 2), Up(3, 6, 2), Layer(1, 1, 1, 1, Activation.Tanh)],
                    },
                    Generator = new GeneratorNetwork
                    {
                        EmbeddingDimension = 6,
                        Units = 9,
                        Layers = 3,
                        Context = new ContextNetwork
                        {
                            EmbeddingDimension = 5,
                            Channels = 8,
                            Dilations = [1, 3],
                            Padding = padding,
                            ToOutput = toOutput,
                        },
                    },
                },
            ],
        };
        configuration.Validate();
        return configuration;
    }

    private static ConvolutionLayer Layer(int channels, int kernel, int stride, int dilation = 1, Activation activation = Activation.Elu) =>
        new()
        {
            Channels = channels,
            Kernel = kernel,
            Stride = stride,
            Dilation = dilation,
            Activation = activation,
        };

    private static ConvolutionLayer Up(int channels, int kernel, int stride) =>
        new()
        {
            Channels = channels,
            Kernel = kernel,
            Stride = stride,
            Transposed = true,
        };
}
