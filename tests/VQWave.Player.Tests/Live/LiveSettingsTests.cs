using System.Text.Json.Nodes;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

/// <summary>What the program remembers from one session to the next.</summary>
public sealed class LiveSettingsTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string SessionFile => folder["config/vqwave/session.json"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Settings_are_kept_and_fresh_leaves_them_aside()
    {
        var (start, _) = Play("--set", "gain=-9", "--set", "level_2_temperature=0.5", "--mode", "notes", "--seed", "77");
        Assert.Equal(-9, Parameter(start, "gain"));
        var kept = File.ReadAllText(SessionFile);
        Assert.Equal(77, JsonNode.Parse(kept)!["values"]!["seed"]!.GetValue<int>());

        (start, _) = Play("--fresh", "--set", "gain=-3");
        Assert.Equal(-3, Parameter(start, "gain"));
        Assert.Equal(0, Parameter(start, "mode"));
        Assert.Equal(kept, File.ReadAllText(SessionFile));

        // What is said now goes before what was.
        (start, _) = Play("--set", "gain=-1");
        Assert.Equal(-1, Parameter(start, "gain"));
        Assert.Equal(0.5, Parameter(start, "level_2_temperature"), 1e-6);
        Assert.Equal(77, Parameter(start, "seed"));
        Assert.Equal(1, Parameter(start, "mode"));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(SessionFile)!, "*.partial"));
    }

    [Theory]
    [InlineData("{ \"version\": 1, \"values\": { \"gain\": ")]
    [InlineData("{ \"version\": 999 }")]
    [InlineData("")]
    public void Damaged_settings_are_kept_aside_and_told(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SessionFile)!);
        File.WriteAllText(SessionFile, text);
        var (start, messages) = Play("--set", "gain=-2");
        Assert.Equal(-2, Parameter(start, "gain"));
        Assert.Equal(1, Parameter(start, "temperature"));
        var told = Assert.Single(messages, m => m["kind"]!.GetValue<string>() == "settings");
        Assert.True(told["problem"]!.GetValue<bool>());
        Assert.Contains("session.json", told["text"]!.GetValue<string>());
        Assert.Contains("session.json.damaged", told["text"]!.GetValue<string>());
        Assert.Equal(text, File.ReadAllText($"{SessionFile}.damaged"));
        Assert.Equal(-2, JsonNode.Parse(File.ReadAllText(SessionFile))!["values"]!["gain"]!.GetValue<int>());
    }

    [Fact]
    public void Options_that_cannot_be_meant_are_one_sentence()
    {
        Refuse(2, ["--set", "gain=loud"], "gain=loud");
        Refuse(2, ["--set", "noise=1"], "noise=1");
        Refuse(2, ["--frames", "8"], "--frames", "8");
        Refuse(2, ["--rate", "200000"], "--rate", "200000");
        Refuse(2, ["--mode", "solo"], "--mode", "solo");
        Refuse(2, ["--preset", "Nothing Like It"], "Nothing Like It");
        Refuse(2, ["--follow"], "--follow");
        Refuse(1, ["--model", "absent"], "absent");
        Assert.False(Directory.Exists(folder["config"]));

        void Refuse(int exitCode, string[] options, params string[] parts) =>
            player
                .Run(folder.Path, ["play", "--silent", "--no-midi", "--json", "--seconds", "1", .. options])
                .AssertRefused(exitCode, parts);
    }

    private static double Parameter(JsonNode start, string key) => start["parameters"]![key]!.GetValue<double>();

    private (JsonNode Start, List<JsonNode> Messages) Play(params string[] options)
    {
        string[] usual = ["play", "--silent", "--no-midi", "--json", "--model", "tiny", "--seconds", "0.3"];
        var lines = player.Run(folder.Path, [.. usual, .. options]).AssertSuccess().Output.TrimEnd('\n').Split('\n');
        var events = lines.Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal("end", events[^1]["event"]!.GetValue<string>());
        Assert.Null(events[^1]["fault"]);
        return (
            events.Single(e => e["event"]!.GetValue<string>() == "start"),
            [.. events.Where(e => e["event"]!.GetValue<string>() == "message")]
        );
    }
}
