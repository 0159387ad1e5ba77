using System.Text;
using System.Text.Json.Nodes;
using VQWave.Controls;
using VQWave.Player.Live.Views;

namespace VQWave.Player.Tests.Live;

public class StreamViewTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Plain_lines_tell_start_messages_status_and_end()
    {
        var player = FakePlayer.Playing();
        player.Status.Seconds = 0;
        player.Say("midi", "nanoKONTROL2 is connected.\r\nforged line");
        player.Say("audio", "The device is gone.", isProblem: true);
        using MemoryStream stream = new();
        RunBriefly(new PlainView(stream), player, () => player.Status.Seconds += 4);
        var lines = Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n');
        Assert.StartsWith(
            "0:00 start pack=live-keys preset=\"Glass\" device=\"Scarlett 2i2 [ALSA]\" rate=48000 block=256 midi_inputs=3",
            lines[0]
        );
        Assert.Contains(" delay_ms=124.7 ring_ms=46.0 decoder_ms=3.0 context_ms=61.0 resampler_ms=2.0 device_ms=12.7", lines[0]);
        Assert.Equal("0:00 message midi: nanoKONTROL2 is connected.  forged line", lines[1]);
        Assert.Equal("0:00 problem audio: The device is gone.", lines[2]);
        var status = lines.First(l => l.Contains(" status "));
        Assert.All(
            [
                "temperature=1.00,1.00,1.00,1.00",
                "top_k=all,all,all,all",
                "notes=C4,F#4",
                "seed=1",
                "peak_db=-6.0",
                "rms_db=-20.0",
                "tick_ms=8.1",
                "p99_ms=12.5",
                "worst_ms=17.4",
                "budget_ms=23.2",
                "load=35%",
                "engines=kernels-avx2/int8,kernels-avx2/int8,onnxruntime/fp32,kernels-avx2/int4",
                "late=0",
                "drops=0",
                "starved=0",
                "xruns=0",
                "midi=77",
            ],
            part => Assert.Contains($" {part}", status)
        );
        Assert.Contains(" end seconds=", lines[^1]);
        Assert.DoesNotContain('\e', Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Json_lines_hold_every_figure()
    {
        var player = FakePlayer.Playing();
        player.Say("pack", "other is loaded.");
        player.Status.Peak = 0;
        player.Status.Rms = float.NaN;
        using MemoryStream stream = new();
        JsonView view = new(stream);
        view.Start(player);
        player.Values[ParameterId.Gain] = -3;
        player.Values[ParameterId.Level2TopK] = 40;
        player.Values.Fire(ParameterId.Reset);
        player.Status.MidiMessages += 3;
        player.Learn(ParameterId.Detail);
        view.Observe(player);
        player.Status.Seconds += 1;
        view.Observe(player);
        var lines = Parse(stream);

        Assert.Equal(["start", "message", "midi", "parameter", "parameter", "parameter", "status"], lines.Select(Event));
        var start = lines[0];
        Assert.Equal("live-keys", start["pack"]!.GetValue<string>());
        Assert.Equal(48000, start["sample_rate"]!.GetValue<int>());
        Assert.Equal([512, 128, 32, 8], start["levels"]!.AsArray().Select(l => l!.GetValue<int>()));
        Assert.Equal(
            ["kernels-avx2 int8", "kernels-avx2 int8", "onnxruntime fp32", "kernels-avx2 int4"],
            start["engines"]!.AsArray().Select(e => e!.GetValue<string>())
        );
        Assert.Equal(124.7, start["delays_ms"]!["total"]!.GetValue<double>(), 1e-6);
        Assert.Equal(1, start["parameters"]!["level_4_temperature"]!.GetValue<double>());

        Assert.Equal(
            ("pack", "other is loaded.", false),
            (Text(lines[1], "kind"), Text(lines[1], "text"), lines[1]["problem"]!.GetValue<bool>())
        );
        Assert.Equal(
            (3, "control_change", 1),
            (lines[2]["count"]!.GetValue<int>(), Text(lines[2], "kind"), lines[2]["channel"]!.GetValue<int>())
        );
        Assert.Equal("CC 20 = 64, channel 1", Text(lines[2], "text"));
        Assert.Equal("nanoKONTROL2", Text(lines[2], "source"));
        Assert.Equal(["reset", "gain", "level_2_top_k"], lines.Skip(3).Take(3).Select(l => Text(l, "key")));
        Assert.Equal(["now", "-3.0 dB", "40"], lines.Skip(3).Take(3).Select(l => Text(l, "text")));
        Assert.Equal(-3, lines[4]["value"]!.GetValue<double>());

        var status = lines[6];
        Assert.Null(status["peak_db"]);
        Assert.Null(status["rms_db"]);
        Assert.True(status.AsObject().ContainsKey("peak_db"));
        Assert.Equal(-6.0206, status["peak_hold_db"]!.GetValue<double>(), 1e-4);
        Assert.Equal(4, status["levels"]!.AsArray().Count);
        Assert.Equal("128x", Text(status["levels"]![1]!, "name"));
        Assert.Equal(40, status["levels"]![1]!["top_k"]!.GetValue<int>());
        Assert.Equal(("onnxruntime", "fp32"), (Text(status["levels"]![2]!, "engine"), Text(status["levels"]![2]!, "precision")));
        Assert.Equal(("kernels-avx2", "int4"), (Text(status["levels"]![3]!, "engine"), Text(status["levels"]![3]!, "precision")));
        Assert.Equal([38, 39, 40, 41], status["levels"]![1]!["codes"]!.AsArray().Select(c => c!.GetValue<int>()));
        Assert.Equal(64, status["levels"]![3]!["codes"]!.AsArray().Count);
        Assert.Equal(
            (8.1, 12.5, 17.4, 23.2),
            (Figure(status, "median_ms"), Figure(status, "p99_ms"), Figure(status, "worst_ms"), Figure(status, "budget_ms"))
        );
        Assert.Equal([60, 66], status["notes"]!.AsArray().Select(n => n!.GetValue<int>()));
        Assert.Equal("detail", Text(status, "learning"));
        Assert.Equal(80, status["midi"]!["messages"]!.GetValue<int>());
        Assert.All(
            ["late_ticks", "drops", "starved_blocks", "xruns", "losses", "collections", "clipped", "take_lost_frames"],
            key => Assert.Equal(0, status[key]!.GetValue<int>())
        );
    }

    [Fact]
    public void Json_ends_with_an_end()
    {
        var player = FakePlayer.Playing();
        player.Status.Fault = "It \"stopped\".";
        using MemoryStream stream = new();
        RunBriefly(new JsonView(stream, 0), player, () => { });
        var lines = Parse(stream);
        Assert.Equal(["start", "end"], lines.Select(Event));
        Assert.Equal("It \"stopped\".", Text(lines[1], "fault"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lines_allocate_nothing(bool isJson)
    {
        var player = FakePlayer.Playing();
        var bytes = new byte[1 << 16];
        using MemoryStream stream = new(bytes);
        JsonView json = new(stream, 0.01);
        PlainView plain = new(stream, 0.01);
        json.Start(player);
        var written = 0L;
        var allocated = AllocationMeter.Measure(i =>
        {
            stream.Position = 0;
            TerminalScreenTests.Move(player, i);
            if (isJson)
            {
                json.Observe(player);
            }
            else
            {
                plain.Observe(player);
            }

            written += stream.Position;
        });
        Assert.True(written > 500 * 300, $"only {written} bytes were written");
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void An_interval_does_not_drift_and_does_not_catch_up()
    {
        Interval interval = new(10);
        Assert.Equal([false, true, false, true, true, false, true], new[] { 9.9, 10.1, 19.9, 20, 95, 104.9, 105 }.Select(interval.IsDue));
        Assert.False(new Interval(0).IsDue(1e9));
    }

    private static List<JsonNode> Parse(MemoryStream stream) =>
        [.. Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!)];

    private static string Event(JsonNode line) => Text(line, "event");

    private static string Text(JsonNode line, string key) => line[key]!.GetValue<string>();

    private static double Figure(JsonNode line, string key) => line[key]!.GetValue<double>();

    // Runs a view until it has looked a few times.
    private static void RunBriefly(ILiveView view, FakePlayer player, Action onLook)
    {
        using CancellationTokenSource stop = new();
        using CountdownEvent looks = new(4);
        var run = Task.Run(() => view.Run(new Watched(player, looks, onLook), stop.Token));
        Assert.True(looks.Wait(Patience));
        stop.Cancel();
        Assert.True(run.Wait(Patience));
    }
}
