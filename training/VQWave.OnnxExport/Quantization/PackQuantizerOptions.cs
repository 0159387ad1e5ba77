namespace VQWave.OnnxExport.Quantization;

/// <summary>How <see cref="PackQuantizer"/> makes a pack of another.</summary>
public sealed record PackQuantizerOptions
{
    /// <summary>Which matrices are quantised, and how.</summary>
    public required QuantizationPlan Plan { get; init; }

    /// <summary>Name of the new pack; the old one's if null.</summary>
    public string? Name { get; init; }

    /// <summary>Licence of the new pack; the old one's if null.</summary>
    public string? License { get; init; }

    /// <summary>Description of the new pack; the old one's if null.</summary>
    public string? Description { get; init; }

    /// <summary>Codes of each of the pieces that the pack generates at each level to fit the scales to; 0 fits them to the weights alone.</summary>
    public int CalibrationSteps { get; init; } = 512;

    /// <summary>Seed of those pieces.</summary>
    public ulong Seed { get; init; } = 1;
}
