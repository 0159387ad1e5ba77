using System.Text.Json;
using VQWave.Controls;

namespace VQWave.Surface;

/// <summary>The table of parameters as pages take it.</summary>
internal static class ParameterJson
{
    /// <summary>Writes the property "parameters".</summary>
    public static void Write(Utf8JsonWriter json, ParameterTable table, ReadOnlySpan<float> values)
    {
        json.WriteStartArray("parameters");
        foreach (var parameter in table.Parameters)
        {
            json.WriteStartObject();
            json.WriteString("key", parameter.Key);
            json.WriteString("name", parameter.Name);
            json.WriteString("short", parameter.ShortName);
            json.WriteString("kind", KindText(parameter.Kind));
            json.WriteString("unit", UnitText(parameter));
            json.WriteNumber("min", parameter.Minimum);
            json.WriteNumber("max", parameter.Maximum);
            json.WriteNumber("default", parameter.Default);
            json.WriteNumber("skew", parameter.Skew);
            json.WriteNumber("decimals", parameter.Decimals);
            json.WriteStartArray("choices");
            foreach (var choice in parameter.Choices)
            {
                json.WriteStringValue(choice);
            }

            json.WriteEndArray();
            json.WriteString("min_text", parameter.MinimumText);
            json.WriteNumber("value", values[parameter.Index]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string KindText(ParameterKind kind) =>
        kind switch
        {
            ParameterKind.Integer => "integer",
            ParameterKind.Toggle => "toggle",
            ParameterKind.Choice => "choice",
            ParameterKind.Trigger => "trigger",
            _ => "continuous",
        };

    private static string UnitText(ParameterDefinition parameter) =>
        parameter.Unit switch
        {
            ParameterUnit.Codes => "codes",
            ParameterUnit.Note => "note",
            _ => parameter.UnitText,
        };
}
