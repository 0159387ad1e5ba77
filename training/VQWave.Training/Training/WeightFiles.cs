using System.Globalization;
using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Training.Data;

namespace VQWave.Training.Training;

/// <summary>Weights of networks in a folder: <c>NAME_PART.safetensors</c>, or <c>NAME_PART_00010.safetensors</c> for an epoch.</summary>
public static class WeightFiles
{
    /// <summary>Path of a network's weights.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="name">Such as <c>vqvae_8</c>.</param>
    /// <param name="part">Such as <c>encoder</c>.</param>
    /// <param name="epoch">The epoch, or null for the final weights.</param>
    public static string PathOf(string directory, string name, string part, int? epoch = null) =>
        Path.Combine(
            directory,
            epoch is { } e ? $"{name}_{part}_{e.ToString("00000", CultureInfo.InvariantCulture)}.safetensors" : $"{name}_{part}.safetensors"
        );

    /// <summary>Writes a module's weights, or one tensor as a codebook.</summary>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors) => Torch.Safetensors.Save(path, tensors);

    /// <summary>
    /// Path of a network's weights: those of the epoch asked for; else of the best epoch on held-out music; else the final ones; else the highest epoch there is.
    /// </summary>
    /// <exception cref="VQWaveException">There are none.</exception>
    public static string Find(string directory, string name, string part, int? epoch = null)
    {
        if (epoch is not null)
        {
            var numbered = PathOf(directory, name, part, epoch);
            return File.Exists(numbered)
                ? numbered
                : throw new VQWaveException($"There is no {numbered}; choose an epoch whose weights are in {directory}.");
        }

        if (BestEpoch.Read(directory, name) is { } best)
        {
            var weights = PathOf(directory, name, part, best.Epoch);
            return File.Exists(weights)
                ? weights
                : throw new VQWaveException(
                    $"{BestEpoch.PathIn(directory, name)} names epoch {best.Epoch}, but there is no {weights}; remove it to use the last weights."
                );
        }

        var final = PathOf(directory, name, part);
        if (File.Exists(final))
        {
            return final;
        }

        var latest = Directory.Exists(directory)
            ? Directory
                .GetFiles(directory, $"{name}_{part}_*.safetensors")
                .Where(f => IsEpoch(Path.GetFileNameWithoutExtension(f).AsSpan(name.Length + part.Length + 2)))
                .Order(StringComparer.Ordinal)
                .LastOrDefault()
            : null;
        return latest
            ?? throw new VQWaveException(
                $"There are no weights {name}_{part} in {directory}; train them first ('vqwave-train {(name.StartsWith("vqvae", StringComparison.Ordinal) ? "vqvae --model" : "generator --generator")} {name} …')."
            );
    }

    private static bool IsEpoch(ReadOnlySpan<char> text) => text.Length == 5 && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>Reads weights into a module.</summary>
    /// <exception cref="VQWaveException">The file is damaged or does not fit the module.</exception>
    public static void Load(string path, Module module)
    {
        try
        {
            var tensors = Torch.Safetensors.Load(path);
            try
            {
                module.load_state_dict(tensors, strict: true);
            }
            finally
            {
                foreach (var tensor in tensors.Values)
                {
                    tensor.Dispose();
                }
            }
        }
        catch (TorchException e)
        {
            throw new VQWaveException($"{path} does not fit: {e.Message}", e);
        }
    }

    /// <summary>Makes the folder and sees that it can be written before hours of work depend on it.</summary>
    public static void PrepareDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"The folder {directory} cannot be made: {e.Message}", e);
        }

        var probe = Path.Combine(directory, ".write-probe");
        AtomicFile.Write(probe, []);
        AtomicFile.Remove(probe);
    }
}
