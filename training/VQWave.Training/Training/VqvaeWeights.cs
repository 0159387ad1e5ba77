using VQWave.Torch;
using VQWave.Training.Networks;

namespace VQWave.Training.Training;

/// <summary>The three weight files of a VQ-VAE.</summary>
public static class VqvaeWeights
{
    /// <summary>Reads encoder, decoder and codebook.</summary>
    /// <param name="model">Receives the weights.</param>
    /// <param name="directory">Folder of the weights.</param>
    /// <param name="name">Such as <c>vqvae_8</c>.</param>
    /// <param name="epoch">The epoch, or null for the final weights or the latest epoch.</param>
    /// <exception cref="VQWaveException">A file is missing, damaged or does not fit.</exception>
    public static void Load(Vqvae model, string directory, string name, int? epoch = null)
    {
        WeightFiles.Load(WeightFiles.Find(directory, name, "encoder", epoch), model.Encoder);
        WeightFiles.Load(WeightFiles.Find(directory, name, "decoder", epoch), model.Decoder);
        var path = WeightFiles.Find(directory, name, "codebook", epoch);
        try
        {
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            var tensors = Torch.Safetensors.Load(path);
            if (!tensors.TryGetValue("codebook", out var codebook) || !codebook.shape.SequenceEqual(model.Quantizer.Codebook.shape))
            {
                throw new VQWaveException(
                    $"{path} does not hold a codebook of {string.Join(" × ", model.Quantizer.Codebook.shape)}; it belongs to another configuration."
                );
            }

            model.Quantizer.Codebook.copy_(codebook);
        }
        catch (TorchException e)
        {
            throw new VQWaveException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes encoder, decoder and codebook.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="directory">Folder of the weights.</param>
    /// <param name="name">Such as <c>vqvae_8</c>.</param>
    /// <param name="epoch">The epoch, or null for the final weights.</param>
    public static void Save(Vqvae model, string directory, string name, int? epoch = null)
    {
        WeightFiles.Save(WeightFiles.PathOf(directory, name, "encoder", epoch), model.Encoder.state_dict());
        WeightFiles.Save(WeightFiles.PathOf(directory, name, "decoder", epoch), model.Decoder.state_dict());
        WeightFiles.Save(
            WeightFiles.PathOf(directory, name, "codebook", epoch),
            [new KeyValuePair<string, Tensor>("codebook", model.Quantizer.Codebook)]
        );
    }
}
