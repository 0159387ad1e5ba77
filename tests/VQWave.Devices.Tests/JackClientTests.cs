using System.Diagnostics;

namespace VQWave.Devices.Tests;

[Collection("JACK")]
public sealed class JackClientTests
{
    private const int Block = JackServer.BufferFrames;

    [Fact]
    public void Sound_arrives_sample_by_sample_and_the_audio_thread_allocates_nothing()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        RampRenderer renderer = new();
        MidiQueue midi = new();
        using JackClient client = new(
            renderer,
            new JackClientOptions
            {
                ClientName = "player",
                ConnectToHardware = false,
                Midi = midi,
                Inputs = 2,
                Capture = renderer,
            }
        );

        Assert.Equal(JackServer.SampleRate, client.SampleRate);
        Assert.Equal(Block, client.BufferFrames);
        Assert.Equal(2, client.Channels);
        Assert.Equal("JACK client 'player'", client.Name);
        client.Start();
        Assert.Equal(JackServer.SampleRate, renderer.SampleRate);
        Assert.Equal(Block, renderer.BufferFrames);
        probe.ConnectWhenThere("player:out_left", "probe:in_1");
        probe.ConnectWhenThere("player:out_right", "probe:in_2");
        probe.ConnectWhenThere("player:out_left", "player:in_left");
        probe.ConnectWhenThere("probe:keys", "player:midi_in");
        int from = probe.Recorded;
        long blocksFrom = renderer.Blocks;
        for (int i = 0; i < 20; i++)
        {
            probe.Send((0, [0x90, 60, 100]), (100, [0x80, 60, 0]), (200, [0xF8]));
        }

        Wait.For(() => probe.Recorded >= from + 24000 && renderer.Blocks > blocksFrom + 500, "half a second of sound");
        // Rendered and recorded in the same server's blocks: the rates can only be equal.
        Assert.InRange(renderer.Blocks - blocksFrom, (probe.Recorded - from) / Block / 2, ((probe.Recorded - from) / Block) + 200);
        int left = RampRenderer.LongestRun(probe.Heard(0, from));
        int right = RampRenderer.LongestRun(probe.Heard(1, from), sign: -1);
        Assert.True(left >= 8192, $"The longest faultless run of the left port has {left} frames.");
        Assert.True(right >= 8192, $"The longest faultless run of the right port has {right} frames.");
        // JACK feeds a client's own output back to it one block later.
        Assert.True(renderer.CapturedRamps > 200, $"{renderer.CapturedRamps} of {renderer.CapturedBlocks} blocks came back.");
        client.Stop();
        long blocks = renderer.Blocks;
        Assert.Equal(0, renderer.AllocatedBytes);
        Assert.Equal(0, renderer.Jumps);
        Assert.Equal(blocks * Block, client.SampleTime);
        Assert.Null(client.Failure);
        int messages = 0;
        while (midi.TryRead(out _))
        {
            messages++;
        }

        // A server on a busy machine skips a client that is late, and the block's messages with it, or hands a block on once more; never half a block's.
        Assert.InRange(messages, 3, 120);
        Assert.Equal(0, messages % 3);

