using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Training.Data;

namespace VQWave.Training.Training;

/// <summary>
/// Which epoch of a run did best on held-out music. <c>NAME_best.json</c> names it; its numbered weights are the best ones. One small file, so that encoder,
/// decoder and codebook cannot be of different epochs.
/// </summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">Steps done at its end.</param>
/// <param name="HeldOut">Held-out loss of a VQ-VAE, held-out bits per code of a generator; lower is better.</param>
public sealed record BestEpoch(int Epoch, long Step, double HeldOut)
{
    /// <summary>Where a run names its best epoch.</summary>
    public static string PathIn(string directory, string name) => Path.Combine(directory, $"{name}_best.json");

    /// <summary>The best epoch in a folder, or null where no run with held-out music has left one.</summary>
    /// <exception cref="VQWaveException">The file is damaged.</exception>
    public static BestEpoch? Read(string directory, string name)
    {
        var path = PathIn(directory, name);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!;
            return new BestEpoch((int)json["epoch"]!, (long)json["step"]!, (double)json["held_out"]!);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or NullReferenceException
                        or InvalidOperationException
                        or FormatException
            )
        {
            throw new VQWaveException($"{path} is damaged ({e.Message.TrimEnd('.')}); remove it to use the last weights.", e);
        }
    }

    /// <summary>Names this epoch as the best one; whole or not at all.</summary>
    public void Write(string directory, string name) =>
        AtomicFile.WriteText(
            PathIn(directory, name),
            new JsonObject
            {
                ["epoch"] = Epoch,
                ["step"] = Step,
                ["held_out"] = HeldOut,
            }.ToJsonString() + "\n"
        );
}
