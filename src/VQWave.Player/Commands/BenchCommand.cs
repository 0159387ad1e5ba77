using System.CommandLine;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave bench</c>: what this machine does with a pack, measured.</summary>
internal static class BenchCommand
{
    public static Command Create() =>
        new(
            "bench",
            """
            Measure live play on this machine: delays, and whether it holds for minutes.

            Examples:
              vqwave bench latency
              vqwave bench soak --minutes 10
            """
        )
        {
            LatencyBench.Create(),
            SoakBench.Create(),
        };
}
