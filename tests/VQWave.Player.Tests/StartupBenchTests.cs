using System.Text.Json.Nodes;
using VQWave.TestSupport;

namespace VQWave.Player.Tests;

public sealed class StartupBenchTests(PlayerFixture player) : IDisposable
{
    private static readonly string[] Phases = ["process", "pack_check", "graphs", "warm_up", "settings_and_midi", "first_block"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Cold_and_warm_starts_are_broken_into_their_phases()
    {
        var outcome = player.Run(folder.Path, "bench", "startup", "--model", "tiny", "--windows", "7", "--json").AssertSuccess();
        var json = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(7, json["windows"]!.GetValue<int>());
        Assert.Equal(OperatingSystem.IsLinux(), json["pages_dropped"]!.GetValue<bool>());
        foreach (var kind in (string[])["cold", "warm"])
        {
            var figures = json[kind]!;
            var total = figures["first_sound_ms"]!.GetValue<double>();
            // A process cannot be begun in less, and the test's patience ends before the upper one.
            Assert.InRange(total, 20, 60_000);
            Assert.True(figures["first_sound_p90_ms"]!.GetValue<double>() >= total);
            Assert.Equal(Phases, figures["phases_ms"]!.AsObject().Select(p => p.Key));
            Assert.All(figures["phases_ms"]!.AsObject(), p => Assert.InRange(p.Value!.GetValue<double>(), 0, 60_000));
            Assert.True(figures["phases_ms"]!["process"]!.GetValue<double>() > 5);
        }

        // Nothing of it is left, and nothing came to the folders of the user.
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_pack_that_cannot_be_played_is_one_sentence() =>
        player.Run(folder.Path, "bench", "startup", "--model", "nothing").AssertRefused(1, "'nothing'");

    [Theory]
    [InlineData("--windows", "6")]
    [InlineData("--precision", "int5")]
    public void What_cannot_be_meant_is_refused(string option, string value) =>
        player.Run(folder.Path, "bench", "startup", option, value).AssertRefused(2, option);
}
