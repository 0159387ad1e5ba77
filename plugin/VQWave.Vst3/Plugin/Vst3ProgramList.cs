namespace VQWave.Vst3;

/// <summary>A list of programs (presets) of a unit.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">Name to show.</param>
/// <param name="Programs">Names of the programs.</param>
public sealed record Vst3ProgramList(int Id, string Name, IReadOnlyList<string> Programs);
