using System.Globalization;
using System.Net;
using System.Text;
using VQWave.Training.Data;
using VQWave.Training.Training;

namespace VQWave.Training.Reporting;

/// <summary>
/// Writes <c>report.html</c> from what lies in a run's folder. The page needs no network and no script: charts are inline SVG, spectrograms are in the page,
/// players use the files beside it.
/// </summary>
internal static class RunReport
{
    private const string Style = """
        body{font:15px/1.45 system-ui,sans-serif;color:#1e1e24;background:#f6f6f8;margin:0 auto;padding:24px;max-width:1180px}
        h1{font-size:26px;margin:0 0 12px}h2{font-size:18px;margin:28px 0 10px}
        .advice{padding:12px 16px;border-left:5px solid #777;background:#fff;border-radius:4px;margin:0 0 16px}
        .go{border-color:#008c6e}.stop{border-color:#b3261e}.wait{border-color:#dc6e00}
        .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(110px,1fr));gap:10px}
        .facts div,.card{background:#fff;border-radius:6px;padding:10px 14px}
        .facts b{display:block;font-size:20px}.facts span{color:#5c5c66;font-size:13px}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(440px,1fr));gap:12px}
        svg{width:100%;height:auto;background:#fff;border-radius:6px}
        svg text{font:11px system-ui,sans-serif;fill:#5c5c66}svg .title{font-size:13px;font-weight:600;fill:#1e1e24}
        svg .y,svg .legend{text-anchor:end}svg .x{text-anchor:middle}svg .grid{stroke:#e2e2e6}svg .legend{font-weight:600;fill:revert-layer}
        .card{margin:0 0 12px}.card img{width:100%;height:auto}.card h3{font-size:15px;margin:0 0 8px}
        .players{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:8px 16px}
        .players label{font-size:13px;color:#5c5c66}audio{width:100%;height:34px;display:block}
        dl{columns:3 260px;background:#fff;border-radius:6px;font-size:13px;padding:10px 14px;margin:0}dl div{display:flex;justify-content:space-between;gap:12px;padding:2px 12px 2px 0;break-inside:avoid;border-bottom:1px solid #eee}
        dt{color:#5c5c66}dd{margin:0;overflow-wrap:anywhere;text-align:right}pre{background:#fff;padding:10px 14px;border-radius:6px;font-size:12px;white-space:pre-wrap;margin:0}
        """;

    /// <summary>Writes the page and puts the advice into the log.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="codebookSize">Codes of a VQ-VAE; null for a generator.</param>
    /// <param name="best">The best epoch, or null.</param>
    /// <param name="startEpoch">The epoch that the run went on from: figures up to it are of other options, which the advice does not compare.</param>
    /// <returns>The advice.</returns>
    /// <exception cref="VQWaveException">The page cannot be written.</exception>
    public static TrainingAdvice Write(RunFolder folder, int? codebookSize, BestEpoch? best, long startEpoch)
    {
        var epochs = EpochFigures.Read(folder.Metrics);
        var advice = TrainingAdvice.Of([.. epochs.Where(e => e.Epoch > startEpoch)], codebookSize);
        folder.Log(advice.Text);
        var page = new StringBuilder();
        page.Append(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
            )
            .Append($"<title>{Text(folder.Name)}</title><style>{Style}</style></head><body>\n<h1>{Text(folder.Name)}</h1>\n")
            .Append($"<p class=\"advice {Kind(advice.Verdict)}\">{Text(advice.Text)}</p>\n");
        Facts(page, epochs[^1], folder.Options, codebookSize, best);
        Charts(page, epochs, codebookSize);
        if (codebookSize is not null)
        {
            Sounds(page, folder);
        }

        page.Append("<h2>Options</h2><dl>");
        foreach (var (key, value) in RunFolder.ToJson(folder.Options).Where(p => p.Key != "configuration"))
        {
            page.Append($"<div><dt>{Text(key.Replace('_', ' '))}</dt><dd>{Text(value?.ToString() ?? "–")}</dd></div>");
        }

        page.Append($"<div><dt>configuration</dt><dd>{Text(folder.Options.Configuration.Name)}</dd></div></dl>\n")
            .Append("<h2>Log</h2><pre>")
            .Append(Text(string.Join('\n', File.ReadLines(Path.Combine(folder.Directory, "log.txt")).TakeLast(30))))
            .Append(
                "</pre>\n<p>All of it: <a href=\"log.txt\">log.txt</a>, <a href=\"metrics.csv\">metrics.csv</a>, <a href=\"config.json\">config.json</a></p></body></html>\n"
            );
        AtomicFile.WriteText(folder.Report, page.ToString());
        return advice;
    }

