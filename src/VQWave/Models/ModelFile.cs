namespace VQWave.Models;

/// <summary>Size and hash of one file of a pack.</summary>
public sealed record ModelFile
{
    /// <summary>SHA-256 of the file's bytes, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Bytes { get; init; }
}
