using System.Security.Cryptography;
using VQWave.Corpus.Midi;
using VQWave.Corpus.Music;
using VQWave.Corpus.Rendering;

namespace VQWave.Corpus;

/// <summary>
/// Composes, renders and records a corpus. Every file is written under a temporary name and renamed, and
/// <c>corpus.json</c> comes last, so that an interrupted run leaves only whole files and is taken up where it stopped.
/// </summary>
internal sealed class CorpusBuilder(CorpusOptions options, TextWriter progress)
{
    // Struck tines and keys are sharp to the ear for an hour: softened as a felt hammer would.
    private const double SoftCorner = 1500;

    // The pieces that an hour has. The share held out is spread within each such block, so that a longer corpus holds out what a shorter
    // one did and never lets a model learn the pieces that an older one was measured on.
    private const int PiecesInHour = 62;

    private readonly Lock _progressLock = new();
    private int _done;

    public CorpusManifest Build(CancellationToken cancellation)
    {
        FluidSynth? synth = options.MidiOnly ? null : FluidSynth.Find(options.FluidSynth, options.SoundFont);
        string? soundFontHash = synth is null ? null : HashFile(synth.SoundFont);
        string manifestPath = Path.Combine(options.Output, "corpus.json");
        try
        {
            string[] folders = synth is null ? ["midi"] : ["midi", "train", "held-out"];
            foreach (string folder in folders)
            {
                Directory.CreateDirectory(Path.Combine(options.Output, folder));
            }

            List<Piece> pieces = ComposeAll();
            bool[] heldOut = ChooseHeldOut(pieces.Count, options.HeldOut);
            CorpusManifest? before = CorpusManifest.TryRead(manifestPath);
            // MIDI alone renders nothing, so what an earlier run rendered of the same music stays on record.
            bool sameTools =
                before is not null
                && before.FormatVersion == CorpusManifest.CurrentFormatVersion
                && (synth is null || (before.Synthesizer == synth.Version && before.SoundFontSha256 == soundFontHash));
            bool isCarriedOver = synth is null && sameTools;
            ILookup<string, PieceEntry> known = (sameTools && !options.Force ? before!.Pieces : []).ToLookup(
                p => p.MidiSha256,
                StringComparer.Ordinal
            );

            var entries = new PieceEntry[pieces.Count];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Jobs, CancellationToken = cancellation };
            try
            {
                Parallel.For(0, pieces.Count, parallel, i => entries[i] = MakePiece(pieces[i], heldOut[i], pieces.Count, synth, known));
            }
            catch (AggregateException e) when (e.InnerExceptions.OfType<CorpusException>().FirstOrDefault() is { } first)
            {
                throw new CorpusException(first.Message, e);
            }

            var manifest = new CorpusManifest(
                CorpusManifest.CurrentFormatVersion,
                options.Seed,
                options.Style.ToString().ToLowerInvariant(),
                options.Minutes,
                options.HeldOut,
                MixDown.SampleRate,
                isCarriedOver ? before!.Synthesizer : synth?.Version,
                isCarriedOver ? before!.SoundFontSha256 : soundFontHash,
                Summarise(entries),
                entries
            );
            WriteAtomically(manifestPath, System.Text.Encoding.UTF8.GetBytes(manifest.ToJson() + "\n"));
            RemoveStale(before, entries);
            return manifest;
        }
        catch (Exception e) when (Flatten(e) is { } cause)
        {
            throw new CorpusException($"cannot write the corpus under '{options.Output}': {cause.Message}", e);
        }
    }

    /// <summary>
    /// Which pieces are held out: of each hour the share rounded to whole pieces and spread evenly; of a corpus under an hour at least one
    /// piece where a share is asked for, and never all.
    /// </summary>
    public static bool[] ChooseHeldOut(int pieces, double share)
    {
        int block = Math.Min(pieces, PiecesInHour);
        int count = (int)Math.Round(block * share, MidpointRounding.AwayFromZero);
        count = share > 0 ? Math.Clamp(count, Math.Min(1, block - 1), block - 1) : 0;
        var chosen = Enumerable.Range(0, count).Select(k => (int)((k + 0.5) * block / count)).ToHashSet();
        return [.. Enumerable.Range(0, pieces).Select(i => chosen.Contains(i % block))];
    }

    private static Exception? Flatten(Exception e) =>
        e is AggregateException aggregate ? aggregate.InnerExceptions.Select(Flatten).FirstOrDefault(i => i is not null)
        : e is IOException or UnauthorizedAccessException ? e
        : null;

    private static string HashFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void WriteAtomically(string path, byte[] bytes)
    {
        // The leading dot and the .tmp ending keep a half-written file out of every *.wav listing.
        string temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static CorpusTotals Summarise(PieceEntry[] entries)
    {
        var heldOut = entries.Where(e => e.Split == "held-out").ToArray();
        double seconds = entries.Sum(e => e.Seconds);
        double? energy = entries.Any(e => e.Energy is null) ? null : entries.Sum(e => e.Energy!.Value);
        return new CorpusTotals(
            entries.Length,
            heldOut.Length,
            Math.Round(seconds / 60, 3),
            Math.Round(heldOut.Sum(e => e.Seconds) / 60, 3),
            energy is null ? null : Math.Round(entries.Sum(e => e.Energy!.Value * e.ShareAbove1kHz!.Value) / energy.Value, 6),
            energy is null ? null : Math.Round(entries.Sum(e => e.Energy!.Value * e.ShareAbove4kHz!.Value) / energy.Value, 6),
            energy is null ? null : Math.Round(10 * Math.Log10(energy.Value / (seconds * MixDown.SampleRate)), 3),
            energy is null ? null : entries.Max(e => e.PeakDb)
        );
    }

    private List<Piece> ComposeAll()
    {
        var pieces = new List<Piece>();
        double seconds = 0;
        while (seconds < options.Minutes * 60)
        {
            Piece piece = Composer.Compose(options.Seed, pieces.Count, options.Style);
            pieces.Add(piece);
            seconds += piece.Seconds;
        }

        return pieces;
    }

    private PieceEntry MakePiece(Piece piece, bool heldOut, int count, FluidSynth? synth, ILookup<string, PieceEntry> known)
    {
        string name = $"{piece.Index + 1:000}-{piece.Name}";
        string split = heldOut ? "held-out" : "train";
        byte[] midi = MidiFileWriter.Encode(piece);
        string midiHash = Hash(midi);
        string midiPath = $"midi/{name}.mid";
        string midiFile = Path.Combine(options.Output, midiPath);
        if (!File.Exists(midiFile) || Hash(File.ReadAllBytes(midiFile)) != midiHash)
        {
            WriteAtomically(midiFile, midi);
        }

        int samples = (int)Math.Round(piece.Seconds * MixDown.SampleRate);
        var entry = new PieceEntry(
            piece.Index,
            name,
            split,
            piece.Key.Name,
            piece.Tempo,
            piece.QuartersPerBar,
            (double)samples / MixDown.SampleRate,
            [.. piece.Instruments.Select(i => i.Name)],
            piece.Notes.Count,
            midiPath,
            midiHash,
            null,
            null,
            null,
            null,
            null,
            null,
            null
        );
        string wavPath = $"{split}/{name}.wav";
        string wavFile = Path.Combine(options.Output, wavPath);
        PieceEntry? old = known[midiHash].FirstOrDefault(p => p.Wav == wavPath && p.Energy is not null);
        if (synth is null)
        {
            return old ?? entry;
        }

        if (old is not null && File.Exists(wavFile) && HashFile(wavFile) == old.WavSha256)
        {
            Report(name, count, "kept");
            return old;
        }

        string rawFile = Path.Combine(options.Output, "midi", $".{name}.raw.tmp");
        float[] audio = MixDown.Process(synth.Render(midiFile, rawFile), samples, SoftCorner);
        byte[] wav = WavFile.Encode(audio, MixDown.SampleRate);
        WriteAtomically(wavFile, wav);
        AudioFigures figures = AudioFigures.Measure(audio, MixDown.SampleRate);
        Report(name, count, $"{entry.Seconds:0.0} s, {100 * figures.ShareAbove1kHz:0.0} % above 1 kHz");
        return entry with
        {
            Wav = wavPath,
            WavSha256 = Hash(wav),
            Energy = Math.Round(figures.Energy, 4),
            ShareAbove1kHz = Math.Round(figures.ShareAbove1kHz, 6),
            ShareAbove4kHz = Math.Round(figures.ShareAbove4kHz, 6),
            RmsDb = Math.Round(figures.RmsDb, 3),
            PeakDb = Math.Round(figures.PeakDb, 3),
        };
    }

    private void Report(string name, int count, string what)
    {
        lock (_progressLock)
        {
            _done++;
            progress.WriteLine($"{_done}/{count} {name}: {what}");
        }
    }

    /// <summary>
    /// Removes what an earlier run wrote here and this one did not, so that two corpora never mix; other files are the
    /// user's and stay.
    /// </summary>
    private void RemoveStale(CorpusManifest? before, PieceEntry[] entries)
    {
        if (before is null)
        {
            return;
        }

        var current = entries.SelectMany(e => new[] { e.Midi, e.Wav }).ToHashSet(StringComparer.Ordinal);
        string root = Path.GetFullPath(options.Output) + Path.DirectorySeparatorChar;
        foreach (string? path in before.Pieces.SelectMany(p => new[] { p.Midi, p.Wav }))
        {
            if (path is null || current.Contains(path))
            {
                continue;
            }

            string full = Path.GetFullPath(Path.Combine(root, path));
            if (full.StartsWith(root, StringComparison.Ordinal))
            {
                File.Delete(full);
            }
        }
    }
}
