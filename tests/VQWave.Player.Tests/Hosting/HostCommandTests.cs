using System.Text.Json.Nodes;
using VQWave.Devices;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Hosting;

/// <summary>The program with plug-ins that others wrote.</summary>
public sealed class HostCommandTests(PlayerFixture player) : IDisposable
{
    private const int Rate = 48000;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_plugin_is_listed_for_people_and_for_programs()
    {
        var bundle = Zam.Bundle("ZamEQ2");
        var text = player.Run(folder.Path, "host", bundle, "--list").AssertSuccess().Output;
        Assert.Contains("ZamEQ2", text);
        Assert.Contains("audio in: Audio Input, 1 channel", text);
        Assert.Matches("""(?m)^Master Gain +0 dB +-12 dB +12 dB +continuous$""", text);
        // What the plug-in hides stays hidden.
        Assert.DoesNotContain("Buffer Size", text);
        var json = JsonNode.Parse(
            player.Run(folder.Path, "host", "ZamEQ2", "--class", "zameq2", "--list", "--json").AssertSuccess().Output
        )!;
        Assert.Equal(bundle, json["module"]!.GetValue<string>());
        var info = Assert.Single(json["classes"]!.AsArray())!;
        Assert.False(info["is_instrument"]!.GetValue<bool>());
        Assert.Equal(2, info["buses"]!.AsArray().Count);
        var gain = Assert.Single(info["parameters"]!.AsArray(), p => p!["name"]!.GetValue<string>() == "Master Gain")!;
        Assert.Equal(0.5, gain["default"]!.GetValue<double>(), 1e-6);
        Assert.Equal("dB", gain["unit"]!.GetValue<string>());
    }

    [Fact]
    public void A_parameter_changes_the_sound_by_what_it_says_from_its_time_on()
    {
        var bundle = Zam.Bundle("ZamEQ2");
        var input = WriteNoise("in.wav", 1);
        player.Run(folder.Path, "host", bundle, "-i", "in.wav", "-o", "plain.wav", "--tail", "0").AssertSuccess();
        player
            .Run(folder.Path, "host", bundle, "-i", "in.wav", "-o", "louder.wav", "--tail", "0", "--param", "Master Gain=6 dB@0.25")
            .AssertSuccess();
        var plain = AudioFile.ReadMono(folder["plain.wav"]).Samples;
        var louder = AudioFile.ReadMono(folder["louder.wav"]).Samples;
        Assert.Equal(input.Length, plain.Length);
        Assert.Equal(input.Length, louder.Length);
        // Its filters stand at 0 dB: what comes out is what went in, but for the gain.
        var gain = Math.Pow(10, 6 / 20.0);
        for (var i = 0; i < input.Length; i++)
        {
            Assert.Equal(input[i], plain[i], 2e-4f);
            Assert.Equal(plain[i] * (i < Rate / 4 ? 1 : gain), louder[i], 2e-4f);
        }
    }

    [Theory]
    [InlineData("ZamVerb", "Room=5", 2)]
    [InlineData("ZamDelay", "Time=300", 1)]
    [InlineData("ZamTube", "Tube Drive=n:0.9", 1)]
    [InlineData("ZamTube", "Tone Stack Model=Gibsen GS12 Reverb Rocket", 1)]
    [InlineData("ZamPhono", "Phono Filter Type=0", 1)]
    public void An_effect_is_rendered_and_its_parameter_is_heard(string name, string parameter, int channels)
    {
        var bundle = Zam.Bundle(name);
        var input = WriteNoise("in.wav", 2);
        player.Run(folder.Path, "host", bundle, "-i", "in.wav", "-o", "a.flac", "--tail", "0.5").AssertSuccess();
        var json = JsonNode.Parse(
            player
                .Run(
                    folder.Path,
                    "host",
                    bundle,
                    "-i",
                    "in.wav",
                    "-o",
                    "b.wav",
                    "--tail",
                    "0.5",
                    "--frames",
                    "100",
                    "--param",
                    parameter,
                    "--json"
                )
                .AssertSuccess()
                .Output
        )!;
        Assert.Equal(channels, json["channels"]!.GetValue<int>());
        var a = AudioFile.ReadMono(folder["a.flac"]).Samples;
        var b = AudioFile.ReadMono(folder["b.wav"]).Samples;
        Assert.Equal(input.Length + (Rate / 2), a.Length);
        Assert.Equal(a.Length, b.Length);
        Assert.All(b, x => Assert.True(float.IsFinite(x)));
        Assert.Contains(a, x => Math.Abs(x) > 0.01);
        Assert.True(Distance(a, input) > 0.01, "the effect is not heard");
        Assert.True(Distance(a, b) > 0.001, "the parameter is not heard");
    }

    [Fact]
    public void Sound_is_resampled_to_the_rate_that_is_asked_for_and_keeps_its_sides()
    {
        var bundle = Zam.Bundle("ZamCompX2");
        // Left a sine, right silence.
        var sound = new float[2 * 44100];
        for (var i = 0; i < 44100; i++)
        {
            sound[2 * i] = 0.1f * MathF.Sin(2 * MathF.PI * 1000 * i / 44100);
        }

        AudioFile.Write(folder["in.wav"], sound, 44100, 2);
        var json = JsonNode.Parse(
            player
                .Run(folder.Path, "host", bundle, "-i", "in.wav", "-o", "out.wav", "--rate", "96000", "--seconds", "0.5", "--json")
                .AssertSuccess()
                .Output
        )!;
        Assert.Equal(96000, json["sample_rate"]!.GetValue<int>());
        using var reader = new AudioFileReader(folder["out.wav"]);
        var frames = new float[2 * 96000];
        Assert.Equal(48000, reader.ReadFrames(frames));
        for (var i = 10000; i < 40000; i++)
        {
            Assert.Equal(0, frames[(2 * i) + 1], 1e-4f);
        }

        // Below its threshold a compressor leaves a sine a sine: as many turns as it had.
        var turns = Enumerable.Range(1, 48000 - 1).Count(i => frames[2 * (i - 1)] < 0 && frames[2 * i] >= 0);
        Assert.InRange(turns, 498, 501);
    }

