using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Training.Data;

namespace VQWave.Training.Recipes;

/// <summary>What is known of a stage: for which command and inputs it was begun, and, once it is complete, what it left.</summary>
/// <param name="Key">Hash of the command, the content of its inputs and the keys of the stages that it depends on.</param>
/// <param name="StartEpoch">Epoch that it went on from; 0 for none.</param>
/// <param name="Epoch">Last epoch of a network that it trained; 0 for none.</param>
/// <param name="Result">Hash of what it left; null while it is not complete.</param>
internal sealed record StageStamp(string Key, int StartEpoch, int Epoch, string? Result)
{
    /// <summary>Reads a stamp; null where there is none that can be read.</summary>
    public static StageStamp? Read(string path)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!;
            return new StageStamp((string)json["key"]!, (int)json["start_epoch"]!, (int)json["epoch"]!, (string?)json["result"]);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or FormatException
            )
        {
            return null;
        }
    }

    /// <summary>Writes the stamp, whole or not at all.</summary>
    public void Write(string path) =>
        AtomicFile.WriteText(
            path,
            new JsonObject
            {
                ["key"] = Key,
                ["start_epoch"] = StartEpoch,
                ["epoch"] = Epoch,
                ["result"] = Result,
            }.ToJsonString() + "\n"
        );

    /// <summary>Hash of texts.</summary>
    public static string Hash(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts))))[..24];

    /// <summary>Hash of the names and contents of a file, or of the files in a folder; a word where there is neither.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="counts">Files that count; null for all.</param>
    public static string HashOfContent(string path, Func<string, bool>? counts = null)
    {
        if (File.Exists(path))
        {
            return HashOfFile(path);
        }

        if (!Directory.Exists(path))
        {
            return "none";
        }

        return Hash(
            Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(f => counts?.Invoke(f) ?? true)
                .Order(StringComparer.Ordinal)
                .SelectMany(f => new[] { Path.GetRelativePath(path, f), HashOfFile(f) })
        );
    }

    private static string HashOfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..24];
    }
}
