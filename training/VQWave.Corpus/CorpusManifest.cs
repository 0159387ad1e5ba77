using System.Text.Json;

namespace VQWave.Corpus;

/// <summary>One piece in <c>corpus.json</c>. Paths are relative to the corpus folder; the audio figures are null for MIDI alone.</summary>
internal sealed record PieceEntry(
    int Index,
    string Name,
    string Split,
    string Key,
    int Tempo,
    int QuartersPerBar,
    double Seconds,
    string[] Instruments,
    int Notes,
    string Midi,
    string MidiSha256,
    string? Wav,
    string? WavSha256,
    double? Energy,
    double? ShareAbove1kHz,
    double? ShareAbove4kHz,
    double? RmsDb,
    double? PeakDb
);

/// <summary>Figures of the whole corpus; shares are of its summed energy.</summary>
internal sealed record CorpusTotals(
    int Pieces,
    int HeldOutPieces,
    double Minutes,
    double HeldOutMinutes,
    double? ShareAbove1kHz,
    double? ShareAbove4kHz,
    double? RmsDb,
    double? PeakDb
);

/// <summary>The contents of <c>corpus.json</c>.</summary>
internal sealed record CorpusManifest(
    int FormatVersion,
    ulong Seed,
    string? Style,
    double RequestedMinutes,
    double HeldOutShare,
    int SampleRate,
    string? Synthesizer,
    string? SoundFontSha256,
    CorpusTotals Totals,
    PieceEntry[] Pieces
)
{
    /// <summary>Raised when rendering changes, so that older files are rendered again.</summary>
    public const int CurrentFormatVersion = 2;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a manifest; null where there is none or it cannot be read, for then everything is made anew.</summary>
    public static CorpusManifest? TryRead(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<CorpusManifest>(File.ReadAllText(path), Json);
            return manifest?.Pieces is null ? null : manifest;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
