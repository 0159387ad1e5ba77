using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace VQWave.Surface;

/// <summary>The page's files, which lie in the program itself.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "page/";

    private readonly Dictionary<string, PageFile> files = new(StringComparer.Ordinal);

    /// <summary>Reads them.</summary>
    public PageFiles()
    {
        FileExtensionContentTypeProvider types = new();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var type = types.TryGetContentType(name, out var known) ? known : "application/octet-stream";
            var path = "/" + name[Prefix.Length..].Replace('\\', '/');
            files[path] = new PageFile(bytes, type, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
        }
    }

    /// <summary>The answer to a request for a path.</summary>
    public IResult Get(string path) =>
        files.TryGetValue(path == "/" ? "/index.html" : path, out var file)
            ? Results.Bytes(file.Bytes, file.Type, entityTag: EntityTagHeaderValue.Parse(file.Tag))
            : Results.NotFound();

    private sealed record PageFile(byte[] Bytes, string Type, string Tag);
}
