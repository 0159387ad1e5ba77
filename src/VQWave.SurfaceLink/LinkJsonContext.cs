using System.Text.Json.Serialization;

namespace VQWave.SurfaceLink;

/// <summary>Reads and writes the link's documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SurfaceSettings))]
[JsonSerializable(typeof(SurfaceCommand))]
[JsonSerializable(typeof(SurfaceNotice))]
public sealed partial class LinkJsonContext : JsonSerializerContext;
