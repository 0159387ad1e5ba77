using System.Globalization;

namespace VQWave.Models;

/// <summary>
/// The one description of a hierarchy of VQ-VAEs and generators, from which training builds networks, export writes graphs and
/// the engine computes delays. Immutable; read and written by <see cref="HierarchyConfigurationJson"/>.
/// </summary>
public sealed record HierarchyConfiguration
{
    /// <summary>Name of the preset or of the user's own configuration.</summary>
    public required string Name { get; init; }

    /// <summary>Sample rate of the audio, in Hz.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>The levels, coarsest first; each compression is a multiple of the next one's.</summary>
    public required IReadOnlyList<LevelConfiguration> Levels { get; init; }

    /// <summary>The coarsest level, whose code is one tick of the engine.</summary>
    public LevelConfiguration Coarsest => Levels[0];

    /// <summary>The finest level, whose decoder gives the best sound.</summary>
    public LevelConfiguration Finest => Levels[^1];

    /// <summary>Codes a second at a level.</summary>
    public double CodeRate(LevelConfiguration level) => (double)SampleRate / level.Compression;

    /// <summary>How many codes of <c>Levels[index]</c> one code of the next coarser level covers; 1 for the coarsest.</summary>
    public int Ratio(int index) => index == 0 ? 1 : Levels[index - 1].Compression / Levels[index].Compression;

    /// <summary>Position of the level with a compression.</summary>
    /// <exception cref="VQWaveException">There is no such level.</exception>
    public int IndexOf(int compression)
    {
        for (var i = 0; i < Levels.Count; i++)
        {
            if (Levels[i].Compression == compression)
            {
                return i;
            }
        }

        var known = string.Join(", ", Levels.Select(l => l.Name));
        throw new VQWaveException($"There is no level {compression.ToString(CultureInfo.InvariantCulture)} in '{Name}'; it has {known}.");
    }

    /// <summary>
    /// Checks that the parts fit together.
    /// </summary>
    /// <exception cref="VQWaveException">The first thing that does not, in one sentence.</exception>
    public void Validate()
    {
        Require(SampleRate is >= 8000 and <= 192000, $"the sample rate {SampleRate} is not between 8000 and 192000 Hz");
        Require(Levels.Count is >= 1 and <= 8, $"there are {Levels.Count} levels, and 1 to 8 are possible");
        for (var i = 0; i < Levels.Count; i++)
        {
            ValidateLevel(i);
        }
    }

    private void ValidateLevel(int index)
    {
        var level = Levels[index];
        var at = $"level {level.Name}: ";
        Require(level.Compression is >= 1 and <= 65536, $"{at}the compression must be 1 to 65536");
        Require(level.CodebookSize is >= 2 and <= 65536, $"{at}the codebook size {level.CodebookSize} is not 2 to 65536");
        Require(level.CodebookDimension is >= 1 and <= 4096, $"{at}the codebook dimension {level.CodebookDimension} is not 1 to 4096");
        if (index > 0)
        {
            var coarser = Levels[index - 1];
            Require(
                coarser.Compression > level.Compression && coarser.Compression % level.Compression == 0,
                $"{at}the next coarser level's compression {coarser.Compression} is not a multiple of {level.Compression}"
            );
        }

        foreach (var (network, part) in new[] { (level.Encoder, "encoder"), (level.Decoder, "decoder") })
        {
            Require(network.Layers.Count > 0, $"{at}the {part} has no layers");
            Require(network.Padding.Codes is >= 0 and <= 65536, $"{at}the {part}'s lookahead is out of range");
            foreach (var layer in network.Layers)
            {
                Require(
                    layer.Channels is >= 1 and <= 65536
                        && layer.Kernel is >= 1 and <= 4096
                        && layer.Stride is >= 1 and <= 4096
                        && layer.Dilation is >= 1 and <= 65536,
                    $"{at}a layer of the {part} has a size out of range"
                );
                Require(
                    (layer.Stride == 1 && !layer.Transposed) || (layer.Dilation == 1 && layer.Kernel >= layer.Stride),
                    $"{at}a layer of the {part} combines stride {layer.Stride}, kernel {layer.Kernel} and dilation {layer.Dilation}, which is not supported"
                );
            }
        }

        Require(
            level.Encoder.Downsampling == level.Compression && level.Encoder.Upsampling == 1,
            $"{at}the encoder's strides compress by {level.Encoder.Downsampling}, not {level.Compression}"
        );
        Require(
            level.Decoder.Upsampling == level.Compression && level.Decoder.Downsampling == 1,
            $"{at}the decoder's strides expand by {level.Decoder.Upsampling}, not {level.Compression}"
        );
        Require(
            level.Encoder.Layers[^1].Channels == level.CodebookDimension,
            $"{at}the encoder ends in {level.Encoder.Layers[^1].Channels} channels, not the codebook's {level.CodebookDimension}"
        );
        Require(level.Decoder.Layers[^1].Channels == 1, $"{at}the decoder must end in 1 channel");
        ValidateGenerator(index, level, at);
    }

    private void ValidateGenerator(int index, LevelConfiguration level, string at)
    {
        var generator = level.Generator;
        Require(generator.Units is >= 1 and <= 16384, $"{at}the generator's {generator.Units} units are not 1 to 16384");
        Require(generator.Layers is >= 1 and <= 16, $"{at}the generator's {generator.Layers} layers are not 1 to 16");
        Require(generator.EmbeddingDimension is >= 1 and <= 4096, $"{at}the generator's embedding dimension is out of range");
        Require(
            generator.Context is null == (index == 0),
            index == 0 ? $"{at}the coarsest level takes no context network" : $"{at}the context network is missing"
        );
        if (generator.Context is { } context)
        {
            Require(context.Channels is >= 1 and <= 65536, $"{at}the context network's channels are out of range");
            Require(context.Kernel is >= 1 and <= 4096, $"{at}the context network's kernel is out of range");
            Require(context.EmbeddingDimension is >= 1 and <= 4096, $"{at}the context network's embedding is out of range");
            Require(context.Dilations.All(d => d is >= 1 and <= 65536), $"{at}a dilation of the context network is out of range");
            Require(context.Padding.Codes is >= 0 and <= 65536, $"{at}the context network's lookahead is out of range");
        }
    }

    private void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new VQWaveException($"The model configuration '{Name}' is not valid: {what}.");
        }
    }
}
