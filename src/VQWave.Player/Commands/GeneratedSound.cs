using VQWave.Analysis;
using VQWave.Generation;

namespace VQWave.Player.Commands;

/// <summary>A level of a piece, and its sound if it was decoded.</summary>
/// <param name="Level">The level, of all pieces.</param>
/// <param name="Piece">Index of the piece.</param>
/// <param name="Loudness">Of its sound; null where it was not decoded.</param>
/// <param name="DecodeSeconds">Wall time of decoding.</param>
/// <param name="Samples">The sound where it is to be played; null elsewhere, as a sound is only held until it is written.</param>
internal sealed record GeneratedSound(GeneratedLevel Level, int Piece, SoundLevel? Loudness, double DecodeSeconds, float[]? Samples)
{
    /// <summary>What became of the codebook.</summary>
    public CodeStatistics Statistics { get; } = CodeStatistics.FromCodes(Level.Pieces[Piece], Level.Level.CodebookSize);
}
