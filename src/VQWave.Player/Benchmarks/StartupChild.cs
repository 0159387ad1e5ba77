using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using VQWave.Controls;
using VQWave.Inference;
using VQWave.Player.Live;

namespace VQWave.Player.Benchmarks;

/// <summary>What a process of <c>vqwave bench startup</c> does: begins to play as <c>vqwave play</c> does, into nothing, and says when it got how far.</summary>
internal static class StartupChild
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Plays the first block and prints the phases as one line of JSON.</summary>
    /// <param name="started">When the process was started, by <see cref="Stopwatch"/>, which counts for the whole machine.</param>
    /// <param name="folder">Where settings, presets and caches of this session are.</param>
    /// <param name="model">The pack.</param>
    /// <param name="precision">The generators' precision.</param>
    /// <param name="output">Where the line is printed.</param>
    /// <returns>The exit status.</returns>
    public static int Execute(long started, string folder, string? model, InferencePrecision precision, TextWriter output)
    {
        var folders = UserFolders.In(folder);
        var options = new LiveOptions
        {
            Model = model,
            Silent = true,
            Fresh = true,
            Inference = new InferenceOptions { Precision = precision },
        };
        using var session = new LiveSession(options, folders);
        session.Start();
        var deadline = Stopwatch.GetTimestamp();
        while (session.Renderer.Blocks == 0)
        {
            if (Stopwatch.GetElapsedTime(deadline) > Patience)
            {
                throw new VQWaveException(session.Fault ?? "No block was played within a minute.");
            }

            Thread.Sleep(1);
        }

        var sounding = Stopwatch.GetTimestamp();
        var times = session.Times;
        double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
        var engine = Milliseconds(times.PackChecked, times.EngineMade);
        double[] phases =
        [
            Milliseconds(started, times.Begin),
            Milliseconds(times.SettingsRead, times.PackChecked),
            engine - times.WarmUp.TotalMilliseconds,
            times.WarmUp.TotalMilliseconds,
            Milliseconds(times.Begin, times.SettingsRead) + Milliseconds(times.EngineMade, times.Ready),
            Milliseconds(times.Ready, sounding),
        ];
        var line = new JsonObject();
        foreach (var (phase, value) in StartupPhases.Names.Zip(phases))
        {
            line[phase] = value;
        }

        output.WriteLine(line.ToJsonString(JsonSerializerOptions.Default));
        return ExitCodes.Success;
    }
}
