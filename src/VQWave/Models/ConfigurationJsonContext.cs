using System.Text.Json.Serialization;

namespace VQWave.Models;

/// <summary>Serialisation code made at build time, so that it also works where the program is compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(PaddingJsonConverter), typeof(ActivationJsonConverter)]
)]
[JsonSerializable(typeof(HierarchyConfiguration))]
internal sealed partial class ConfigurationJsonContext : JsonSerializerContext;
