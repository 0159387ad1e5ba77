namespace VQWave.Devices;

/// <summary>What became of a take.</summary>
/// <param name="Files">The files, in the order of time; more than one where the take outgrew a file.</param>
/// <param name="Frames">Frames in them, silence for lost ones included.</param>
/// <param name="LostFrames">Frames that could not be kept because the disk was too slow or failed; silence stands in for those in between.</param>
/// <param name="Repaired">Samples that were no finite numbers and were stored as 0.</param>
/// <param name="Error">One sentence where recording ended early or something was lost; null for a whole take.</param>
public sealed record TakeReport(IReadOnlyList<string> Files, long Frames, long LostFrames, long Repaired, string? Error);
