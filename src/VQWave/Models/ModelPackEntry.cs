namespace VQWave.Models;

/// <summary>A pack as a list shows it.</summary>
/// <param name="Directory">Full path of its folder.</param>
/// <param name="Manifest">Its manifest, or null where that cannot be read.</param>
/// <param name="Problem">Why the manifest cannot be read, in one sentence, or null.</param>
public sealed record ModelPackEntry(string Directory, ModelManifest? Manifest, string? Problem)
{
    /// <summary>The folder's name, by which commands take the pack.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Directory));
}
