using System.Text.Json.Nodes;
using VQWave.Devices;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Hosting;

/// <summary>Live play through effects, as a musician starts it.</summary>
public sealed class InsertPlayTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_take_holds_what_is_heard_behind_the_inserts()
    {
        var messages = Play(
            "--insert",
            Zam.Bundle("ZamVerb"),
            "--insert",
            Zam.Bundle("ZamCompX2"),
            "--insert-param",
            "1:Wet / Dry=100",
            "--insert-param",
            "1:Room=6"
        );
        Assert.Contains(messages, m => m.Text.StartsWith("ZamVerb is behind the generator", StringComparison.Ordinal));
        Assert.Contains(messages, m => m.Text.StartsWith("ZamCompX2 is behind the generator", StringComparison.Ordinal));
        Assert.DoesNotContain(messages, m => m.Kind == "insert" && m.IsProblem);
        var (left, right) = ReadTake();
        Assert.Contains(left, x => x != 0);
        // The generator is mono; a room is not.
        Assert.NotEqual(left, right);
    }

    [Fact]
    public void Play_goes_on_without_an_insert_that_grows_too_loud()
    {
        // Three equalisers with all that they have.
        string[] one = ["Master Gain=12", "Boost/Cut L=20", "Boost/Cut H=20", "Boost/Cut 1=20", "Boost/Cut 2=20"];
        var bundle = Zam.Bundle("ZamEQ2");
        List<string> arguments = [];
        for (var n = 1; n <= 3; n++)
        {
            arguments.AddRange(["--insert", bundle]);
            arguments.AddRange(one.SelectMany(p => new[] { "--insert-param", $"{n}:{p}" }));
        }

        var messages = Play([.. arguments]);
        Assert.Contains(
            messages,
            m => m.Kind == "insert" && m.IsProblem && m.Text.Contains("louder than +24 dB", StringComparison.Ordinal)
        );
        var (left, _) = ReadTake();
        Assert.True(left.Length > 48000, $"{left.Length} frames");
        Assert.Contains(left[^24000..], x => x != 0);
    }

    [Fact]
    public void What_cannot_be_meant_is_refused_before_anything_sounds()
    {
        string[] play = ["play", "--model", "tiny", "--fresh", "--silent", "--no-midi", "--seconds", "1", "--output", "out.wav"];
        player.Run(folder.Path, [.. play, "--insert", "None.vst3"]).AssertRefused(1, "None.vst3");
        player.Run(folder.Path, [.. play, "--insert-param", "1:Gain=1"]).AssertRefused(2, "there is none: give --insert");
        player.Run(folder.Path, [.. play, "--insert", "None.vst3", "--insert-param", "2:Gain=1"]).AssertRefused(2, "there are 1");
        player.Run(folder.Path, [.. play, "--insert", "None.vst3", "--insert-param", "Gain=1"]).AssertRefused(2, "N:NAME=VALUE");
        player
            .Run(folder.Path, "play", "--model", "tiny", "--length", "10", "--insert", "None.vst3")
            .AssertRefused(2, "--insert is for live play");
        var bundle = Zam.Bundle("ZamEQ2");
        player.Run(folder.Path, [.. play, "--insert", bundle + ":Other"]).AssertRefused(2, "no 'Other'");
        player.Run(folder.Path, [.. play, "--insert", bundle, "--insert-param", "1:Gain=1"]).AssertRefused(2, "--insert-param 'Gain=1'");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private List<(string Kind, string Text, bool IsProblem)> Play(params string[] arguments)
    {
        // Long blocks, so that a busy machine does not make an effect late.
        string[] play =
        [
            "play",
            "--model",
            "tiny",
            "--fresh",
            "--silent",
            "--frames",
            "4096",
            "--no-midi",
            "--seconds",
            "2",
            "--seed",
            "3",
            "--json",
            "--output",
            "take.wav",
        ];
        var outcome = player.Run(folder.Path, [.. play, .. arguments]).AssertSuccess();
        return
        [
            .. outcome
                .Output.TrimEnd('\n')
                .Split('\n')
                .Select(line => JsonNode.Parse(line)!)
                .Where(e => e["event"]?.GetValue<string>() == "message")
                .Select(e => (e["kind"]!.GetValue<string>(), e["text"]!.GetValue<string>(), e["problem"]!.GetValue<bool>())),
        ];
    }

    private (float[] Left, float[] Right) ReadTake()
    {
        using var reader = new AudioFileReader(folder["take.wav"]);
        Assert.Equal(2, reader.SourceChannels);
        var frames = new float[2 * 48000 * 60];
        var count = reader.ReadFrames(frames);
        return (
            [.. Enumerable.Range(0, count).Select(i => frames[2 * i])],
            [.. Enumerable.Range(0, count).Select(i => frames[(2 * i) + 1])]
        );
    }
}
