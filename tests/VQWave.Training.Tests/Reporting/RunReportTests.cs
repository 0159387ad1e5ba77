using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VQWave.Devices;
using VQWave.TestSupport;
using VQWave.Training.Reporting;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Reporting;

public sealed partial class RunReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunReportTests()
    {
        Music.Write(_folder["data"], 20_000, 30_000);
        Music.Write(_folder["held"], 50_000, 5000, 2100);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_leaves_one_folder_with_a_page_that_needs_nothing_else()
    {
        using (var trainer = new VqvaeTrainer(Options))
        {
            Assert.True(trainer.Run(default));
        }

        var page = File.ReadAllText(_folder["out/vqvae_8/report.html"]);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        var charts = Svg().Matches(page).Select(m => XDocument.Parse(m.Value).Root!).ToArray();
        Assert.Equal(4, charts.Length);

        // Training and held-out loss of seven epochs.
        Assert.Equal(14, charts[0].Elements("circle").Count());
        var sources = Source().Matches(page).Select(m => m.Groups[1].Value).ToArray();
        Assert.Equal(3, sources.Count(s => s.StartsWith("data:image/png;base64,", StringComparison.Ordinal)));
        var players = sources.Where(s => s.StartsWith("samples/", StringComparison.Ordinal)).ToArray();

        // Three crops: the original, the first epoch and the latest four of them.
        Assert.Equal(3 * 6, players.Length);
        foreach (var player in players)
        {
            var clip = AudioFile.ReadMono(_folder["out/vqvae_8/" + player]);
            Assert.Equal(8000, clip.SampleRate);
            Assert.InRange(clip.Samples.Length, 2000, 40_000);
        }

        Assert.Contains("samples/crop-1-00001.wav", players);
        Assert.Contains("samples/crop-1-00007.wav", players);
        Assert.DoesNotContain("samples/crop-1-00002.wav", players);
        var rows = EpochFigures.Read(_folder["out/vqvae_8/metrics.csv"]);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], rows.Select(r => r.Epoch));
        var advice = TrainingAdvice.Of(rows, 32);
        Assert.Contains(WebUtility.HtmlEncode(advice.Text), page);
        Assert.Contains(advice.Text, File.ReadAllText(_folder["out/vqvae_8/log.txt"]));
    }

    [Fact]
    public void Options_are_kept_and_a_resume_with_others_is_said_in_the_log()
    {
        using (var trainer = new VqvaeTrainer(Options with { Epochs = 1 }))
        {
            Assert.True(trainer.Run(default));
        }

        var config = JsonNode.Parse(File.ReadAllText(_folder["out/vqvae_8/config.json"]))!;
        Assert.Equal(0.001, (double)config["learning_rate"]!);
        Assert.Equal("ema", (string)config["codebook"]!);
        Assert.Equal("tiny", (string)config["configuration"]!["name"]!);
        var first = File.ReadAllLines(_folder["out/vqvae_8/log.txt"]);
        using (var trainer = new VqvaeTrainer(Options with { Epochs = 2, Resume = true, LearningRate = 0.002 }))
        {
            Assert.True(trainer.Run(default));
        }

        var log = File.ReadAllLines(_folder["out/vqvae_8/log.txt"]);
        Assert.Equal(first, log[..first.Length]);
        Assert.Contains(log, l => l.EndsWith("learning_rate is 0.002, was 0.001", StringComparison.Ordinal));
        Assert.Equal(3, File.ReadAllLines(_folder["out/vqvae_8/metrics.csv"]).Length);
        using (var trainer = new VqvaeTrainer(Options with { Epochs = 1, SampleEpochs = 0, ValidationDirectory = null }))
        {
            Assert.True(trainer.Run(default));
        }

        Assert.Empty(Directory.GetFiles(_folder["out/vqvae_8/samples"]));
        Assert.Contains("--validation-dir", File.ReadAllText(_folder["out/vqvae_8/report.html"]));
        Assert.DoesNotContain(File.ReadAllLines(_folder["out/vqvae_8/log.txt"]), l => l.Contains("was", StringComparison.Ordinal));
    }

    [Fact]
    public void Charts_have_a_line_broken_where_figures_are_missing_and_survive_constants()
    {
        var chart = XDocument.Parse(LineChart.Svg("a < b", [1, 2, 3, 4], ("x", [1, double.NaN, 3, 4]))).Root!;
        var path = (string)chart.Element("path")!.Attribute("d")!;
        Assert.Equal(2, path.Count(c => c == 'M'));
        Assert.Equal("a < b", chart.Elements("text").First().Value);

        // 4 lies higher than 3, which lies higher than 1.
        var heights = chart.Elements("circle").Select(c => (double)c.Attribute("cy")!).ToArray();
        Assert.Equal(heights.OrderDescending(), heights);
        Assert.NotNull(XDocument.Parse(LineChart.Svg("one", [1], ("x", [0]))).Root);
        Assert.Equal("", LineChart.Svg("none", [1], ("x", [double.NaN])));
    }

    private VqvaeTrainingOptions Options =>
        new()
        {
            Configuration = TinyHierarchy.Create(),
            LevelIndex = 1,
            DataDirectory = _folder["data"],
            ValidationDirectory = _folder["held"],
            OutputDirectory = _folder["out"],
            BatchSize = 2,
            InputLength = 512,
            LearningRate = 1e-3,
            Steps = 10,
            Epochs = 7,
            UnquantizedSteps = 10,
        };

    [GeneratedRegex("<svg.*?</svg>")]
    private static partial Regex Svg();

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Source();
}
