using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Devices.Tests;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

/// <summary>The program plays through a JACK server, as a user starts it.</summary>
[Collection(JackCollection.Name)]
public sealed class JackPlayTests(PlayerFixture player, ITestOutputHelper log) : IDisposable
{
    private const int Controller = 0xB0;
    private const int FirstTemperature = 20;

    // A step of 24 bits, and of 16: files scale by one step less than full scale, and round.
    private const float Step24 = 1f / (1 << 23);
    private const float Step16 = 1f / (1 << 15);

    // JACK carries more than full scale, files do not: the little pack's random sound is kept below it.
    private const string LowGain = "gain=-12";

    // A buffer that outlasts what else a busy machine does.
    private const string LongBuffer = "buffer=600";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Sound_comes_out_of_both_ports_at_the_right_rate_and_the_take_holds_it_all()
    {
        using var server = JackServer.StartOrSkip();
        using var program = Play(server, "--output", "live.wav", "--seed", "7");
        using var probe = JackProbe.Open();
        Assert.Equal(JackServer.SampleRate, program.WaitFor("start", 0)["sample_rate"]!.GetValue<int>());
        Assert.Equal(["system:playback_1"], probe.Connections("VQWave:out_left"));
        Assert.Equal(["system:playback_2"], probe.Connections("VQWave:out_right"));
        Assert.Equal(["VQWave:midi_in", "VQWave:out_left", "VQWave:out_right"], probe.Ports("VQWave:.*").Order());
        Connect(probe);
        var heard = probe.Recorded;
        Wait.For(() => probe.Recorded >= heard + (3 * JackServer.SampleRate), "three seconds of sound", 60);
        var status = program.NextStatus();
        Assert.True(status["sounding"]!.GetValue<bool>());
        Assert.True(status["recording"]!.GetValue<bool>());
        Assert.True(status["rms_db"]!.GetValue<double>() > -60, "It is silent.");
        Assert.Equal(0, status["take_lost_frames"]!.GetValue<long>());
        AssertUndisturbed(program.Finish());
        var file = Measure.ReadChannels(folder["live.wav"], out var rate);
        Assert.Equal(JackServer.SampleRate, rate);
        Assert.Equal(2, file.Length);
        for (var channel = 0; channel < 2; channel++)
        {
            AssertHolds(file[channel], probe.Heard(channel, heard), Step24);
        }

        // At 48,000 frames a second the same stream is what the program renders to a file: so the ports' rate is right, sample by sample.
        var seconds = Math.Ceiling((double)file[0].Length / rate) + 5;
        string[] options = ["--model", "tiny", "--seed", "7", "--set", LowGain, "--tail", seconds.ToString(CultureInfo.InvariantCulture)];
        var (offline, begin) = Take.FindOffline(player, folder, file[0], Step16, options);
        Assert.True(
            Take.AreEqual(offline.AsSpan(begin, file[0].Length), file[0], Step16),
            "What is played differs from what is rendered offline."
        );
        log.WriteLine($"{file[0].Length} frames of the take equal the offline rendering from its frame {begin} on.");
    }

    [Fact]
    public void A_flac_take_holds_exactly_what_came_out()
    {
        using var server = JackServer.StartOrSkip();
        using var program = Play(server, "--output", "live.flac");
        using var probe = JackProbe.Open();
        Connect(probe);
        var heard = probe.Recorded;
        Wait.For(() => probe.Recorded >= heard + JackServer.SampleRate, "a second of sound", 60);
        // Notes and controllers do not disturb it.
        probe.Send((10, [Controller, 7, 80]), (20, [0x90, 60, 100]), (30, [Controller, FirstTemperature, 5]));
        Wait.For(() => probe.Recorded >= heard + (2 * JackServer.SampleRate), "another second of sound", 60);
        AssertUndisturbed(program.Finish());
        var file = Measure.ReadChannels(folder["live.flac"], out _);
        for (var channel = 0; channel < 2; channel++)
        {
            AssertHolds(file[channel], probe.Heard(channel, heard), Step24);
        }
    }

