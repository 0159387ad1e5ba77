using System.Text.Json;
using System.Text.Json.Serialization;

namespace VQWave.Models;

/// <summary>How a pack stores its weights.</summary>
public sealed record ModelQuantization
{
    /// <summary><c>float32</c>, or <c>float16</c>: half the space, widened to float32 when the graphs load.</summary>
    public string Weights { get; init; } = "float32";

    /// <summary>Whatever else the writer noted, such as what it cost in bits per code.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? More { get; set; }
}
