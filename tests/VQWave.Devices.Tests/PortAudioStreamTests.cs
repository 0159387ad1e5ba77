using System.Collections.Concurrent;
using System.Diagnostics;

namespace VQWave.Devices.Tests;

[Collection("JACK")]
public sealed class PortAudioStreamTests
{
    private const string IsolationVariable = "VQWAVE_TEST_ISOLATED";

    private static readonly PortAudioStreamOptions ThroughJack = new()
    {
        HostApi = "jack",
        Device = "system",
        BufferFrames = 256,
    };

    [Fact]
    public void Stream_through_jack_is_faultless_and_allocates_nothing()
    {
        using JackServer server = StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        RampRenderer renderer = new();
        using PortAudioStream stream = new(renderer, ThroughJack);
        Assert.Equal(JackServer.SampleRate, stream.SampleRate);
        Assert.Equal(2, stream.Channels);
        Assert.Contains("JACK", stream.Name, StringComparison.Ordinal);

        stream.Start();
        Assert.Equal(JackServer.SampleRate, renderer.SampleRate);
        Assert.True(stream.OutputLatency > 0, $"Latency {stream.OutputLatency} s.");
        string port = "";
        Wait.For(() => (port = probe.Ports("PortAudio.*:out_0").FirstOrDefault() ?? "").Length > 0, "PortAudio's ports");
        probe.ConnectWhenThere(port, "probe:in_1");
        int from = probe.Recorded;
        long framesFrom = stream.SampleTime;
        Wait.For(() => probe.Recorded >= from + 48000 && renderer.Blocks > 200, "a second of sound");

        double ratio = (double)(stream.SampleTime - framesFrom) / (probe.Recorded - from);
        Assert.InRange(ratio, 0.5, 1.5);
        int run = RampRenderer.LongestRun(probe.Heard(0, from));
        Assert.True(run >= 8192, $"The longest faultless run has {run} frames.");
        stream.Stop();
        long blocks = renderer.Blocks;
        Assert.Equal(0, renderer.AllocatedBytes);
        Assert.Equal(0, renderer.Jumps);
        Assert.Null(stream.Failure);

        stream.Start(stream.SampleTime);
        Wait.For(() => renderer.Blocks > blocks + 3, "playing after a new start");
        Assert.Equal(0, renderer.Jumps);
    }

    [Fact]
    public void What_does_not_fit_is_one_sentence()
    {
        using JackServer server = StartOrSkip();
        RampRenderer renderer = new();

        Assert.Contains("'wasapi'", Message(renderer, new PortAudioStreamOptions { HostApi = "wasapi" }), StringComparison.Ordinal);
        Assert.Contains(
            "'no such device'",
            Message(renderer, new PortAudioStreamOptions { Device = "no such device" }),
            StringComparison.Ordinal
        );
        Assert.Contains("usual rate is 48000 Hz", Message(renderer, ThroughJack with { SampleRate = 44100 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PortAudioStreamOptions { SampleRate = 7999 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PortAudioStreamOptions { BufferFrames = 15 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PortAudioStreamOptions { Channels = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PortAudioStreamOptions { Latency = double.NaN });
    }

    [Fact]
    public void Jack_device_survives_its_server_when_opened_as_an_output()
    {
        using JackServer server = StartOrSkip();
        RampRenderer renderer = new();
        using AudioSupervisor supervisor = new(renderer, lease => AudioOutput.Open(lease, ThroughJack));
        supervisor.Start();
        Assert.StartsWith("JACK client", supervisor.Device, StringComparison.Ordinal);
        Wait.For(() => renderer.Blocks > 10, "playing");

        server.Kill();
        Wait.For(() => supervisor.Status.Kind == AudioStatusKind.Lost, "the loss to be noticed");
        long blocks = renderer.Blocks;
        Wait.For(() => renderer.Blocks > blocks + 10, "the renderer to run on in silence");
        server.Restart();
        Wait.For(() => supervisor.IsPlaying, "the sound to come back");
        using JackProbe probe = JackProbe.Open();
        probe.ConnectWhenThere("VQWave:out_left", "probe:in_1");
        Wait.For(() => RampRenderer.LongestRun(probe.Heard(0)) > 4096, "sound at the new server");
        supervisor.Stop();
        Assert.Equal(0, renderer.Jumps);
        Assert.Contains(
            "runs at 48000 Hz, not at 44100 Hz",
            Assert.Throws<AudioDeviceException>(() => AudioOutput.Open(renderer, ThroughJack with { SampleRate = 44100 })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Output_can_go_to_another_client()
    {
        using JackServer server = StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        using IAudioStream stream = AudioOutput.Open(new RampRenderer(), ThroughJack with { Device = "probe" });
        stream.Start();
        Assert.Equal(["probe:in_1"], probe.Connections("VQWave:out_left"));
        Assert.Equal(["probe:in_2"], probe.Connections("VQWave:out_right"));
    }

    [Fact]
    public async Task Server_that_dies_under_portaudio_itself_neither_hangs_nor_crashes()
    {
        // What PortAudio cannot let go of stays for the rest of a process: a process of its own.
        if (Environment.GetEnvironmentVariable(IsolationVariable) is null)
        {
            StartOrSkip().Dispose();
            ProcessStartInfo start = new(Environment.ProcessPath!)
            {
                Environment = { [IsolationVariable] = "1" },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            string name =
                $"{typeof(PortAudioStreamTests).FullName}.{nameof(Server_that_dies_under_portaudio_itself_neither_hangs_nor_crashes)}";
            start.ArgumentList.Add("--filter-method");
            start.ArgumentList.Add(name);
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            bool hasEnded = process.WaitForExit(120_000);
            if (!hasEnded)
            {
                process.Kill();
            }

            string text = await output + await errors;
            Assert.True(hasEnded && process.ExitCode == 0, text);
            return;
        }

        using JackServer server = StartOrSkip();
        RampRenderer renderer = new();
        ConcurrentQueue<string> said = new();
        using AudioSupervisor supervisor = new(renderer, lease => new PortAudioStream(lease, ThroughJack));
        supervisor.StatusChanged += (_, status) => said.Enqueue(status.Message);
        supervisor.Start();
        Wait.For(() => renderer.Blocks > 10, "playing");

        server.Kill();
        Wait.For(() => said.Any(text => text.StartsWith("The JACK server has ended;", StringComparison.Ordinal)), "the loss to be told");
        long blocks = renderer.Blocks;
        Wait.For(() => renderer.Blocks > blocks + 10, "the renderer to run on in silence");
        server.Restart();
        Wait.For(() => said.Any(text => text.Contains("restart the program", StringComparison.Ordinal)), "the reason to be told");
        supervisor.Stop();
        Assert.Equal(0, renderer.Jumps);
        Assert.Contains(
            "restart the program",
            Assert.Throws<AudioDeviceException>(() => new JackClient(renderer)).Message,
            StringComparison.Ordinal
        );
    }

    private static string Message(IAudioRenderer renderer, PortAudioStreamOptions options) =>
        Assert.Throws<AudioDeviceException>(() => new PortAudioStream(renderer, options)).Message;

    private static JackServer StartOrSkip()
    {
        if (!PortAudio.IsInstalled)
        {
            Assert.Skip("PortAudio is not installed (apt install libportaudio2).");
        }

        return JackServer.StartOrSkip();
    }
}
