using System.Security.Cryptography;

namespace VQWave.Player.Live.Surface;

/// <summary>The secret that devices of the live surface are known by, in a file that only the user can read.</summary>
internal static class SurfaceKey
{
    private const int Bytes = 32;

    /// <summary>A new key.</summary>
    public static byte[] Create() => RandomNumberGenerator.GetBytes(Bytes);

    /// <summary>The key in a file, which is made where it is missing.</summary>
    /// <exception cref="VQWaveException">It cannot be read or written; devices then have to be let in again next time.</exception>
    public static byte[] Load(string path)
    {
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Bytes } kept)
            {
                return kept;
            }

            var key = Create();
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = $"{path}.{Environment.ProcessId}.partial";
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            try
            {
                using (FileStream stream = new(temporary, options))
                {
                    stream.Write(key);
                }

                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                // Gone where it was moved; a key that could not be put in its place does not stay beside it.
                File.Delete(temporary);
            }

            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException(
                $"{path} cannot be used ({e.Message}), so devices of the live surface have to be let in again next time.",
                e
            );
        }
    }
}
