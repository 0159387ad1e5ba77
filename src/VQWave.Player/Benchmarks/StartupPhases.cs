namespace VQWave.Player.Benchmarks;

/// <summary>Into what the time from starting the process to the first block is broken.</summary>
internal static class StartupPhases
{
    /// <summary>Names, as JSON has them, in the order of the program.</summary>
    public static IReadOnlyList<string> Names { get; } = ["process", "pack_check", "graphs", "warm_up", "settings_and_midi", "first_block"];

    /// <summary>The same for people.</summary>
    public static IReadOnlyList<string> Headings { get; } =
    ["process start", "pack check", "graphs loaded", "warm-up", "settings, MIDI", "first block"];
}
