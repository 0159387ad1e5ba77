using System.Buffers.Binary;
using VQWave.Devices;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Hosting;

/// <summary>The program with an instrument: the library's sample, published by its own tests.</summary>
public sealed class HostInstrumentTests(PlayerFixture player) : IDisposable
{
    private const int Rate = 44100;
    private const string Sample = "tests/VQWave.Vst3.Tests/SamplePlugin/bin/Release/net9.0/linux-x64/publish/SamplePlugin.so";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("64")]
    [InlineData("1000")]
    public void A_song_is_played_at_its_times_and_pitches_whatever_the_blocks(string frames)
    {
        var sample = FindSample();
        WriteSong();
        player
            .Run(
                folder.Path,
                [
                    "host",
                    sample,
                    "--midi",
                    "song.mid",
                    "--output",
                    "song.wav",
                    "--rate",
                    "44100",
                    "--frames",
                    frames,
                    "--tail",
                    "0.25",
                    "--param",
                    "Gain=0.5@1.25",
                ]
            )
            .AssertSuccess();
        using var reader = new AudioFileReader(folder["song.wav"]);
        var sound = new float[2 * 2 * Rate];
        Assert.Equal((int)(1.75 * Rate), reader.ReadFrames(sound));
        for (var i = 0; i < 1.75 * Rate; i++)
        {
            // A of 0.5 s at velocity 100, a pause, A an octave higher of 0.5 s at 127: of half the level at gain 1.
            var expected =
                i < Rate / 2 ? 0.5 * (100 / 127.0) * Math.Sin(2 * Math.PI * 440 * i / Rate)
                : i < Rate || i >= 1.5 * Rate ? 0
                : (i < 1.25 * Rate ? 0.5 : 0.25) * Math.Sin(2 * Math.PI * 880 * (i - Rate) / Rate);
            Assert.Equal(expected, sound[2 * i], 1e-5);
            Assert.Equal(sound[2 * i], sound[(2 * i) + 1]);
        }
    }

    [Fact]
    public void A_class_is_chosen_by_name_and_what_it_has_no_use_for_is_refused()
    {
        var sample = FindSample();
        WriteSong();
        AudioFile.Write(folder["in.wav"], new float[4410], Rate);
        var list = player.Run(folder.Path, "host", sample, "--list").AssertSuccess().Output;
        Assert.Contains("Sample Synth 1.2.3 by Sample Vendor (Instrument, Synth)", list);
        Assert.Contains("programs: Soft, Loud, Off", list);
        Assert.Contains("Sample Gain", list);
        Assert.DoesNotContain(
            "Sample Synth",
            player.Run(folder.Path, "host", sample, "--class", "sample gain äöü", "--list").AssertSuccess().Output
        );
        player
            .Run(folder.Path, "host", sample + ":Sample Gain äöü", "--midi", "song.mid", "-o", "out.wav")
            .AssertRefused(2, "no use for MIDI");
        player.Run(folder.Path, "host", sample, "-o", "out.wav").AssertRefused(2, "Sample Synth is to play nothing");
        player.Run(folder.Path, "host", sample, "-o", "out.wav", "--seconds", "1", "--param", "Peak=1").AssertRefused(2, "cannot be set");
        Assert.False(File.Exists(folder["out.wav"]));
    }

    private static string FindSample()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            var path = Path.Combine(at, Sample);
            if (File.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip($"{Sample} is not there: the tests of VQWave.Vst3 publish it");
        return "";
    }

    // At 120 beats a minute: a quarter is 0.5 s.
    private void WriteSong()
    {
        byte[] track = [0, 0x90, 69, 100, 0x83, 0x60, 0x80, 69, 64, 0x83, 0x60, 0x90, 81, 127, 0x83, 0x60, 0x80, 81, 64, 0, 0xFF, 0x2F, 0];
        var file = new byte[22 + track.Length];
        "MThd"u8.CopyTo(file);
        file[7] = 6;
        file[11] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(12), 480);
        "MTrk"u8.CopyTo(file.AsSpan(14));
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(18), track.Length);
        track.CopyTo(file, 22);
        File.WriteAllBytes(folder["song.mid"], file);
    }
}
