using VQWave.Controls;
using VQWave.Instruments;
using VQWave.Player.Hosting;
using VQWave.Player.Tests.Live;
using VQWave.Vst3;

namespace VQWave.Player.Tests.Hosting;

public sealed class HostPlayerTests
{
    private const int Rate = 48000;

    [Theory]
    [InlineData(16, 16)]
    [InlineData(512, 512)]
    [InlineData(480, 77)]
    [InlineData(64, 3000)]
    public void Notes_and_points_fall_on_their_frames_whatever_the_blocks(int maxFrames, int callFrames)
    {
        using var module = TroublePlugin.Load();
        using var plugin = module.CreatePlugin();
        // Gain 1 from the start, 0.5 from frame 100, 2 from frame 101, 0.25 from frame 3000.
        ParameterPoint[] points =
        [
            new(TroublePlugin.Gain, 0.125, 3000.0 / Rate),
            new(TroublePlugin.Gain, 0.25, 100.0 / Rate),
            new(TroublePlugin.Gain, 1, 101.0 / Rate),
        ];
        MidiFileEvent[] song =
        [
            new(50.0 / Rate, MidiMessage.NoteOn(0, 60, 127), 0),
            new(2999.0 / Rate, MidiMessage.NoteOn(3, 61, 127), 0),
            new(3000.0 / Rate, MidiMessage.NoteOn(0, 62, 127), 0),
        ];
        var player = new HostPlayer(plugin, song, points);
        player.Prepare(Rate, maxFrames, Vst3ProcessMode.Offline);
        var sound = new List<float>();
        var input = new float[callFrames];
        input.AsSpan().Fill(0.1f);
        while (sound.Count < 2 * 4000)
        {
            var output = new float[2 * callFrames];
            // A live note in the last frame of each call.
            player.Process(input, 1, output, 2, [InstrumentEvent.Midi(callFrames - 1, MidiMessage.NoteOn(0, 70, 127))]);
            sound.AddRange(output);
        }

        for (var i = 0; i < 4000; i++)
        {
            var gain =
                i < 100 ? 1f
                : i < 101 ? 0.5f
                : i < 3000 ? 2f
                : 0.25f;
            var expected = (0.1f * gain) + (i is 50 or 2999 or 3000 ? 1 : 0) + (i % callFrames == callFrames - 1 ? 1 : 0);
            Assert.Equal(expected, sound[2 * i], 1e-6f);
            Assert.Equal(sound[2 * i], sound[(2 * i) + 1]);
        }

        Assert.Equal(sound.Count / 2, player.Position);
        Assert.InRange(player.TakePeak(), 1.2f, 3.3f);
    }

    [Fact]
    public void Silence_stands_in_for_errors_and_for_what_is_not_finite_and_both_are_counted()
    {
        using var module = TroublePlugin.Load();
        using var plugin = module.CreatePlugin();
        var player = new HostPlayer(
            plugin,
            [],
            [new(TroublePlugin.Trouble, 0.25, 256.0 / Rate), new(TroublePlugin.Trouble, 0.5, 512.0 / Rate)]
        );
        player.Prepare(Rate, 256, Vst3ProcessMode.Realtime);
        var input = new float[2 * 768];
        input.AsSpan().Fill(0.5f);
        var output = new float[2 * 768];
        player.Process(input, 2, output, 2, []);
        Assert.All(output[..512], x => Assert.Equal(0.5f, x));
        Assert.All(output[512..], x => Assert.Equal(0, x));
        Assert.Equal(256 + 128, player.FirstBadFrame);
        Assert.Equal(1, player.FailedBlocks);
        Assert.NotEqual(Vst3Result.Ok, player.FailedCode);
    }

    [Fact]
    public void Input_shorter_than_the_block_is_followed_by_silence_and_mono_is_heard_on_both_sides()
    {
        using var module = TroublePlugin.Load();
        using var plugin = module.CreatePlugin();
        var player = new HostPlayer(plugin, [], []);
        player.Prepare(Rate, 100, Vst3ProcessMode.Offline);
        var output = new float[2 * 300];
        player.Process([1, 2, 3], 1, output, 2, []);
        Assert.Equal([1, 1, 2, 2, 3, 3, 0, 0], output[..8]);
        Assert.All(output[8..], x => Assert.Equal(0, x));
        // Of three channels the plug-in takes two; a mono device hears their mean.
        var mono = new float[2];
        player.Process([1, 3, 9, 2, 4, 9], 3, mono, 1, []);
        Assert.Equal([2, 3], mono);
    }

    [Fact]
    public void Nothing_is_allocated_while_it_plays()
    {
        using var module = TroublePlugin.Load();
        using var plugin = module.CreatePlugin();
        var points = Enumerable.Range(1, 600).Select(i => new ParameterPoint(TroublePlugin.Gain, i / 600.0, i * 0.01));
        var song = Enumerable.Range(1, 600).Select(i => new MidiFileEvent(i * 0.01, MidiMessage.NoteOn(0, 60, 100), 0)).ToList();
        var player = new HostPlayer(plugin, song, points);
        player.Prepare(Rate, 256, Vst3ProcessMode.Realtime);
        var input = new float[2 * 480];
        var output = new float[2 * 480];
        var live = new InstrumentEvent[] { InstrumentEvent.Midi(7, MidiMessage.NoteOn(0, 60, 1)) };
        Assert.Equal(0, AllocationMeter.Measure(_ => player.Process(input, 2, output, 2, live)));
    }
}
