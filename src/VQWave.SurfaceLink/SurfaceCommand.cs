namespace VQWave.SurfaceLink;

/// <summary>What a page asks for that is not played: presets, packs, takes, learning.</summary>
/// <param name="Do">What to do, by the name in the pages' protocol.</param>
/// <param name="Name">The preset, pack or parameter that it concerns.</param>
/// <param name="To">The new name.</param>
/// <param name="Step">Forwards 1, back −1.</param>
/// <param name="On">Whether something is switched on.</param>
public sealed record SurfaceCommand(string Do, string? Name = null, string? To = null, int Step = 0, bool On = false);
