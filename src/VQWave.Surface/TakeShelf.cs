using System.Text.Json;

namespace VQWave.Surface;

/// <summary>The user's takes: one folder, nothing beside it and nothing below it, sound files only.</summary>
/// <remarks>Threading: any thread.</remarks>
internal sealed class TakeShelf(string folder)
{
    private const int MaximumNameLength = 80;
    private static readonly string[] Extensions = [".wav", ".flac"];

    private readonly Lock gate = new();
    private IReadOnlyList<Take> seen = [];

    /// <summary>A take.</summary>
    /// <param name="Name">Its file's name.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="Modified">When it was written, UTC.</param>
    public sealed record Take(string Name, long Bytes, DateTime Modified);

    /// <summary>The takes, newest first.</summary>
    public IReadOnlyList<Take> List()
    {
        try
        {
            DirectoryInfo directory = new(folder);
            return directory.Exists
                ?
                [
                    .. directory
                        .EnumerateFiles()
                        .Where(f => IsTake(f))
                        .Select(f => new Take(f.Name, f.Length, f.LastWriteTimeUtc))
                        .OrderByDescending(t => t.Modified)
                        .ThenBy(t => t.Name, StringComparer.Ordinal),
                ]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether there are others than when this was asked last.</summary>
    public bool HasChanged()
    {
        var now = List();
        lock (gate)
        {
            var changed = !now.SequenceEqual(seen);
            seen = now;
            return changed;
        }
    }

    /// <summary>The file of a take.</summary>
    /// <exception cref="VQWaveException">There is no such take.</exception>
    public string PathOf(string name) =>
        IsName(name) && new FileInfo(Path.Combine(folder, name)) is { Exists: true } file && IsTake(file)
            ? file.FullName
            : throw new VQWaveException($"There is no take '{name}'.");

    /// <summary>Gives a take another name; its kind of file stays.</summary>
    /// <exception cref="VQWaveException">There is no such take, the name is unfit or taken, or the disk refuses.</exception>
    public void Rename(string name, string to)
    {
        var path = PathOf(name);
        var extension = Path.GetExtension(path);
        var stem = to.Trim();
        stem = stem.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? stem[..^extension.Length].TrimEnd() : stem;
        if (!IsName(stem + extension) || stem.Length == 0)
        {
            throw new VQWaveException(
                $"'{to}' is no name for a take: give up to {MaximumNameLength} letters, digits, spaces and - _ . ( ) # + ' &."
            );
        }

        Try(() => File.Move(path, Path.Combine(folder, stem + extension)), $"The take '{name}' cannot be called '{stem}'");
    }

    /// <summary>Deletes a take.</summary>
    /// <exception cref="VQWaveException">There is no such take, or the disk refuses.</exception>
    public void Delete(string name)
    {
        var path = PathOf(name);
        Try(() => File.Delete(path), $"The take '{name}' cannot be deleted");
    }

    /// <summary>Writes the event that lists them.</summary>
    public void WriteEvent(Utf8JsonWriter json)
    {
        json.WriteString("event", "takes");
        json.WriteStartArray("takes");
        foreach (var take in List())
        {
            json.WriteStartObject();
            json.WriteString("name", take.Name);
            json.WriteNumber("seconds", Math.Round(WavLength.Seconds(Path.Combine(folder, take.Name)), 3));
            json.WriteNumber("bytes", take.Bytes);
            json.WriteString("modified", take.Modified);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // A name that is a file's own: no folder, no way out of this one, nothing hidden.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaximumNameLength
        && name[0] != '.'
        && name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '(' or ')' or '#' or '+' or '\'' or '&')
        && Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    private static bool IsTake(FileInfo file) => IsName(file.Name) && file.LinkTarget is null;

    private static void Try(Action action, string what)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{what}: {e.Message}", e);
        }
    }
}
