using System.Text.Json.Serialization;

namespace VQWave.Controls;

/// <summary>Serialisation code made at build time, so that it also works where the program is compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(MidiMapDocument))]
[JsonSerializable(typeof(PresetDocument))]
[JsonSerializable(typeof(SessionDocument))]
internal sealed partial class ControlsJsonContext : JsonSerializerContext;