    [Fact]
    public void Controllers_through_JACK_change_what_is_generated()
    {
        using var server = JackServer.StartOrSkip();
        // An octave down, so that a machine that has other work too generates in time.
        using var program = PlayPack("live-keys", server, "--seed", "3", "--set", "pitch=-12");
        using var probe = JackProbe.Open();
        probe.ConnectWhenThere("probe:keys", "VQWave:midi_in");
        var cold = Codes(0);
        var hot = Codes(127);
        program.Finish();
        var low = Array.ConvertAll(cold, Measure.Entropy);
        var high = Array.ConvertAll(hot, Measure.Entropy);
        for (var level = 0; level < 4; level++)
        {
            log.WriteLine(
                $"level {level}: {low[level]:F2} bits at temperature 0, {high[level]:F2} bits at 2, of {cold[level].Count} and {hot[level].Count} codes"
            );
        }

        for (var level = 0; level < 4; level++)
        {
            // As many codes as there were, all different, would have the entropy log2 of their number.
            var most = Math.Log2(Math.Min(cold[level].Count, hot[level].Count));
            // A second apart there are few codes of the coarser levels, and greedy play may walk far before it returns.
            Assert.True(low[level] <= high[level], $"Temperature 0 repeats itself less than 2 at level {level}.");
            Assert.True(high[level] > most - 0.7, $"Temperature 2 repeats itself at level {level}.");
        }

        Assert.True(low[3] < high[3] - 1, "Temperature 0 does not repeat itself at the finest level.");
        Assert.True(low.Sum() < high.Sum() - 3, "Temperature 0 does not repeat itself.");

        List<int>[] Codes(byte value)
        {
            var expected = value == 0 ? 0.0 : 2;
            var from = program.Now;
            probe.SendUntil(
                () => program.All("parameter", from).Count(e => e["key"]!.GetValue<string>().EndsWith("_temperature")) >= 4,
                [
                    .. Enumerable
                        .Range(0, 4)
                        .Select(level => ((uint)level, new byte[] { Controller, (byte)(FirstTemperature + level), value })),
                ]
            );
            Assert.Contains(program.All("midi", from), e => e["source"]!.GetValue<string>() == "JACK");
            program.WaitFor("status", from, e => Levels(e).All(l => l["drawn_temperature"]!.GetValue<double>() == expected));
            // The lower of them are drawn for what is ahead, and what they are drawn from remembers.
            program.PlayFor(0.5);
            var codes = new List<int>[] { [], [], [], [] };
            for (var i = 0; i < 6; i++)
            {
                var levels = Levels(program.NextStatus());
                for (var level = 0; level < 4; level++)
                {
                    codes[level].AddRange(levels[level]["codes"]!.AsArray().Select(c => c!.GetValue<int>()));
                }
            }

            return codes;
        }
    }

    [Fact]
    public void A_killed_server_is_told_and_sound_and_MIDI_come_back_by_themselves()
    {
        using var server = JackServer.StartOrSkip();
        using var program = Play(server, "--output", "live.wav");
        AssertSounds(JackServer.SampleRate);
        var from = program.Now;
        KillAndMiss();
        var position = program.NextStatus()["position"]!.GetValue<long>();
        // The engine lives: it is read on, into silence.
        program.WaitFor("status", program.Now, e => e["position"]!.GetValue<long>() > position && !e["sounding"]!.GetValue<bool>());

        server.Restart();
        var back = program.WaitFor("message", from, e => IsAudio(e, isProblem: false));
        log.WriteLine($"{back["seconds"]}: {back["text"]}");
        AssertSounds(JackServer.SampleRate);
        Assert.True(program.NextStatus()["recording"]!.GetValue<bool>());
        Assert.DoesNotContain(program.All("message", from), e => e["kind"]!.GetValue<string>() == "take");

        // The next server has another rate: a file has one only, so the take ends there, whole.
        from = program.Now;
        KillAndMiss();
        server.Restart(44100);
        program.WaitFor("message", from, e => IsAudio(e, isProblem: false));
        var take = program.WaitFor("message", from, e => e["kind"]!.GetValue<string>() == "take" && e["problem"]!.GetValue<bool>());
        Assert.Equal("The device's rate has changed, so the take ends here.", take["text"]!.GetValue<string>());
        AssertSounds(44100);
        Assert.Equal(2, program.NextStatus()["losses"]!.GetValue<int>());
        program.Finish();
        var file = Measure.ReadChannels(folder["live.wav"], out var rate);
        Assert.Equal(JackServer.SampleRate, rate);
        Assert.True(Measure.Rms(file[0]) > 1e-3);

        void KillAndMiss()
        {
            server.Kill();
            var lost = program.WaitFor("message", from, e => IsAudio(e, isProblem: true));
            log.WriteLine($"{lost["seconds"]}: {lost["text"]}");
            Assert.Equal(
                "The JACK server has ended; playing goes on in silence until the device is back.",
                lost["text"]!.GetValue<string>()
            );
        }

        void AssertSounds(int rate)
        {
            using var probe = JackProbe.Open();
            Connect(probe);
            var recorded = probe.Recorded;
            Wait.For(() => probe.Recorded >= recorded + 12000, "a quarter of a second of sound", 60);
            Assert.True(Measure.Rms(probe.Heard(0, recorded)) > 1e-3, "The ports are silent.");
            Assert.True(Measure.Rms(probe.Heard(1, recorded)) > 1e-3, "The right port is silent.");
            Assert.Equal(["system:playback_1"], probe.Connections("VQWave:out_left").Where(c => c.StartsWith("system")));
            probe.ConnectWhenThere("probe:keys", "VQWave:midi_in");
            var here = program.Now;
            probe.SendUntil(() => program.All("midi", here).Count > 0, (3, [Controller, 7, 100]));
            Assert.Equal(rate, program.NextStatus()["sample_rate"]!.GetValue<int>());
        }
    }

