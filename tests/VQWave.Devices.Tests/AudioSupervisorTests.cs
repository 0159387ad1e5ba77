using System.Collections.Concurrent;

namespace VQWave.Devices.Tests;

[Collection("JACK")]
public sealed class AudioSupervisorTests
{
    [Fact]
    public void Killed_server_is_survived_and_sample_time_has_no_gap()
    {
        using JackServer server = JackServer.StartOrSkip();
        RampRenderer renderer = new();
        ConcurrentQueue<AudioStatus> said = new();
        using AudioSupervisor supervisor = new(renderer, lease => new JackClient(lease, new JackClientOptions { ClientName = "player" }));
        supervisor.StatusChanged += (_, status) => said.Enqueue(status);
        supervisor.Start();
        Assert.True(supervisor.IsPlaying);
        using (JackProbe before = JackProbe.Open())
        {
            before.ConnectWhenThere("player:out_left", "probe:in_1");
            Wait.For(() => RampRenderer.LongestRun(before.Heard(0)) > 4096, "sound");
            server.Kill();
        }

        Wait.For(() => supervisor.Status.Kind == AudioStatusKind.Lost, "the loss to be noticed");
        Assert.Equal("silence", supervisor.Device);
        Assert.Equal(JackServer.SampleRate, supervisor.SampleRate);
        long silentFrom = supervisor.SampleTime;
        Wait.For(() => supervisor.SampleTime > silentFrom + 24000, "half a second of silence");

        server.Restart();
        Wait.For(() => supervisor.IsPlaying, "the sound to come back");
        using JackProbe after = JackProbe.Open();
        after.ConnectWhenThere("player:out_left", "probe:in_1");
        Wait.For(() => RampRenderer.LongestRun(after.Heard(0)) > 4096, "sound at the new server");
        Assert.Equal(1, supervisor.Losses);
        supervisor.Stop();

        Assert.Equal(0, renderer.Jumps);
        Assert.Equal(0, renderer.AllocatedBytes);
        AudioStatus[] statuses = [.. said];
        Assert.Equal("Sound goes to JACK client 'player' at 48000 Hz.", statuses[0].Message);
        Assert.Equal("The JACK server has ended; playing goes on in silence until the device is back.", statuses[1].Message);
        Assert.Equal(AudioStatusKind.Playing, statuses[^2].Kind);
        Assert.Equal(AudioStatusKind.Stopped, statuses[^1].Kind);
        // Attempts that fail for the same reason are not told again and again.
        Assert.InRange(statuses.Length, 4, 8);
    }

    [Fact]
    public void Midi_ports_that_nobody_watches_do_not_keep_the_sound_away()
    {
        if (!MidiInput.IsInstalled)
        {
            Assert.Skip("RtMidi is not installed (apt install librtmidi6).");
        }

        using JackServer server = JackServer.StartOrSkip();
        using MidiInput input = new();
        input.OpenVirtual("knobs", MidiApi.Jack);
        RampRenderer renderer = new();
        using AudioSupervisor supervisor = new(renderer, lease => new JackClient(lease));
        supervisor.Start();

        server.Kill();
        Wait.For(() => supervisor.Status.Kind == AudioStatusKind.Lost, "the loss to be noticed");
        server.Restart();
        Wait.For(() => supervisor.IsPlaying, "the sound to come back");
        Assert.Empty(input.OpenPorts);
        Assert.Equal(0, renderer.Jumps);
    }

    [Fact]
    public void Device_that_is_not_there_yet_is_waited_for()
    {
        int attempts = 0;
        RampRenderer renderer = new();
        AudioSupervisorOptions options = new() { FirstRetry = TimeSpan.FromMilliseconds(20), SilentSampleRate = 8000 };
        using AudioSupervisor supervisor = new(
            renderer,
            lease => ++attempts < 3 ? throw new AudioDeviceException("Not yet.") : new SilentClock(lease, 44100, 1),
            options
        );

        Assert.Equal("Not yet.", Assert.Throws<AudioDeviceException>(() => supervisor.Start()).Message);
        attempts = 0;
        supervisor.Start(allowSilence: true);
        Assert.Equal(AudioStatusKind.Lost, supervisor.Status.Kind);
        Assert.Equal(8000, supervisor.SampleRate);
        Wait.For(() => supervisor.IsPlaying, "the third attempt");
        Assert.Equal(44100, supervisor.SampleRate);
        Assert.Equal(1, supervisor.Channels);
        Assert.Equal(0, supervisor.Losses);
        supervisor.Stop();
        Assert.Equal(0, renderer.Jumps);
    }

    [Fact]
    public void Stream_that_stalls_is_replaced()
    {
        ConcurrentQueue<StallingStream> streams = new();
        RampRenderer renderer = new();
        using AudioSupervisor supervisor = new(
            renderer,
            lease =>
            {
                StallingStream stream = new(lease);
                streams.Enqueue(stream);
                return stream;
            },
            new AudioSupervisorOptions { StallTimeout = TimeSpan.FromSeconds(1), FirstRetry = TimeSpan.FromMilliseconds(20) }
        );
        supervisor.Start();
        StallingStream first = Assert.Single(streams);
        first.IsStalled = true;

        Wait.For(() => streams.Count >= 2 && supervisor.IsPlaying, "a new stream");
        Assert.Equal(streams.Count - 1, supervisor.Losses);
        Assert.True(first.IsDisposed);
        // A stream that comes alive again after it was given up cannot disturb its successor.
        first.RenderOnce();
        supervisor.Stop();
        Assert.Equal(0, renderer.Jumps);
        Assert.Equal(AudioStatusKind.Stopped, supervisor.Status.Kind);
    }

    [Fact]
    public void Silent_clock_keeps_the_rate()
    {
        RampRenderer renderer = new();
        using SilentClock clock = new(renderer, 48000, 2, 256);
        long start = Environment.TickCount64;
        clock.Start(777);
        Wait.For(() => clock.SampleTime >= 777 + 24000, "half a second");
        long milliseconds = Environment.TickCount64 - start;
        clock.Stop();
        // Never faster than time; how much slower a busy machine is, is not the clock's to say.
        Assert.True(milliseconds >= 450, $"{milliseconds} ms for 500 ms.");
        Assert.Equal(0, (clock.SampleTime - 777) % 256);
        Assert.Equal(0, renderer.Jumps);
        Assert.Equal(0, renderer.AllocatedBytes);
    }

    private sealed class StallingStream(IAudioRenderer renderer) : IAudioStream
    {
        private readonly SilentClock clock = new(renderer, 48000, 2, 128);
        private long stalledAt;

        public bool IsStalled { get; set; }

        public bool IsDisposed { get; private set; }

        public string Name => "a stalling stream";

        public int SampleRate => 48000;

        public int Channels => 2;

        public int BufferFrames => 128;

        public double OutputLatency => 0;

        public long Xruns => 0;

        public string? Failure => null;

        public long SampleTime
        {
            get
            {
                if (!IsStalled)
                {
                    stalledAt = clock.SampleTime;
                }
                else
                {
                    clock.Stop();
                }

                return stalledAt;
            }
        }

        public void Start(long sampleTime = 0) => clock.Start(sampleTime);

        public void Stop() => clock.Stop();

        public void Dispose()
        {
            clock.Dispose();
            IsDisposed = true;
        }

        public void RenderOnce() => renderer.Render(new float[256], 2, 1_000_000);
    }
}
