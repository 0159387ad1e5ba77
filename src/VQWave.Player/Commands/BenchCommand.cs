using System.CommandLine;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave bench</c>: what this machine does with a pack, measured.</summary>
internal static class BenchCommand
{
    public static Command Create() =>
        new(
            "bench",
            """
            Measure this machine: how fast it generates and starts, the delays of live play, and whether it holds for minutes.

            Examples:
              vqwave bench speed --sizes head --peers
              vqwave bench startup
              vqwave bench latency
              vqwave bench soak --minutes 10
            """
        )
        {
            SpeedBench.Create(),
            StartupBench.Create(),
            LatencyBench.Create(),
            SoakBench.Create(),
        };
}
