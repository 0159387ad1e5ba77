using VQWave.Player.Live;

namespace VQWave.Player.Commands;

/// <summary>What was said on the command line about devices and controllers.</summary>
/// <param name="Jack">Whether to be a JACK client.</param>
/// <param name="Silent">Whether to open no device.</param>
/// <param name="Inserts">Whether effects are wanted, which only live play has.</param>
/// <param name="Combine">Adds it to other options.</param>
internal sealed record LivePlayWish(bool Jack, bool Silent, bool Inserts, Func<LiveOptions, LiveOptions> Combine);
