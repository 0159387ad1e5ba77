using System.Globalization;

namespace VQWave.Models;

/// <summary>One level of the hierarchy: a VQ-VAE and the generator of its codes.</summary>
public sealed record LevelConfiguration
{
    /// <summary>Samples a code: 512, 128, 32 or 8 in the presets.</summary>
    public required int Compression { get; init; }

    /// <summary>Number of code vectors.</summary>
    public int CodebookSize { get; init; } = 1024;

    /// <summary>Dimension of the code vectors.</summary>
    public int CodebookDimension { get; init; } = 32;

    /// <summary>Audio to latents.</summary>
    public required ConvolutionNetwork Encoder { get; init; }

    /// <summary>Code vectors to audio.</summary>
    public required ConvolutionNetwork Decoder { get; init; }

    /// <summary>Writes the codes of this level.</summary>
    public required GeneratorNetwork Generator { get; init; }

    /// <summary>The level's name: its compression.</summary>
    public string Name => Compression.ToString(CultureInfo.InvariantCulture);

    /// <summary>Name of the VQ-VAE as commands and files spell it, such as <c>vqvae_8</c>.</summary>
    public string VqvaeName => $"vqvae_{Name}";

    /// <summary>Name of the generator as commands and files spell it, such as <c>generator_8</c>.</summary>
    public string GeneratorName => $"generator_{Name}";
}
