namespace VQWave.Player.Hosting;

/// <summary>An effect to put behind the generator.</summary>
/// <param name="Plugin">PLUGIN.vst3 or PLUGIN.vst3:CLASS.</param>
/// <param name="Parameters">NAME=VALUE each.</param>
internal sealed record InsertOptions(string Plugin, IReadOnlyList<string> Parameters);
