using System.Globalization;

namespace VQWave.Training.Training;

/// <summary>Whether what a run will write fits on its disk, asked before hours depend on it.</summary>
internal static class DiskSpace
{
    /// <summary>Refuses to begin what cannot be kept.</summary>
    /// <param name="directory">A folder that exists.</param>
    /// <param name="needed">Bytes that the run will write.</param>
    /// <param name="what">What they are, such as "100 epochs of vqvae_8".</param>
    /// <param name="free">Bytes there are; null asks the file system.</param>
    /// <exception cref="VQWaveException">There is less room.</exception>
    public static void Require(string directory, long needed, string what, long? free = null)
    {
        if ((free ?? FreeOf(directory)) is { } room && room < needed)
        {
            throw new VQWaveException(
                $"{directory} has {Text(room)} free and {what} need about {Text(needed)}; free some, choose another --output-dir, or take fewer --epochs of more --steps."
            );
        }
    }

    /// <summary>Bytes for people.</summary>
    public static string Text(long bytes) =>
        bytes switch
        {
            >= 1L << 30 => (bytes / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB",
            >= 1 << 20 => (bytes / (double)(1 << 20)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
            _ => (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
        };

    private static long? FreeOf(string directory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A file system that does not tell is tried.
            return null;
        }
    }
}