    [Fact]
    public void Of_two_players_the_one_that_is_starved_does_not_disturb_the_other()
    {
        using var server = JackServer.StartOrSkip();
        using var clean = Play(server, "--seed", "1");
        // Three octaves up it would have to generate eight times as fast as it plays, from a buffer that barely holds a tick.
        var start = player.Describe(folder.Path, []);
        string[] wish =
        [
            "play",
            "--json",
            "--jack",
            server.Name,
            "--fresh",
            "--no-midi",
            "--model",
            "live-keys",
            "--set",
            "buffer=26",
            "--set",
            "pitch=24",
            "--set",
            "root_note=48",
            "--mode",
            "notes",
        ];
        start.ArgumentList.Clear();
        foreach (var argument in (string[])["-n", "10", start.FileName, .. wish])
        {
            start.ArgumentList.Add(argument);
        }

        start.FileName = "nice";
        using var starved = LiveProgram.Start(start);
        using var probe = JackProbe.Open();
        // The second is called VQWave-01 by the server.
        var second = Assert.Single(probe.Ports("VQWave.+:midi_in"));
        probe.ConnectWhenThere("probe:keys", second);
        var from = starved.Now;
        probe.SendUntil(() => starved.All("midi", from).Count > 0, (0, [0x90, 60, 100]));
        starved.WaitFor("status", from, e => e["starved_blocks"]!.GetValue<long>() > 0);
        clean.PlayFor(1);

        PlayerFixture.Halt(starved.Process, isHalted: true);
        using (var listener = JackProbe.Open("listener"))
        {
            listener.ConnectWhenThere("VQWave:out_left", "listener:in_1");
            var recorded = listener.Recorded;
            Wait.For(() => listener.Recorded > recorded + JackServer.SampleRate, "a second of sound beside the halted player");
            Assert.True(Measure.Rms(listener.Heard(0, recorded)) > 1e-3, "The other player went silent.");
        }

        PlayerFixture.Halt(starved.Process, isHalted: false);
        starved.PlayFor(0.5);
        var end = starved.Finish();
        log.WriteLine($"starved: {end["starved_blocks"]} blocks, {end["starved_samples"]} samples, {end["drops"]} times less detail");
        end = clean.Finish();
        log.WriteLine($"clean: {end["starved_blocks"]} blocks, {end["late_ticks"]} of {end["ticks"]} ticks late, {end["xruns"]} xruns");
        AssertUndisturbed(end);
    }

