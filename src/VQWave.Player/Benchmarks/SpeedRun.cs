using System.Text.Json.Nodes;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Player.Commands;
using VQWave.Player.Output;

namespace VQWave.Player.Benchmarks;

/// <summary>All measurements of <c>vqwave bench speed</c>, which take turns window by window.</summary>
internal sealed class SpeedRun : IDisposable
{
    private readonly ModelPack pack;
    private readonly List<PrecisionTimer> ways = [];
    private readonly List<VoiceTimer> voices = [];
    private readonly List<StepTimer> peers = [];
    private readonly TorchPeer? torch;
    private readonly List<string> notices = [];
    private readonly int[] threads;
    private readonly double[] stepsPerSecond;

    public SpeedRun(
        ModelPack pack,
        IReadOnlyList<int> threads,
        IReadOnlyList<InferencePrecision> precisions,
        InferenceDevice device,
        IReadOnlyList<int> voices,
        bool peers
    )
    {
        this.pack = pack;
        this.threads = [.. threads.Distinct()];
        var levels = pack.Configuration.Levels;
        stepsPerSecond = [.. levels.Select(l => (double)pack.Configuration.SampleRate / l.Compression)];
        try
        {
            foreach (var precision in precisions.Distinct())
            {
                var runtime = InferenceRuntime.Create(new InferenceOptions { Device = device, Precision = precision }, pack);
                if (runtime.Notice is { } notice && !notices.Contains(notice))
                {
                    notices.Add(notice);
                }

                ways.Add(new PrecisionTimer(runtime, pack, precision, this.threads));
                foreach (var count in voices.Distinct().Order())
                {
                    this.voices.Add(new VoiceTimer(runtime, pack, precision.ToName(), count));
                }
            }

            if (peers)
            {
                var reference = InferenceRuntime.Create(
                    new InferenceOptions { Device = InferenceDevice.Cpu, Precision = InferencePrecision.Float32 }
                );
                this.peers.AddRange(
                    levels.Select((_, i) => new StepTimer(new GeneratorTimer(GeneratorStepper.OnOnnxRuntime(reference, pack, i))))
                );
                torch = TorchPeer.Start(pack.Configuration, this.threads.Max(), out var problem);
                if (problem is not null)
                {
                    notices.Add($"libtorch is left out: {problem}.");
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>One window of everything.</summary>
    public void Measure(double seconds, double stepSeconds)
    {
        foreach (var way in ways)
        {
            way.Measure(threads, seconds, stepSeconds);
        }

        voices.ForEach(v => v.Measure(seconds, stepSeconds));
        peers.ForEach(p => p.Run(stepSeconds));
        torch?.Run();
    }

    public void Write(TextWriter output, int windows, MachineLoad machine)
    {
        output.WriteLine(
            $"{pack.Manifest.Name}: {string.Join(", ", pack.Configuration.Levels.Select(l => $"{l.Name}x {l.Generator.Layers} x {l.Generator.Units} units"))}"
        );
        var speeds = new TextTable("precision", "threads", "x real time", "p10", "limit", "share");
        foreach (var way in ways)
        {
            for (var i = 0; i < threads.Length; i++)
            {
                var limit = way.Limit(i, threads[i], stepsPerSecond);
                var speed = way.Hierarchy[i].RealTimeFactor;
                speeds.Add(
                    way.Name,
                    $"{threads[i]}",
                    $"{speed.Median:F2}",
                    $"{speed.Tenth:F2}",
                    Figure(limit, "F1"),
                    Figure(speed.Median / limit, "P0")
                );
            }
        }

        speeds.Write(output);
        output.WriteLine();
        var steps = new TextTable([
            "generators alone",
            "engine",
            .. pack.Configuration.Levels.Select(l => $"{l.Name}x µs"),
            "x real time",
            "MB a second of music",
        ]);
        foreach (var way in ways)
        {
            steps.Add([
                way.Name,
                way.Engine,
                .. way.Steps.Select(s => $"{s.Microseconds.Median:F1}"),
                $"{Factor(way.Times):F2}",
                Figure(way.BytesPerSecond(stepsPerSecond) / 1e6, "F0"),
            ]);
        }

        if (peers.Count > 0)
        {
            var times = peers.ConvertAll(p => p.Microseconds.Median);
            steps.Add(["fp32", "onnxruntime", .. times.Select(t => $"{t:F1}"), $"{Factor(times):F2}", "–"]);
        }

        if (torch is not null)
        {
            var times = torch.Microseconds.Select(t => t.Median).ToList();
            steps.Add(["fp32", $"libtorch, {threads.Max()} threads", .. times.Select(t => $"{t:F1}"), $"{Factor(times):F2}", "–"]);
        }

        steps.Write(output);
        output.WriteLine();
        WriteVoices(output);
        var bandwidth = new TextTable(["GB/s a thread", .. threads.Select(t => $"{t} thread{(t > 1 ? "s" : "")}, by level")]);
        foreach (var way in ways.Where(w => w.Bandwidth.Length > 0))
        {
            bandwidth.Add([way.Name, .. way.Bandwidth.Select(b => string.Join(" ", b.Select(x => $"{x / 1e9:F0}")))]);
        }

        bandwidth.Write(output);
        notices.ForEach(output.WriteLine);
        output.WriteLine(
            $"Median of {windows} windows; {machine}. The limit: what the bandwidth, measured by reading as many bytes as a step of each level does, would allow if nothing else took time."
        );
    }

    public JsonObject ToJson(int windows, MachineLoad machine) =>
        new()
        {
            ["model"] = pack.Manifest.Name,
            ["windows"] = windows,
            ["units"] = new JsonArray([.. pack.Configuration.Levels.Select(l => (JsonNode)l.Generator.Units)]),
            ["machine"] = machine.ToString(),
            ["machine_busy"] = Json.Number(machine.Busy),
            ["notices"] = new JsonArray([.. notices.Select(n => (JsonNode)n)]),
            ["precisions"] = new JsonArray([
                .. ways.Select(w => new JsonObject
                {
                    ["precision"] = w.Name,
                    ["engine"] = w.Engine,
                    ["step_us"] = Numbers(w.Times),
                    ["weight_bytes"] = new JsonArray([.. w.Steps.Select(s => (JsonNode)s.Generator.WeightBytesPerCode)]),
                    ["generators_real_time_factor"] = Json.Number(Factor(w.Times)),
                    ["hierarchy"] = new JsonArray([
                        .. threads.Select(
                            (t, i) =>
                                new JsonObject
                                {
                                    ["threads"] = t,
                                    ["real_time_factor"] = Json.Number(w.Hierarchy[i].RealTimeFactor.Median),
                                    ["real_time_factor_p10"] = Json.Number(w.Hierarchy[i].RealTimeFactor.Tenth),
                                    ["limit"] = Json.Number(w.Limit(i, t, stepsPerSecond)),
                                    ["read_bytes_per_second"] = w.Bandwidth.Length > 0 ? Numbers(w.Bandwidth[i]) : null,
                                }
                        ),
                    ]),
                }),
            ]),
            ["voices"] = new JsonArray([
                .. voices.Select(v => new JsonObject
                {
                    ["precision"] = v.Precision,
                    ["voices"] = v.Count,
                    ["step_us"] = Numbers(v.StepMicroseconds),
                    ["generators_real_time_factor"] = Json.Number(GeneratorsFactor(v)),
                    ["real_time_factor"] = Json.Number(v.RealTimeFactor.Median),
                    ["real_time_factor_p10"] = Json.Number(v.RealTimeFactor.Tenth),
                }),
            ]),
            ["peers"] = Peers(),
        };

    public void Dispose()
    {
        torch?.Dispose();
        peers.ForEach(p => p.Dispose());
        voices.ForEach(v => v.Dispose());
        ways.ForEach(w => w.Dispose());
    }

    // The curve over the number of voices: what sharing each read of the weights gains.
    private void WriteVoices(TextWriter output)
    {
        if (voices.Count == 0)
        {
            return;
        }

        var table = new TextTable([
            "voices",
            "precision",
            "engine",
            .. pack.Configuration.Levels.Select(l => $"{l.Name}x µs"),
            "generators x real time",
            "of the fewest",
            "pieces x real time",
            "p10",
            "of the fewest ",
        ]);
        foreach (var voice in voices)
        {
            var fewest = voices.First(v => v.Precision == voice.Precision);
            table.Add([
                $"{voice.Count}",
                voice.Precision,
                voice.Engine,
                .. voice.StepMicroseconds.Select(t => $"{t:F1}"),
                $"{GeneratorsFactor(voice):F2}",
                $"{GeneratorsFactor(voice) / GeneratorsFactor(fewest):F2}",
                $"{voice.RealTimeFactor.Median:F2}",
                $"{voice.RealTimeFactor.Tenth:F2}",
                $"{voice.RealTimeFactor.Median / fewest.RealTimeFactor.Median:F2}",
            ]);
        }

        table.Write(output);
        output.WriteLine(
            "Voices together: the generators alone on one thread; whole pieces as 'vqwave generate --count' makes them on all processors, with contexts, sampling and decoding."
        );
        output.WriteLine();
    }

    private double GeneratorsFactor(VoiceTimer voice) => voice.Count * Factor(voice.StepMicroseconds);

    private static string Figure(double value, string format) =>
        double.IsFinite(value) && value > 0 ? value.ToString(format, System.Globalization.CultureInfo.InvariantCulture) : "–";

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => Json.Number(v))]);

    private JsonArray Peers()
    {
        var list = new JsonArray();
        void Add(string engine, int count, List<double> times) =>
            list.Add(
                new JsonObject
                {
                    ["engine"] = engine,
                    ["precision"] = "fp32",
                    ["threads"] = count,
                    ["step_us"] = Numbers(times),
                    ["generators_real_time_factor"] = Json.Number(Factor(times)),
                }
            );
        if (peers.Count > 0)
        {
            Add("onnxruntime", 1, peers.ConvertAll(p => p.Microseconds.Median));
        }

        if (torch is not null)
        {
            Add("libtorch", threads.Max(), [.. torch.Microseconds.Select(t => t.Median)]);
        }

        return list;
    }

    // Seconds of music whose steps, of all levels, take a second.
    private double Factor(IReadOnlyList<double> microseconds) => 1e6 / microseconds.Select((t, i) => t * stepsPerSecond[i]).Sum();
}
