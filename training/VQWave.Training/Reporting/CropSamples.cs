using System.Globalization;
using VQWave.Analysis;
using VQWave.Devices;
using VQWave.Training.Data;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Reporting;

/// <summary>A held-out crop on disk: the original, what some epochs made of it, and a picture of both.</summary>
/// <param name="Title">Its number and the file that it is from.</param>
/// <param name="Original">The original as wav.</param>
/// <param name="Picture">Spectrograms of the original and the last reconstruction.</param>
/// <param name="Epochs">Reconstructions as wav, in order of their epochs.</param>
internal sealed record CropSamples(string Title, string Original, string Picture, IReadOnlyList<(int Epoch, string File)> Epochs)
{
    private const double Seconds = 5;
    private const int MostCrops = 3;

    // Reconstructions of so many epochs are kept: the first, and the latest ones.
    private const int MostEpochs = 5;

    /// <summary>Bytes that the sounds of a run need.</summary>
    /// <param name="sampleRate">Samples a second.</param>
    public static long Bytes(int sampleRate) => (long)(MostCrops * (MostEpochs + 2) * Seconds * sampleRate * sizeof(short));

    /// <summary>Writes what an epoch makes of the crops.</summary>
    /// <param name="folder">Folder of the samples.</param>
    /// <param name="data">Held-out files; crops are from the middle of the first, the middle and the last one.</param>
    /// <param name="compression">Samples of a code.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="reconstruct">The VQ-VAE.</param>
    /// <exception cref="VQWaveException">A file cannot be written.</exception>
    public static void Write(string folder, U16Dataset data, int compression, int sampleRate, int epoch, Func<float[], float[]> reconstruct)
    {
        var excerpts = Excerpt.Of(data, compression, (long)(Seconds * sampleRate));
        var indices = new[] { 0, excerpts.Count / 2, excerpts.Count - 1 }.Distinct().Take(MostCrops).ToArray();
        try
        {
            for (var i = 0; i < indices.Length; i++)
            {
                var stem = $"crop-{i + 1}";
                var original = excerpts[indices[i]].Read();
                var estimate = reconstruct(original);
                AudioFile.Write(Path.Combine(folder, $"{stem}-original.wav"), original, sampleRate);
                AudioFile.Write(
                    Path.Combine(folder, $"{stem}-{epoch.ToString("00000", CultureInfo.InvariantCulture)}.wav"),
                    estimate,
                    sampleRate
                );
                SpectrogramImage.WritePng(
                    Path.Combine(folder, $"{stem}.png"),
                    [("original", original), ($"epoch {epoch}", estimate)],
                    sampleRate,
                    columns: 2,
                    panelWidth: 460,
                    panelHeight: 180
                );
                AtomicFile.WriteText(
                    Path.Combine(folder, $"{stem}.txt"),
                    Path.GetFileNameWithoutExtension(excerpts[indices[i]].Name) + "\n"
                );
                foreach (var (_, old) in Reconstructions(folder, stem).Skip(1).SkipLast(MostEpochs - 1))
                {
                    AtomicFile.Remove(old);
                }
            }
        }
        catch (Exception e) when (e is AudioFileException or AnalysisException)
        {
            throw new VQWaveException($"The samples in {folder} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The crops in a folder.</summary>
    public static IReadOnlyList<CropSamples> Find(string folder) =>
        [
            .. Enumerable
                .Range(1, MostCrops)
                .Select(i => $"crop-{i}")
                .Where(stem => File.Exists(Path.Combine(folder, $"{stem}.txt")))
                .Select(stem => new CropSamples(
                    File.ReadAllText(Path.Combine(folder, $"{stem}.txt")).Trim(),
                    Path.Combine(folder, $"{stem}-original.wav"),
                    Path.Combine(folder, $"{stem}.png"),
                    Reconstructions(folder, stem)
                ))
                .Where(crop => crop.Epochs.Count > 0),
        ];

    private static (int Epoch, string File)[] Reconstructions(string folder, string stem) =>
        [
            .. Directory
                .GetFiles(folder, $"{stem}-?????.wav")
                .Select(f =>
                    (Epoch: int.Parse(Path.GetFileNameWithoutExtension(f).AsSpan(stem.Length + 1), CultureInfo.InvariantCulture), File: f)
                )
                .OrderBy(p => p.Epoch),
        ];
}
