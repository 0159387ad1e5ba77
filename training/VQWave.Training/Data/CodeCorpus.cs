using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Torch;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Data;

/// <summary>
/// The codes of a corpus at one level and the next coarser one. They are written once, beside the run, into memory-mapped files of 16-bit codes
/// and used again as long as the weights of encoder and codebook and the audio stay the same.
/// </summary>
public sealed class CodeCorpus : IDisposable
{
    private readonly List<CodePiece> _pieces = [];

    private CodeCorpus(int ratio) => Ratio = ratio;

    /// <summary>The pieces, in order of their paths.</summary>
    public IReadOnlyList<CodePiece> Pieces => _pieces;

    /// <summary>Codes of the level a coarser code; 1 at the coarsest.</summary>
    public int Ratio { get; }

    /// <summary>Codes of all pieces together.</summary>
    public long TotalCodes => _pieces.Sum(p => p.Length);

    /// <summary>Encodes what is not encoded yet and maps the codes.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">The level.</param>
    /// <param name="weightsDirectory">Weights of the VQ-VAEs.</param>
    /// <param name="audio">The corpus.</param>
    /// <param name="cacheDirectory">Where codes are kept.</param>
    /// <param name="device">Where encoders run.</param>
    /// <param name="cancellation">Stops the encoding; files that are complete stay.</param>
    /// <exception cref="VQWaveException">Weights are missing or damaged, or the cache cannot be written.</exception>
    public static CodeCorpus Open(
        HierarchyConfiguration configuration,
        int levelIndex,
        string weightsDirectory,
        U16Dataset audio,
        string cacheDirectory,
        Device device,
        CancellationToken cancellation = default
    )
    {
        // Both levels' weights are looked for before either takes its time.
        for (var i = levelIndex; i >= Math.Max(levelIndex - 1, 0); i--)
        {
            _ = Fingerprint(configuration.Levels[i], weightsDirectory);
        }

        var corpus = new CodeCorpus(configuration.Ratio(levelIndex));
        var fine = EncodeLevel(configuration.Levels[levelIndex], weightsDirectory, audio, cacheDirectory, device, cancellation);
        var coarse =
            levelIndex > 0
                ? EncodeLevel(configuration.Levels[levelIndex - 1], weightsDirectory, audio, cacheDirectory, device, cancellation)
                : null;
        for (var i = 0; i < fine.Count; i++)
        {
            var fineFile = new U16File(fine[i]);
            var coarseFile = coarse is null ? null : new U16File(coarse[i]);
            var length = coarseFile is null
                ? fineFile.Length
                : Math.Min(fineFile.Length, coarseFile.Length * corpus.Ratio) / corpus.Ratio * corpus.Ratio;
            var sounding =
                (audio.Files[i].SoundingLength + configuration.Levels[levelIndex].Compression - 1)
                / configuration.Levels[levelIndex].Compression;
            sounding = (sounding + corpus.Ratio - 1) / corpus.Ratio * corpus.Ratio;
            corpus._pieces.Add(new CodePiece(fineFile, coarseFile, Math.Min(length, sounding)));
        }

        return corpus;
    }

    /// <summary>Histogram of all codes of the level.</summary>
    public CodeStatistics Statistics(int codebookSize)
    {
        var statistics = new CodeStatistics(codebookSize);
        var buffer = new ushort[65536];
        foreach (var piece in _pieces)
        {
            for (long at = 0; at < piece.Length; at += buffer.Length)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, piece.Length - at));
                piece.Fine.ReadRaw(at, part);
                statistics.Add(part);
            }
        }

        return statistics;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece.Fine.Dispose();
            piece.Coarse?.Dispose();
        }
    }

    private static List<string> EncodeLevel(
        LevelConfiguration level,
        string weightsDirectory,
        U16Dataset audio,
        string cacheDirectory,
        Device device,
        CancellationToken cancellation
    )
    {
        var folder = Path.Combine(cacheDirectory, $"{level.VqvaeName}-{Fingerprint(level, weightsDirectory)}");
        var paths = audio.Files.Select(f => Path.Combine(folder, CacheName(f))).ToList();
        if (paths.All(File.Exists))
        {
            return paths;
        }

        using var model = new Vqvae(level);
        VqvaeWeights.Load(model, weightsDirectory, level.VqvaeName);
        model.to(device);
        WeightFiles.PrepareDirectory(folder);
        using var progress = new ProgressLine($"encoding with {level.VqvaeName}", paths.Count);
        for (var i = 0; i < paths.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!File.Exists(paths[i]))
            {
                Encode(model, level, audio.Files[i], paths[i], device);
            }

            progress.Report(i + 1, () => "files");
        }

        return paths;
    }

    private static void Encode(Vqvae model, LevelConfiguration level, U16File file, string path, Device device)
    {
        const int ChunkSamples = 1 << 19;
        var compression = level.Compression;
        var field = ReceptiveField.OfEncoder(level.Encoder, compression);
        var total = file.Length / compression;
        var chunk = Math.Max(ChunkSamples / compression, 1);
        var bytes = new byte[total * 2];
        for (long at = 0; at < total; at += chunk)
        {
            using var scope = torch.NewDisposeScope();
            var from = Math.Max(at - field.Before, 0);
            var end = Math.Min(at + chunk, total);
            var to = Math.Min(end + field.After, total);
            var samples = new float[(to - from) * compression];
            file.Read(from * compression, samples);
            var codes = model.EncodeCodes(torch.tensor(samples, 1, samples.Length).to(device)).to("cpu").ToArray<long>();
            for (var i = at; i < end; i++)
            {
                var code = (ushort)codes[i - from];
                bytes[2 * i] = (byte)code;
                bytes[(2 * i) + 1] = (byte)(code >> 8);
            }
        }

        AtomicFile.Write(path, bytes);
    }

    private static string Fingerprint(LevelConfiguration level, string weightsDirectory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { "encoder", "codebook" })
        {
            hash.AppendData(File.ReadAllBytes(WeightFiles.Find(weightsDirectory, level.VqvaeName, part)));
        }

        // The same weights give other codes under another padding, stride or activation.
        var structure = $"{level.Encoder.Padding} {string.Join(' ', level.Encoder.Layers)}";
        hash.AppendData(Encoding.UTF8.GetBytes(structure));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    // The same audio under another path, or other audio under the same path, gets codes of its own.
    private static string CacheName(U16File file)
    {
        var identity =
            $"{Path.GetFullPath(file.Path)}|{file.Length.ToString(CultureInfo.InvariantCulture)}|{File.GetLastWriteTimeUtc(file.Path).Ticks}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..16];
        return $"{Path.GetFileNameWithoutExtension(file.Path)}-{hash}.codes";
    }
}
