using System.Text.Json.Nodes;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

public sealed class SoakBenchTests(PlayerFixture player, ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Playing_allocates_nothing_and_collects_nothing()
    {
        // Dropped blocks would make the exit status 1, and on a busy machine they are not this test's matter.
        var outcome = player.Run(folder.Path, ["bench", "soak", "--minutes", "0.1", "--model", "tiny", "--json", "--set", "buffer=500"]);
        Assert.InRange(outcome.ExitCode, 0, 1);
        var json = JsonNode.Parse(outcome.Output)!;
        log.WriteLine(json.ToJsonString());
        Assert.Equal("Tiny", json["model"]!.GetValue<string>());
        Assert.InRange(json["seconds"]!.GetValue<double>(), 5.9, 60);
        // Six seconds of blocks of 256 frames, less what a machine that stood still has left out.
        Assert.True(json["blocks"]!.GetValue<long>() > 600);
        Assert.True(json["ticks"]!.GetValue<long>() > 130);
        Assert.Equal(0, json["engine_bytes"]!.GetValue<long>());
        Assert.Equal(0, json["audio_bytes"]!.GetValue<long>());
        Assert.Equal(0, json["collections"]!.GetValue<int>());
        Assert.True(json["tick_median_ms"]!.GetValue<double>() > 0);
        Assert.True(json["tick_worst_ms"]!.GetValue<double>() >= json["tick_p99_ms"]!.GetValue<double>());
        Assert.Null(json["fault"]);
        var isClean = json["blocks_dropped"]!.GetValue<long>() == 0;
        Assert.Equal(isClean, json["clean"]!.GetValue<bool>());
        Assert.Equal(isClean ? 0 : 1, outcome.ExitCode);
    }
}
