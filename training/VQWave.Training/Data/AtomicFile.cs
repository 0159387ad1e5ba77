namespace VQWave.Training.Data;

/// <summary>Files that are there whole or not at all: written beside their place, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes bytes.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = TemporaryName(path);
        try
        {
            // A run that was killed may have left one under the same process number: it is overwritten.
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        // .NET's word for a file that is larger than its file system, or the user's limit, allows is ArgumentOutOfRangeException.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            Remove(temporary);
            throw new VQWaveException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>A name beside <paramref name="path"/> that no reader takes for a finished file.</summary>
    public static string TemporaryName(string path) => $"{path}.{Environment.ProcessId}.partial";

    /// <summary>Removes a temporary file if it is there.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be removed is named .partial and is never read.
        }
    }
}
