using System.Text.Json;
using System.Text.Json.Serialization;

namespace VQWave.Models;

/// <summary>Reads and writes a <see cref="ModelManifest"/> as <c>model.json</c> holds it.</summary>
public static class ModelManifestJson
{
    /// <summary>The manifest as indented JSON.</summary>
    public static string Serialize(ModelManifest manifest) => JsonSerializer.Serialize(manifest, ManifestJsonContext.Default.ModelManifest);

    /// <summary>
    /// Reads a manifest and checks all that needs no other file: its format, its parts and the configuration.
    /// </summary>
    /// <param name="json">The text of <c>model.json</c>.</param>
    /// <param name="source">The file's name for messages.</param>
    /// <exception cref="VQWaveException">The first problem, in one sentence that names <paramref name="source"/>.</exception>
    public static ModelManifest Deserialize(string json, string source = ModelManifest.FileName)
    {
        CheckFormat(json, source);
        ModelManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, ManifestJsonContext.Default.ModelManifest);
        }
        catch (JsonException e)
        {
            throw Damaged(source, FirstLine(e.Message), e);
        }

        if (manifest is null || string.IsNullOrWhiteSpace(manifest.Name))
        {
            throw Damaged(source, "the pack has no name");
        }

        if (manifest.Configuration is null || HierarchyConfigurationJson.IsIncomplete(manifest.Configuration))
        {
            throw Damaged(source, "the configuration lacks its levels or a network of one of them");
        }

        try
        {
            manifest.Configuration.Validate();
        }
        catch (VQWaveException e)
        {
            throw Damaged(source, e.Message.TrimEnd('.'), e);
        }

        CheckStartCodes(manifest, source);
        if (manifest.Files is null || manifest.Files.Any(f => f.Value?.Sha256 is not { Length: 64 }))
        {
            throw Damaged(source, "the list of files lacks the SHA-256 of one of them");
        }

        if (manifest.Quantization?.Weights is not ("float32" or "float16"))
        {
            throw Damaged(source, $"the weights' storage '{manifest.Quantization?.Weights}' is not float32 or float16");
        }

        if (manifest.Quantization.Generators is not (null or "int8" or "int4"))
        {
            throw Damaged(source, $"the generators' precision '{manifest.Quantization.Generators}' is not int8 or int4");
        }

        return manifest;
    }

    // The format comes first: a newer one may not even have the parts that this version requires.
    private static void CheckFormat(string json, string source)
    {
        int format;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("format", out var value)
                || value.ValueKind != JsonValueKind.Number
                || !value.TryGetInt32(out format)
                || format < 1
            )
            {
                throw Damaged(source, "it names no format");
            }
        }
        catch (JsonException e)
        {
            throw Damaged(source, FirstLine(e.Message), e);
        }

        if (format > ModelManifest.CurrentFormat)
        {
            throw new VQWaveException(
                $"{source} has format {format}, and this version of VQWave reads up to {ModelManifest.CurrentFormat}: update VQWave, "
                    + "or export the pack again with this version."
            );
        }
    }

    private static void CheckStartCodes(ModelManifest manifest, string source)
    {
        var levels = manifest.Configuration.Levels;
        if (manifest.StartCodes is null || manifest.StartCodes.Count != levels.Count)
        {
            throw Damaged(source, $"there are {manifest.StartCodes?.Count ?? 0} start codes for {levels.Count} levels");
        }

        for (var i = 0; i < levels.Count; i++)
        {
            if (manifest.StartCodes[i] < 0 || manifest.StartCodes[i] >= levels[i].CodebookSize)
            {
                throw Damaged(
                    source,
                    $"the start code {manifest.StartCodes[i]} of level {levels[i].Name} is not 0 to {levels[i].CodebookSize - 1}"
                );
            }
        }
    }

    private static VQWaveException Damaged(string source, string what, Exception? inner = null)
    {
        var message = $"{source} is not a valid model manifest ({what}): export or download the pack again.";
        return inner is null ? new VQWaveException(message) : new VQWaveException(message, inner);
    }

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.', '\r');
    }
}

/// <summary>Serialisation code made at build time, so that it also works where the program is compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(PaddingJsonConverter), typeof(ActivationJsonConverter)]
)]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;
