using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace VQWave.Controls;

/// <summary>
/// The user's small JSON files: written beside their place and renamed, so that they are there whole or not at all; read with one sentence
/// where they are damaged, and never lost.
/// </summary>
internal static class SettingsFile
{
    // A settings file of ours is a few kilobytes; what is larger is something else.
    private const long MaximumBytes = 4 << 20;

    /// <summary>Writes a document.</summary>
    /// <exception cref="VQWaveException">It cannot be written.</exception>
    internal static void Write<T>(string path, T document, JsonTypeInfo<T> type)
    {
        var temporary = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.partial";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(stream, document, type);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw new VQWaveException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Reads a document, and where it cannot be used moves the file aside.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for the sentence.</param>
    /// <param name="type">The document's type.</param>
    /// <param name="check">Throws <see cref="JsonException"/> or <see cref="VQWaveException"/> where the document cannot be used.</param>
    /// <param name="problem">One sentence, or null.</param>
    /// <returns>The document; null where there is no file or it cannot be used.</returns>
    internal static T? Read<T>(string path, string what, JsonTypeInfo<T> type, Action<T> check, out string? problem)
        where T : class
    {
        problem = null;
        try
        {
            return ReadChecked(path, type, check);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: the {what} cannot be read ({Plain(e)}), so the defaults are used.";
            return null;
        }
        catch (Exception e) when (e is JsonException or VQWaveException)
        {
            problem = $"{path}: the {what} cannot be used ({Plain(e)}), so the defaults are used{KeepAside(path)}.";
            return null;
        }
    }

    /// <summary>Reads a document and leaves the file as it is whatever happens.</summary>
    /// <exception cref="JsonException">It is damaged.</exception>
    /// <exception cref="VQWaveException">It cannot be used.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static T ReadChecked<T>(string path, JsonTypeInfo<T> type, Action<T> check)
        where T : class
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > MaximumBytes)
        {
            throw new JsonException($"it has {stream.Length} bytes, too many for such a file");
        }

        var document = JsonSerializer.Deserialize(stream, type) ?? throw new JsonException("it holds nothing");
        check(document);
        return document;
    }

    /// <summary>Refuses files of later versions.</summary>
    /// <exception cref="VQWaveException">The version is newer or missing.</exception>
    internal static void CheckVersion(int version, int known)
    {
        if (version < 1)
        {
            throw new VQWaveException("it has no version");
        }

        if (version > known)
        {
            throw new VQWaveException($"it is of version {version}, written by a newer VQWave");
        }
    }

    /// <summary>An error's message on one line, without its last full stop.</summary>
    internal static string Plain(Exception e)
    {
        // JsonException ends with where in the file it is, which helps; but what comes after line breaks does not.
        var message = e.Message.ReplaceLineEndings(" ").Trim();
        return message.EndsWith('.') ? message[..^1] : message;
    }

    private static string KeepAside(string path)
    {
        for (var n = 0; n < 100; n++)
        {
            var aside = n == 0 ? $"{path}.damaged" : $"{path}.damaged-{n}";
            if (File.Exists(aside))
            {
                continue;
            }

            try
            {
                File.Move(path, aside);
                return $"; the file is kept as {Path.GetFileName(aside)}";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return "";
            }
        }

        return "";
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Named .partial, it is never read.
        }
    }
}
