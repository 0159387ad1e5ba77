using System.Text.Json.Nodes;
using VQWave.TestSupport;

namespace VQWave.Player.Tests;

public sealed class SpeedBenchTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_way_is_measured_and_bounded()
    {
        var outcome = player
            .Run(
                folder.Path,
                "bench",
                "speed",
                "--model",
                "tiny",
                "--windows",
                "3",
                "--precision",
                "fp32,int8",
                "--voices",
                "1,3",
                "--peers",
                "--json"
            )
            .AssertSuccess();
        var json = JsonNode.Parse(outcome.Output)!;
        var ways = json["precisions"]!.AsArray();
        Assert.Equal(["fp32", "int8"], ways.Select(w => w!["precision"]!.GetValue<string>()));
        var levels = json["units"]!.AsArray().Count;
        foreach (var way in ways)
        {
            Assert.Equal(levels, way!["step_us"]!.AsArray().Count);
            Assert.All(way["step_us"]!.AsArray(), t => Assert.InRange(t!.GetValue<double>(), 0.01, 1e6));
            Assert.Equal([1, 2], way["hierarchy"]!.AsArray().Select(h => h!["threads"]!.GetValue<int>()));
            Assert.All(
                way["hierarchy"]!.AsArray(),
                h => AssertHierarchy(h!, way["engine"]!.GetValue<string>().StartsWith("kernels", StringComparison.Ordinal))
            );
            // The generators are part of the whole.
            Assert.True(way["generators_real_time_factor"]!.GetValue<double>() > 0);
        }

        if (ways.All(w => w!["engine"]!.GetValue<string>().StartsWith("kernels", StringComparison.Ordinal)))
        {
            var bytes = ways.Select(w => w!["weight_bytes"]!.AsArray().Sum(b => b!.GetValue<long>())).ToList();
            Assert.InRange((double)bytes[0] / bytes[1], 2, 4);
        }

        Assert.Equal([1, 3, 1, 3], json["voices"]!.AsArray().Select(v => v!["voices"]!.GetValue<int>()));
        Assert.All(
            json["voices"]!.AsArray(),
            v =>
            {
                var speed = v!["real_time_factor"]!.GetValue<double>();
                Assert.InRange(v["real_time_factor_p10"]!.GetValue<double>(), 0, speed);
                // A whole piece is more than its generators' steps; figures of small windows scatter.
                Assert.InRange(speed, 0, 2 * v["generators_real_time_factor"]!.GetValue<double>());
            }
        );
        var peers = json["peers"]!.AsArray().Select(p => p!["engine"]!.GetValue<string>()).ToList();
        Assert.Contains("onnxruntime", peers);
        // Built with everything else, libtorch takes part; where it is not, it is said.
        Assert.True(peers.Contains("libtorch") || json["notices"]!.AsArray().Any(n => n!.GetValue<string>().Contains("libtorch")));
    }

    [Fact]
    public void For_people_there_are_tables()
    {
        var outcome = player
            .Run(
                folder.Path,
                "bench",
                "speed",
                "--model",
                "tiny",
                "--windows",
                "3",
                "--precision",
                "auto",
                "--threads",
                "1",
                "--voices",
                "2,1"
            )
            .AssertSuccess();
        Assert.Contains("x real time", outcome.Output);
        Assert.Contains("limit", outcome.Output);
        var curve = outcome.Output.Split('\n').SkipWhile(l => !l.StartsWith("voices", StringComparison.Ordinal)).Skip(1).Take(2);
        Assert.Equal(["1", "2"], curve.Select(l => l.TrimStart().Split(' ')[0]));
        Assert.Contains("Median of 3 windows", outcome.Output);
    }

    [Theory]
    [InlineData("--threads", "3")]
    [InlineData("--threads", "1,,2")]
    [InlineData("--precision", "int5")]
    [InlineData("--sizes", "huge")]
    [InlineData("--windows", "2")]
    [InlineData("--voices", "0")]
    [InlineData("--device", "tpu")]
    public void What_cannot_be_meant_is_refused(string option, string value) =>
        player.Run(folder.Path, "bench", "speed", option, value).AssertRefused(2, option);

    private static void AssertHierarchy(JsonNode hierarchy, bool isBounded)
    {
        var median = hierarchy["real_time_factor"]!.GetValue<double>();
        Assert.True(median > 0);
        Assert.InRange(hierarchy["real_time_factor_p10"]!.GetValue<double>(), 0, median);
        Assert.Equal(isBounded, hierarchy["limit"] is not null);
        if (isBounded)
        {
            Assert.True(hierarchy["limit"]!.GetValue<double>() > 0);
        }
    }
}
