using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VQWave.Player.Output;

/// <summary>Figures as JSON.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        // Names and paths stay readable; nothing here ends up in a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A number rounded to six significant places of its fraction; null for what JSON cannot hold (infinity, NaN).</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 6)) : null;

    public static JsonArray Array<T>(IEnumerable<T> values) => new([.. values.Select(v => (JsonNode?)JsonValue.Create(v))]);

    public static void Write(JsonNode node) => Console.Out.WriteLine(node.ToJsonString(Options));
}
