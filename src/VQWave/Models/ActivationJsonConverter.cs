using System.Text.Json;
using System.Text.Json.Serialization;

namespace VQWave.Models;

internal sealed class ActivationJsonConverter : JsonConverter<Activation>
{
    public override Activation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String ? reader.GetString() : null) switch
        {
            "linear" => Activation.Linear,
            "elu" => Activation.Elu,
            "tanh" => Activation.Tanh,
            _ => throw new JsonException("an activation is \"linear\", \"elu\" or \"tanh\""),
        };

    public override void Write(Utf8JsonWriter writer, Activation value, JsonSerializerOptions options) =>
        writer.WriteStringValue(
            value switch
            {
                Activation.Elu => "elu",
                Activation.Tanh => "tanh",
                _ => "linear",
            }
        );
}