    private static void Facts(StringBuilder page, EpochFigures last, TrainingOptions options, int? codebookSize, BestEpoch? best)
    {
        void Fact(string value, string what) => page.Append($"<div><b>{Text(value)}</b><span>{Text(what)}</span></div>");
        page.Append("<div class=\"facts\">");
        Fact($"{last.Epoch} of {options.Epochs}", "epochs");
        Fact(Number(last.Seconds / 60, "0.0") + " min", "training");
        Fact(Number(last.Loss, "0.0000"), codebookSize is null ? "bits per code" : "loss");
        if (double.IsFinite(last.HeldOut))
        {
            Fact(Number(last.HeldOut, "0.0000"), codebookSize is null ? "held-out bits per code" : "held-out loss");
        }

        if (best is not null)
        {
            Fact($"epoch {best.Epoch}", $"best on held-out music ({Number(best.HeldOut, "0.0000")})");
        }

        if (double.IsFinite(last.SiSdrDecibels))
        {
            Fact(Number(last.SiSdrDecibels, "0.0") + " dB", "held-out SI-SDR");
        }

        if (codebookSize is { } size && last.CodesUsed > 0)
        {
            Fact($"{last.CodesUsed:0} of {size}", "codes used");
            Fact(Number(last.Perplexity, "0"), "perplexity");
            Fact(Number(last.EntropyBits, "0.00"), "effective bits per code");
        }

        page.Append("</div>\n");
    }

    private static void Charts(StringBuilder page, IReadOnlyList<EpochFigures> epochs, int? codebookSize)
    {
        int[] x = [.. epochs.Select(e => e.Epoch)];
        double[] Of(Func<EpochFigures, double> figure) => [.. epochs.Select(figure)];

        // Epochs without a codebook have no usage.
        double[] Codes(Func<EpochFigures, double> figure) => Of(e => e.CodesUsed > 0 ? figure(e) : double.NaN);
        page.Append("<h2>Curves</h2><div class=\"charts\">")
            .Append(
                LineChart.Svg(
                    codebookSize is null ? "Bits per code" : "Loss",
                    x,
                    ("training", Of(e => e.Loss)),
                    ("held out", Of(e => e.HeldOut))
                )
            );
        if (codebookSize is { } size)
        {
            page.Append(LineChart.Svg("Held-out SI-SDR, dB", x, ("SI-SDR", Of(e => e.SiSdrDecibels))))
                .Append(
                    LineChart.Svg(
                        $"Codes used and perplexity, of {size}",
                        x,
                        ("used", Codes(e => e.CodesUsed)),
                        ("perplexity", Codes(e => e.Perplexity))
                    )
                )
                .Append(LineChart.Svg("Effective bits per code", x, ("bits", Codes(e => e.EntropyBits))));
        }

        page.Append("</div>\n");
    }

    private static void Sounds(StringBuilder page, RunFolder folder)
    {
        page.Append("<h2>Held-out crops: original and reconstruction</h2>\n");
        var crops = CropSamples.Find(folder.Samples);
        if (crops.Count == 0)
        {
            page.Append("<p>None: they need --validation-dir and --sample-epochs above 0.</p>\n");
        }

        foreach (var crop in crops)
        {
            page.Append($"<div class=\"card\"><h3>{Text(crop.Title)}</h3>");
            if (File.Exists(crop.Picture))
            {
                page.Append(
                    $"<img alt=\"spectrograms of the original and of epoch {crop.Epochs[^1].Epoch}\" src=\"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(crop.Picture))}\">"
                );
            }

            page.Append("<div class=\"players\">");
            Player(page, "original", crop.Original);
            foreach (var (epoch, file) in crop.Epochs.Reverse())
            {
                Player(page, $"epoch {epoch}", file);
            }

            page.Append("</div></div>\n");
        }
    }

    private static void Player(StringBuilder page, string label, string file) =>
        page.Append(
            $"<label>{Text(label)}<audio controls preload=\"none\" src=\"samples/{Uri.EscapeDataString(Path.GetFileName(file))}\"></audio></label>"
        );

    private static string Kind(Verdict verdict) =>
        verdict switch
        {
            Verdict.StillFalling or Verdict.TooEarly => "go",
            Verdict.NothingHeldOut or Verdict.FallingUsage => "wait",
            _ => "stop",
        };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
