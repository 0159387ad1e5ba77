using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace VQWave.Models;

/// <summary>How a pack stores its weights.</summary>
public sealed record ModelQuantization
{
    /// <summary>The <see cref="Precision"/> of generators that are not quantised.</summary>
    public const string Float = "fp32";

    /// <summary><c>float32</c>, or <c>float16</c>: half the space, widened to float32 when the graphs load. Of quantised generators what is left.</summary>
    public string Weights { get; init; } = "float32";

    /// <summary><c>int8</c> or <c>int4</c> where the generators' matrices are quantised; null where they are not.</summary>
    public string? Generators { get; init; }

    /// <summary>What the scales were fitted to; free-form.</summary>
    public JsonObject? Calibration { get; init; }

    /// <summary>How each generator is quantised and what it cost, by the level's name; null where they are not.</summary>
    public IReadOnlyDictionary<string, QuantizedGenerator>? Levels { get; init; }

    /// <summary>Whatever else the writer noted.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? More { get; set; }

    /// <summary>Precision of the generators: <c>fp32</c>, <c>int8</c> or <c>int4</c>.</summary>
    [JsonIgnore]
    public string Precision => Generators ?? Float;
}