    [Fact]
    public void A_plugin_plays_live_and_allocates_nothing()
    {
        var bundle = Zam.Bundle("ZamVerb");
        WriteNoise("in.wav", 1);
        var outcome = player
            .Run(folder.Path, "host", bundle, "--silent", "--no-midi", "--input", "in.wav", "--tail", "0.2", "--rate", "44100", "--json")
            .AssertSuccess();
        var lines = outcome.Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal("start", lines[0]["event"]!.GetValue<string>());
        Assert.Equal(44100, lines[0]["sample_rate"]!.GetValue<int>());
        var end = lines[^1];
        Assert.Equal("end", end["event"]!.GetValue<string>());
        Assert.True(end["frames"]!.GetValue<long>() >= 1.2 * 44100);
        Assert.InRange(end["peak_dbfs"]!.GetValue<double>(), -40, 20);
        Assert.Equal(0, end["allocated_bytes"]!.GetValue<long>());
        Assert.Equal(0, end["failed_blocks"]!.GetValue<long>());
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_in_a_sentence_and_leaves_no_file()
    {
        WriteNoise("in.wav", 1);
        File.WriteAllText(folder["text.so"], "no library");
        Directory.CreateDirectory(folder["Empty.vst3"]);
        player.Run(folder.Path, "host", "None.vst3", "--list").AssertRefused(1, "None.vst3");
        player.Run(folder.Path, "host", "text.so", "--list").AssertRefused(1, "text.so");
        player.Run(folder.Path, "host", "Empty.vst3", "-o", "out.wav").AssertRefused(1, "Empty.vst3", "it holds nothing");
        player.Run(folder.Path, "host", "text.so", "-o", "out.xyz").AssertRefused(2, "out.xyz");
        player.Run(folder.Path, "host", "text.so", "--list", "-o", "out.wav").AssertRefused(2, "--list");
        player.Run(folder.Path, "host", "text.so", "--rate", "7", "--list").AssertRefused(2, "--rate '7'");
        player.Run(folder.Path, "host", "text.so", "--tail", "-1", "--list").AssertRefused(2, "--tail '-1'");
        player.Run(folder.Path, "host", "text.so", "--silent", "-o", "out.wav").AssertRefused(2, "--silent");
        player.Run(folder.Path, "host", "text.so", "-i", "in.wav", "-o", "./in.wav").AssertRefused(2, "the input itself");
        player.Run(folder.Path, "host").AssertRefused(2, "host --help");
        Assert.Equal(
            ["Empty.vst3", "in.wav", "text.so"],
            Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void What_the_plugin_has_not_is_refused_in_a_sentence_and_leaves_no_file()
    {
        var bundle = Zam.Bundle("ZamEQ2");
        WriteNoise("in.wav", 1);
        player.Run(folder.Path, "host", bundle, "--class", "Other", "--list").AssertRefused(2, "no 'Other'", "it holds ZamEQ2");
        player.Run(folder.Path, "host", bundle + ":Other", "--list").AssertRefused(2, "no 'Other'");
        player.Run(folder.Path, "host", bundle, "-o", "out.wav").AssertRefused(2, "ZamEQ2 is an effect: give --input");
        player.Run(folder.Path, "host", bundle, "-i", "none.wav", "-o", "out.wav").AssertRefused(1, "none.wav");
        player.Run(folder.Path, "host", bundle, "--midi", "none.mid", "-o", "out.wav").AssertRefused(1, "none.mid");
        foreach (
            var (parameter, part) in new[]
            {
                ("Master Gain", "NAME=VALUE"),
                ("Volume=1", "does not name a parameter"),
                ("Master Gain=13", "-12 dB to 12 dB"),
                ("Master Gain=much", "-12 dB to 12 dB"),
                ("Master Gain=1@-2", "'-2' is not a time"),
                ("Frequency 1=440 dB", "20 Hz to 14000 Hz"),
            }
        )
        {
            player
                .Run(folder.Path, "host", bundle, "-i", "in.wav", "-o", "out.wav", "--param", parameter)
                .AssertRefused(2, $"--param '{parameter}'", part);
        }

        Assert.Equal(["in.wav"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        var count = Math.Min(a.Length, b.Length);
        for (var i = 0; i < count; i++)
        {
            sum += Math.Pow(a[i] - b[i], 2);
        }

        return Math.Sqrt(sum / count);
    }

    // A second of noise, the same on all channels.
    private float[] WriteNoise(string name, int channels)
    {
        var random = new Random(5);
        var mono = new float[Rate];
        var sound = new float[Rate * channels];
        for (var i = 0; i < Rate; i++)
        {
            mono[i] = MathF.Round((float)((random.NextDouble() * 0.5) - 0.25) * 32768) / 32768;
            sound.AsSpan(i * channels, channels).Fill(mono[i]);
        }

        AudioFile.Write(folder[name], sound, Rate, channels);
        return mono;
    }
}
