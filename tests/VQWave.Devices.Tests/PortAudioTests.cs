using System.Diagnostics;

namespace VQWave.Devices.Tests;

[Collection("JACK")]
public sealed class PortAudioTests
{
    [Fact]
    public void List_agrees_with_HasOutput()
    {
        if (!PortAudio.IsInstalled)
        {
            AudioDeviceException e = Assert.Throws<AudioDeviceException>(PortAudioDevice.List);
            Assert.Contains("libportaudio2", e.Message, StringComparison.Ordinal);
            Assert.False(PortAudio.HasOutput);
            return;
        }

        IReadOnlyList<PortAudioDevice> devices = PortAudioDevice.List();
        Assert.Equal(devices.Count > 0, PortAudio.HasOutput);
        Assert.All(devices, device => Assert.True(device.OutputChannels > 0 && device.SampleRate > 0, device.Name));
        if (devices.Count == 0)
        {
            Assert.Contains(
                "no output device",
                Assert.Throws<AudioDeviceException>(() => PortAudioPlayer.Play(new float[100], 22050)).Message,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Sound_reaches_a_jack_server_and_can_be_cancelled()
    {
        if (!PortAudio.IsInstalled)
        {
            Assert.Skip("PortAudio is not installed (apt install libportaudio2).");
        }

        using JackServer server = JackServer.StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        PortAudioDevice? device = PortAudioDevice.List().FirstOrDefault(d => d.HostApi.Contains("JACK", StringComparison.Ordinal));
        Assert.NotNull(device);
        Assert.True(PortAudio.HasOutput);
        Assert.Equal(48000, device.SampleRate);
        Assert.Equal(device, PortAudioDevice.Find(device.Name));

        // A sine at the models' rate: it must arrive at the server's, with its pitch, level and length.
        Thread connector = new(() => ConnectPortAudio(probe));
        connector.Start();
        Stopwatch clock = Stopwatch.StartNew();
        PlaybackReport report = PortAudioPlayer.Play(Signals.Sine(1000, 22050, 22050), 22050, device);
        double seconds = clock.Elapsed.TotalSeconds;
        connector.Join();
        float[] heard = probe.Heard(0).ToArray();

        Assert.True(report.Completed);
        Assert.Equal(48000, report.SampleRate);
        Assert.Equal(48000, report.FramesPlayed);
        Assert.InRange(seconds, 0.9, 4);
        int last = Array.FindLastIndex(heard, sample => sample != 0);
        int first = Array.FindIndex(heard, sample => sample != 0);
        Assert.True(first >= 0, "Nothing arrived at the JACK server.");
        Assert.InRange(last - first, 24000, 48000);
        float[] middle = heard[(last - 16384)..(last - 4096)];
        Assert.Equal(0.5, Signals.AmplitudeAt(middle, 1000, 48000), 0.002);
        Assert.Equal(0.5 / Math.Sqrt(2), Signals.Rms(middle), 0.002);

        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(300));
        clock.Restart();
        PlaybackReport cancelled = PortAudioPlayer.Play(new float[480000], 48000, device, cancellation.Token);
        Assert.False(cancelled.Completed);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.2, 3);
    }

    private static void ConnectPortAudio(JackProbe probe)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            if (probe.Ports("PortAudio.*:out_0") is [string port, ..] && probe.TryConnect(port, "probe:in_1"))
            {
                return;
            }

            Thread.Sleep(1);
        }
    }
}
