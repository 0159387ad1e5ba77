namespace VQWave.Player.Live;

/// <summary>Something that the user is told while playing.</summary>
/// <param name="Kind">What it concerns, as a short word for programs: audio, midi, pack, preset, take, learn, engine, insert, settings.</param>
/// <param name="Text">One sentence.</param>
/// <param name="IsProblem">Whether something is not as it should be.</param>
/// <param name="Time">Seconds since play began.</param>
internal readonly record struct LiveMessage(string Kind, string Text, bool IsProblem, double Time);
