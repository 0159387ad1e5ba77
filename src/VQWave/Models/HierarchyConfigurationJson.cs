using System.Text.Json;

namespace VQWave.Models;

/// <summary>Reads and writes a <see cref="HierarchyConfiguration"/> as JSON (snake_case names, padding as "same", "causal" or a number).</summary>
public static class HierarchyConfigurationJson
{
    /// <summary>The configuration as indented JSON.</summary>
    public static string Serialize(HierarchyConfiguration configuration) =>
        JsonSerializer.Serialize(configuration, ConfigurationJsonContext.Default.HierarchyConfiguration);

    /// <summary>Reads and validates a configuration.</summary>
    /// <exception cref="VQWaveException">The text is not JSON, lacks a part, or describes what cannot be built.</exception>
    public static HierarchyConfiguration Deserialize(string json)
    {
        HierarchyConfiguration? configuration;
        try
        {
            configuration = JsonSerializer.Deserialize(json, ConfigurationJsonContext.Default.HierarchyConfiguration);
        }
        catch (JsonException e)
        {
            throw new VQWaveException($"The model configuration cannot be read: {FirstLine(e.Message)}", e);
        }

        if (configuration is null || IsIncomplete(configuration))
        {
            throw new VQWaveException("The model configuration lacks its levels or a network of one of them.");
        }

        configuration.Validate();
        return configuration;
    }

    /// <summary>Whether a part that the reader cannot require by its type is missing or null.</summary>
    internal static bool IsIncomplete(HierarchyConfiguration configuration) =>
        configuration.Levels is null || configuration.Levels.Any(IsIncomplete);

    private static bool IsIncomplete(LevelConfiguration? level) =>
        level?.Encoder?.Layers is null
        || level.Decoder?.Layers is null
        || level.Generator is null
        || level.Encoder.Layers.Any(l => l is null)
        || level.Decoder.Layers.Any(l => l is null)
        || (level.Generator.Context is { } context && context.Dilations is null);

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
