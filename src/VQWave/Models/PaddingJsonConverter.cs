using System.Text.Json;
using System.Text.Json.Serialization;

namespace VQWave.Models;

internal sealed class PaddingJsonConverter : JsonConverter<Padding>
{
    public override Padding Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String when reader.ValueTextEquals("same"u8) => Padding.Same,
            JsonTokenType.String when reader.ValueTextEquals("causal"u8) => Padding.Causal,
            JsonTokenType.Number when reader.TryGetInt32(out var codes) && codes >= 0 => Padding.Lookahead(codes),
            _ => throw new JsonException("a padding is \"same\", \"causal\" or a lookahead of 0 codes or more"),
        };

    public override void Write(Utf8JsonWriter writer, Padding value, JsonSerializerOptions options)
    {
        if (value.Mode == PaddingMode.Lookahead)
        {
            writer.WriteNumberValue(value.Codes);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
