namespace VQWave.Models;

/// <summary>How far ahead a context network looks.</summary>
public sealed record ModelLookahead
{
    /// <summary>Codes of the next coarser level.</summary>
    public required int Codes { get; init; }

    /// <summary>The same in seconds.</summary>
    public required double Seconds { get; init; }
}
