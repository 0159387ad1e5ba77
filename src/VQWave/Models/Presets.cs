namespace VQWave.Models;

/// <summary>The configurations that come with the program.</summary>
public static class Presets
{
    private static readonly int[] Compressions = [512, 128, 32, 8];
    private static readonly int[] SixDilations = [1, 2, 4, 8, 16, 32];
    private static readonly int[] FourDilations = [1, 2, 4, 8];

    /// <summary>Names that <see cref="Get"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["seed", "head", "live"];

    /// <summary>2 × 1024 LSTM units at all levels, wide context networks: the sizes the method was first described with.</summary>
    public static HierarchyConfiguration Seed { get; } = Create("seed", HeadVqvae, [1024, 1024, 1024, 1024], HeadContext);

    /// <summary>512, 512, 256 and 256 LSTM units; the sizes of the Python project's newest weights, which import into it.</summary>
    public static HierarchyConfiguration Head { get; } = Create("head", HeadVqvae, [512, 512, 256, 256], HeadContext);

    /// <summary>Sizes that a laptop plays, and context networks that look only four coarse codes ahead.</summary>
    public static HierarchyConfiguration Live { get; } = Create("live", LiveVqvae, [256, 256, 256, 256], LiveContext);

    /// <summary>The preset with a name.</summary>
    /// <exception cref="VQWaveException">There is no such preset.</exception>
    public static HierarchyConfiguration Get(string name) =>
        name switch
        {
            "seed" => Seed,
            "head" => Head,
            "live" => Live,
            _ => throw new VQWaveException($"There is no preset '{name}'; choose one of {string.Join(", ", Names)}."),
        };

    private static HierarchyConfiguration Create(
        string name,
        Func<int, (int[] Strided, int Wide)> vqvae,
        int[] units,
        Func<int, ContextNetwork> context
    )
    {
        var levels = new LevelConfiguration[Compressions.Length];
        for (var i = 0; i < levels.Length; i++)
        {
            var (strided, wide) = vqvae(Compressions[i]);
            levels[i] = new LevelConfiguration
            {
                Compression = Compressions[i],
                Encoder = new ConvolutionNetwork { Layers = EncoderLayers(strided, wide, 32) },
                Decoder = new ConvolutionNetwork { Layers = DecoderLayers(strided, wide) },
                Generator = new GeneratorNetwork { Units = units[i], Context = i == 0 ? null : context(Compressions[i]) },
            };
        }

        var configuration = new HierarchyConfiguration { Name = name, Levels = levels };
        configuration.Validate();
        return configuration;
    }

    private static ConvolutionLayer[] EncoderLayers(int[] strided, int wide, int dimension) =>
        [
            .. strided.Select(c => new ConvolutionLayer
            {
                Channels = c,
                Kernel = 6,
                Stride = 2,
            }),
            new ConvolutionLayer { Channels = wide, Kernel = 9 },
            new ConvolutionLayer { Channels = wide, Kernel = 9 },
            new ConvolutionLayer
            {
                Channels = dimension,
                Kernel = 1,
                Activation = Activation.Linear,
            },
        ];

    private static ConvolutionLayer[] DecoderLayers(int[] strided, int wide) =>
        [
            new ConvolutionLayer { Channels = wide, Kernel = 9 },
            new ConvolutionLayer { Channels = wide, Kernel = 9 },
            .. strided
                .Reverse()
                .Select(c => new ConvolutionLayer
                {
                    Channels = c,
                    Kernel = 6,
                    Stride = 2,
                    Transposed = true,
                }),
            new ConvolutionLayer
            {
                Channels = 1,
                Kernel = 1,
                Activation = Activation.Tanh,
            },
        ];

    private static (int[] Strided, int Wide) HeadVqvae(int compression) =>
        Vqvae(compression, [32, 48, 64, 96, 128, 192, 256, 384, 512], (96, 192, 384, 512));

    private static (int[] Strided, int Wide) LiveVqvae(int compression) =>
        Vqvae(compression, [32, 48, 64, 96, 128, 128, 192, 192, 256], (96, 192, 192, 256));

    private static (int[] Strided, int Wide) Vqvae(int compression, int[] channels, (int L8, int L32, int L128, int L512) wide) =>
        compression switch
        {
            8 => (channels[..3], wide.L8),
            32 => (channels[..5], wide.L32),
            128 => (channels[..7], wide.L128),
            _ => (channels, wide.L512),
        };

    private static ContextNetwork HeadContext(int compression) =>
        new() { Channels = compression == 128 ? 512 : 256, Dilations = SixDilations };

    private static ContextNetwork LiveContext(int compression) =>
        new()
        {
            Channels = 128,
            Dilations = FourDilations,
            Padding = Padding.Lookahead(4),
            ToOutput = true,
        };
}
