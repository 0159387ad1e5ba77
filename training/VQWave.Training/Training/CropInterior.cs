using VQWave.Inference;
using VQWave.Models;
using VQWave.Torch;

namespace VQWave.Training.Training;

/// <summary>
/// The latents of a crop that see music alone. Those near its ends also see the silence that stands around a crop, but not around music: a codebook that learns
/// from them keeps codes that whole pieces hardly use.
/// </summary>
/// <param name="Before">Latents left out at the beginning of a crop.</param>
/// <param name="After">Latents left out at its end.</param>
internal readonly record struct CropInterior(int Before, int After)
{
    /// <summary>What an encoder's receptive field leaves of crops of so many latents; of short crops never less than half.</summary>
    public static CropInterior Of(LevelConfiguration level, int latents)
    {
        var field = ReceptiveField.OfEncoder(level.Encoder, level.Compression);
        return new CropInterior(Math.Min(field.Before, latents / 4), Math.Min(field.After, latents / 4));
    }

    /// <summary>The interiors of all crops of a batch, one after the other; rows (crops × latents, …).</summary>
    public Tensor Take(Tensor rows, int crops)
    {
        if ((Before, After) == (0, 0))
        {
            return rows;
        }

        var shape = rows.shape;
        var latents = shape[0] / crops;
        var inside = rows.reshape([crops, latents, .. shape[1..]]).narrow(1, Before, latents - Before - After);
        return inside.reshape([-1, .. shape[1..]]);
    }
}