        client.Start(1000);
        Wait.For(() => renderer.Blocks > blocks + 3, "playing after a new start");
        Assert.True(client.SampleTime > 1000);
        Assert.Equal(1, renderer.Jumps);
    }

    [Fact]
    public void Midi_keeps_its_frames()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        MidiQueue midi = new();
        using JackClient client = new(new RampRenderer(), new JackClientOptions { ClientName = "player", Midi = midi });
        client.Start(50 * Block);
        probe.ConnectWhenThere("probe:keys", "player:midi_in");

        probe.SendUntil(
            () => midi.Count == 3 && midi.Skipped == 1,
            (37, [0x91, 64, 99]),
            (37, [0xB0, 20, 127]),
            (200, [0xC0, 5]),
            (255, [0xF0, 1, 2, 3, 4, 0xF7])
        );

        Assert.True(midi.TryRead(out TimedMidi note));
        Assert.True(midi.TryRead(out TimedMidi control));
        Assert.True(midi.TryRead(out TimedMidi program));
        Assert.False(midi.TryRead(out _));
        Assert.Equal(new TimedMidi(note.Time, 0, 3, 0x91, 64, 99), note);
        Assert.Equal(new TimedMidi(note.Time, 0, 3, 0xB0, 20, 127), control);
        Assert.Equal(new TimedMidi(note.Time + 163, 0, 2, 0xC0, 5, 0), program);
        // Sample time began with a block, so the frame within the block is the remainder.
        Assert.Equal(37, note.Time % Block);
        Assert.True(note.Time >= 50 * Block);
    }

    [Fact]
    public void Transport_is_seen()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        RampRenderer renderer = new();
        using JackClient client = new(renderer);
        client.Start();
        Wait.For(() => renderer.Blocks > 2, "playing");
        Assert.Equal(JackTransportState.Stopped, client.Transport.State);

        probe.RollTransport();
        Wait.For(() => client.Transport is { State: JackTransportState.Rolling, Frame: > 4000 }, "the transport to roll");
        JackTransport rolling = client.Transport;
        Assert.Equal(0, rolling.Frame % Block);
        Assert.Equal(0, rolling.SampleTime % Block);
        Assert.False(rolling.HasBeats);

        probe.HaltTransport();
        Wait.For(() => client.Transport.State == JackTransportState.Stopped, "the transport to stop");
        Assert.True(client.Transport.Frame >= rolling.Frame);
    }

    [Fact]
    public void Change_of_block_length_is_told_and_play_goes_on()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        RampRenderer renderer = new();
        using JackClient client = new(renderer);
        JackFormat? told = null;
        client.FormatChanged += (_, format) => Volatile.Write(ref told, format);
        client.Start();
        Wait.For(() => renderer.Blocks > 2, "playing");

        // Longer than the scratch memory, so that a block is rendered in pieces.
        probe.SetBufferFrames(8192);
        Wait.For(() => Volatile.Read(ref told) is not null, "the change to be told");
        Assert.Equal(8192, told!.BufferFrames);
        Assert.Equal(JackServer.SampleRate, told.SampleRate);
        Assert.Equal(8192, client.BufferFrames);
        long from = client.SampleTime;
        probe.ConnectWhenThere("VQWave:out_left", "probe:in_1");
        Wait.For(() => client.SampleTime > from + (4 * 8192), "play with the new length");
        Wait.For(() => RampRenderer.LongestRun(probe.Heard(0)) > 8192, "sound over the seams of the pieces");
        Assert.Equal(0, renderer.Jumps);
    }

    [Fact]
    public void Outputs_are_connected_to_the_hardware_where_wanted()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        using JackClient mono = new(new RampRenderer(), new JackClientOptions { ClientName = "mono", Outputs = 1 });
        using JackClient stereo = new(new RampRenderer(), new JackClientOptions { ClientName = "stereo", Inputs = 2 });
        JackClientOptions apart = new() { ClientName = "apart", ConnectToHardware = false };
        using JackClient unconnected = new(new RampRenderer(), apart);
        mono.Start();
        stereo.Start();
        unconnected.Start();

        Assert.Equal(["system:playback_1", "system:playback_2"], probe.Connections("mono:out_1").Order());
        Assert.Equal(["system:playback_1"], probe.Connections("stereo:out_left"));
        Assert.Equal(["system:playback_2"], probe.Connections("stereo:out_right"));
        Assert.Equal(["system:capture_1"], probe.Connections("stereo:in_left"));
        Assert.Equal(["system:capture_2"], probe.Connections("stereo:in_right"));
        Assert.Empty(probe.Connections("apart:out_left"));
        // jackd states one block, and one more because it runs asynchronously.
        Wait.For(() => stereo.OutputLatency > 0, "the latency to be computed");
        Assert.Equal(0, stereo.OutputLatency * JackServer.SampleRate % Block, 6);
        Assert.Equal(0, unconnected.OutputLatency);
    }

    [Fact]
    public void Killed_server_is_told_and_the_next_one_is_reached()
    {
        using JackServer server = JackServer.StartOrSkip();
        RampRenderer renderer = new();
        JackClient client = new(renderer);
        int shutdowns = 0;
        client.ServerShutdown += (_, _) => Interlocked.Increment(ref shutdowns);
        client.Start();
        Wait.For(() => renderer.Blocks > 10, "playing");

        server.Kill();
        Wait.For(() => client.Failure is not null && Volatile.Read(ref shutdowns) == 1, "the shutdown to be told");
        Assert.Equal("The JACK server has ended.", client.Failure);
        server.Restart();
        // While the old client is open, no new one may be: libjack would hand it the dead server's memory.
        Assert.Contains(
            "still being closed",
            Assert.Throws<AudioDeviceException>(() => new JackClient(renderer)).Message,
            StringComparison.Ordinal
        );
        client.Dispose();

        JackClient? next = null;
        Wait.For(() => (next = TryOpen(renderer)) is not null, "the new server");
        long blocks = renderer.Blocks;
        next!.Start();
        Wait.For(() => renderer.Blocks > blocks + 10, "playing again");
        next.Dispose();
    }

    /// <summary>
    /// libjack ends the thread of a client that closes wherever it is, and managed code that is ended so ends the process: this test
    /// fails by taking the whole program with it, or by never ending.
    /// </summary>
    [Fact]
    public void Clients_close_while_the_server_calls_them()
    {
        using JackServer server = JackServer.StartOrSkip(frames: 32);
        using CancellationTokenSource done = new();
        // Collections hold the audio thread at the border of managed code, where it is ended most easily.
        Thread collector = new(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                // A breath: without one nothing else gets to run on a machine of two cores.
                Thread.SpinWait(3000);
            }
        });
        collector.Start();
        try
        {
            List<double> stops = [];
            for (int i = 0; i < 30; i++)
            {
                RampRenderer renderer = new();
                JackClient client = new(renderer);
                client.Start();
                Wait.For(() => renderer.Blocks > 2, "playing");
                if (i % 3 == 0)
                {
                    client.Stop();
                    long blocks = renderer.Blocks;
                    client.Start();
                    Wait.For(() => renderer.Blocks > blocks, "playing after a new start");
                }

                long start = Stopwatch.GetTimestamp();
                client.Dispose();
                stops.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            // A thread that did not end itself would be waited for a second each time.
            stops.Sort();
            Assert.InRange(stops[stops.Count / 2], 0, 0.5);
        }
        finally
        {
            done.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void Missing_server_is_one_sentence()
    {
        if (!JackClient.IsInstalled)
        {
            Assert.Skip("JACK's client library is not installed (apt install libjack-jackd2-0).");
        }

        string message = Assert
            .Throws<AudioDeviceException>(() => new JackClient(new RampRenderer(), new JackClientOptions { ServerName = "vqwave-none" }))
            .Message;
        Assert.Equal("No JACK server called 'vqwave-none' is running: start one (jackd, qjackctl) or choose another output.", message);
    }

    [Fact]
    public void Server_is_found_by_name()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackClient client = new(new RampRenderer(), new JackClientOptions { ServerName = server.Name });
        Assert.Equal(JackServer.SampleRate, client.SampleRate);
    }

    [Fact]
    public void Renderer_that_throws_ends_the_stream_and_not_the_process()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackClient client = new(new ThrowingRenderer());
        client.Start();
        Wait.For(() => client.Failure is not null, "the failure");
        Assert.Equal("Rendering failed: on purpose", client.Failure);
    }

    /// <summary>Were it closed, libjack would end the thread within the renderer, and the program with it.</summary>
    [Fact]
    public void Client_whose_renderer_hangs_stays_open_until_it_has_come_out()
    {
        using JackServer server = JackServer.StartOrSkip();
        using HangingRenderer renderer = new();
        JackClient client = new(renderer);
        client.Start();
        Assert.True(renderer.Entered.Wait(TimeSpan.FromSeconds(30)));

        client.Dispose();
        using (JackProbe probe = JackProbe.Open())
        {
            Assert.NotEmpty(probe.Ports("VQWave"));
        }

        renderer.Leave.Set();
        client.Dispose();
        using (JackProbe probe = JackProbe.Open())
        {
            Assert.Empty(probe.Ports("VQWave"));
        }
    }

    private static JackClient? TryOpen(IAudioRenderer renderer)
    {
        try
        {
            return new JackClient(renderer);
        }
        catch (AudioDeviceException)
        {
            return null;
        }
    }

    private sealed class HangingRenderer : IAudioRenderer, IDisposable
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Leave { get; } = new();

        public void Render(Span<float> interleaved, int channels, long sampleTime)
        {
            Entered.Set();
            Leave.Wait();
        }

        public void Dispose()
        {
            Entered.Dispose();
            Leave.Dispose();
        }
    }

    private sealed class ThrowingRenderer : IAudioRenderer
    {
        public void Render(Span<float> interleaved, int channels, long sampleTime) => throw new InvalidOperationException("on purpose");
    }
}