    [Fact]
    public void The_transport_begins_the_piece_and_mutes_it()
    {
        using var server = JackServer.StartOrSkip();
        using var program = Play(server, "--transport");
        using var probe = JackProbe.Open();
        Connect(probe);
        Wait.For(() => probe.Recorded > JackServer.SampleRate / 2, "half a second");
        program.NextStatus();
        var stopped = probe.Recorded;
        Wait.For(() => probe.Recorded > stopped + (JackServer.SampleRate / 2), "half a second");
        Assert.Equal(0, Measure.Rms(probe.Heard(0, stopped)));
        Assert.Equal(0, program.NextStatus()["piece"]!.GetValue<int>());

        probe.RollTransport();
        var from = program.Now;
        program.WaitFor("status", from, e => e["piece"]!.GetValue<int>() == 1 && e["rms_db"] is { } rms && rms.GetValue<double>() > -60);

        probe.HaltTransport();
        from = program.Now;
        program.WaitFor("parameter", from, e => e["key"]!.GetValue<string>() == "bypass" && e["value"]!.GetValue<double>() == 1);
        var muted = probe.Recorded + (JackServer.SampleRate / 4);
        Wait.For(() => probe.Recorded > muted + (JackServer.SampleRate / 2), "half a second");
        Assert.Equal(0, Measure.Rms(probe.Heard(0, muted)));
        program.Finish();
    }

    [Fact]
    public void Devices_list_the_server()
    {
        using var server = JackServer.StartOrSkip();
        var start = player.Describe(folder.Path, ["devices", "--json"]);
        start.Environment["JACK_DEFAULT_SERVER"] = server.Name;
        var listed = JsonNode.Parse(PlayerFixture.Run(start).AssertSuccess().Output)!["jackServer"]!;
        Assert.Equal(JackServer.SampleRate, listed["sampleRate"]!.GetValue<int>());
        Assert.Equal(JackServer.BufferFrames, listed["bufferFrames"]!.GetValue<int>());
    }

    [Fact]
    public void A_server_that_is_not_there_is_one_sentence()
    {
        using var server = JackServer.StartOrSkip();
        player
            .Run(folder.Path, "play", "--jack", "vqwave-none", "--fresh", "--no-midi", "--model", "tiny")
            .AssertRefused(1, "No JACK server called 'vqwave-none'");
    }

    private static void Connect(JackProbe probe)
    {
        probe.ConnectWhenThere("VQWave:out_left", "probe:in_1");
        probe.ConnectWhenThere("VQWave:out_right", "probe:in_2");
    }

    private static bool IsAudio(JsonObject message, bool isProblem) =>
        message["kind"]!.GetValue<string>() == "audio" && message["problem"]!.GetValue<bool>() == isProblem;

    private static JsonObject[] Levels(JsonObject status) => [.. status["levels"]!.AsArray().Select(l => l!.AsObject())];

    private static void AssertUndisturbed(JsonObject end)
    {
        Assert.Equal(0, end["starved_blocks"]!.GetValue<long>());
        Assert.Equal(0, end["drops"]!.GetValue<long>());
        Assert.Equal(0, end["collections"]!.GetValue<int>());
        Assert.Null(end["fault"]);
    }

    private LiveProgram Play(JackServer server, params string[] arguments) => PlayPack("tiny", server, arguments);

    private LiveProgram PlayPack(string pack, JackServer server, params string[] arguments) =>
        LiveProgram.Start(
            player,
            folder.Path,
            ["--jack", server.Name, "--fresh", "--no-midi", "--model", pack, "--set", LongBuffer, "--set", LowGain, .. arguments]
        );

    private void AssertHolds(float[] file, ReadOnlySpan<float> heard, float tolerance)
    {
        // Before the connection it was silent, and after the program's end.
        var from = Measure.Onset(heard);
        Assert.True(from >= 0, "Nothing was heard.");
        heard = heard[((from / 256 * 256) + 256)..];
        heard = heard[..(heard.LastIndexOfAnyExcept(0f) / 256 * 256)];
        var (blocks, found, seams) = Take.Follow(heard, file, tolerance);
        log.WriteLine($"{found} of {blocks} blocks that were heard are in the file, with {seams} seams.");
        Assert.True(blocks > 150, $"Only {blocks} blocks were heard.");
        // A block in which a busy server skipped one of the two clients may be the one before, or silent.
        Assert.True(found >= blocks - Math.Max(2, blocks / 20), $"{blocks - found} of {blocks} blocks are not in the file.");
    }
}
