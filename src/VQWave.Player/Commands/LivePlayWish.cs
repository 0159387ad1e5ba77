using VQWave.Player.Live;

namespace VQWave.Player.Commands;

/// <summary>What was said on the command line about devices and controllers.</summary>
/// <param name="Jack">Whether to be a JACK client.</param>
/// <param name="Silent">Whether to open no device.</param>
/// <param name="LiveOnly">An option that only live play has, as it is written; null where none is given.</param>
/// <param name="Combine">Adds it to other options.</param>
internal sealed record LivePlayWish(bool Jack, bool Silent, string? LiveOnly, Func<LiveOptions, LiveOptions> Combine);
