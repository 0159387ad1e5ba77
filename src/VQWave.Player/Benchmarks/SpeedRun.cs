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
    private readonly List<Way> ways = [];
    private readonly List<Voices> voices = [];
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

                ways.Add(new Way(runtime, pack, precision, this.threads));
                this.voices.AddRange(voices.Distinct().Select(n => new Voices(runtime, pack, precision, n)));
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

        voices.ForEach(v => v.Measure(stepSeconds));
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

        foreach (var voice in voices)
        {
            steps.Add([
                $"{voice.Name}, {voice.Count} voices",
                voice.Steps[0].Generator.EngineName,
                .. voice.Steps.Select(s => $"{s.Microseconds.Median:F1}"),
                $"{voice.Count * Factor(voice.Times):F2}",
                "–",
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
                    ["precision"] = v.Name,
                    ["voices"] = v.Count,
                    ["step_us"] = Numbers(v.Times),
                    ["generators_real_time_factor"] = Json.Number(v.Count * Factor(v.Times)),
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

    /// <summary>One precision.</summary>
    private sealed class Way : IDisposable
    {
        private const double BandwidthSeconds = 0.03;
        private readonly Windows[][] bandwidth = [];

        public Way(InferenceRuntime runtime, ModelPack pack, InferencePrecision precision, int[] threads)
        {
            Name = precision.ToName();
            try
            {
                for (var level = 0; level < pack.Configuration.Levels.Count; level++)
                {
                    Steps.Add(new StepTimer(new GeneratorTimer(runtime, pack, level)));
                }

                if (Steps.TrueForAll(s => s.Generator.WeightBytesPerCode > 0))
                {
                    bandwidth = Array.ConvertAll(threads, _ => Steps.Select(_ => new Windows()).ToArray());
                }

                foreach (var count in threads)
                {
                    Hierarchy.Add(new HierarchyTimer(runtime, pack, count));
                    Hierarchy[^1].Run(0);
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public string Name { get; }

        public string Engine => string.Join(", ", Steps.Select(s => s.Generator.EngineName).Distinct());

        public List<StepTimer> Steps { get; } = [];

        public List<HierarchyTimer> Hierarchy { get; } = [];

        public List<double> Times => Steps.ConvertAll(s => s.Microseconds.Median);

        /// <summary>Bytes a second of a thread, by number of threads and level; empty where it is not known what a step reads.</summary>
        public double[][] Bandwidth => Array.ConvertAll(bandwidth, levels => Array.ConvertAll(levels, w => w.Median));

        public double BytesPerSecond(double[] stepsPerSecond) =>
            Steps.Select((s, i) => s.Generator.WeightBytesPerCode * stepsPerSecond[i]).Sum();

        /// <summary>Times real time that reading alone would allow, with all threads at it.</summary>
        public double Limit(int index, int threads, double[] stepsPerSecond) =>
            Bandwidth.Length == 0
                ? double.NaN
                : threads / Steps.Select((s, i) => s.Generator.WeightBytesPerCode * stepsPerSecond[i] / Bandwidth[index][i]).Sum();

        public void Measure(int[] threads, double seconds, double stepSeconds)
        {
            for (var i = 0; i < bandwidth.Length; i++)
            {
                for (var level = 0; level < Steps.Count; level++)
                {
                    bandwidth[i][level].Add(ReadBandwidth.Measure(Steps[level].Generator.WeightBytesPerCode, threads[i], BandwidthSeconds));
                }
            }

            Hierarchy.ForEach(h => h.Run(seconds));
            Steps.ForEach(s => s.Run(stepSeconds));
        }

        public void Dispose()
        {
            Hierarchy.ForEach(h => h.Dispose());
            Steps.ForEach(s => s.Dispose());
        }
    }

    /// <summary>Several voices at once.</summary>
    private sealed class Voices(InferenceRuntime runtime, ModelPack pack, InferencePrecision precision, int count) : IDisposable
    {
        public string Name { get; } = precision.ToName();

        public int Count => count;

        public List<StepTimer> Steps { get; } =
        [
            .. Enumerable
                .Range(0, pack.Configuration.Levels.Count)
                .Select(level => new StepTimer(new GeneratorTimer(runtime, pack, level, count))),
        ];

        public List<double> Times => Steps.ConvertAll(s => s.Microseconds.Median);

        public void Measure(double seconds) => Steps.ForEach(s => s.Run(seconds));

        public void Dispose() => Steps.ForEach(s => s.Dispose());
    }
}
