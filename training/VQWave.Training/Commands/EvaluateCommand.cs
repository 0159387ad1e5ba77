using System.CommandLine;
using System.Globalization;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train evaluate</c>.</summary>
internal static class EvaluateCommand
{
    private const string Help = """
        Measure a model pack, or bare VQ-VAE weights, on music that it was not trained on. Give a folder of held-out .u16 files.

        Without --generated, for each level:
          VQ-VAE     the middle of each file is encoded and decoded again. SI-SDR (dB, higher is nearer), log-spectral distance (dB), spectral
                     convergence, multi-scale STFT and mel distance (nepers; lower is nearer), over all files as if they were one recording.
                     Codes used, perplexity and entropy say how much of the codebook works: under a tenth used is a collapse.
          generator  bits per code, teacher-forced: how surprising each true code is after the true ones before it. 'unigram' is what the same codes
                     cost without any memory; the gain is what the generator learned. 'no context' is the same generator with a context of
                     zeros: the difference is what the coarser level tells it.
        With --write the figures are kept in the pack's model.json.

        With --generated, clips are generated, and they and the corpus are measured in windows of the same length: level, brightness, onsets and so
        on, the clips' median beside the corpus's spread. A generated piece starts from the code of silence, so --skip-seconds of its beginning are
        not measured.
        The Frechet distance is between log mel frames of the clips and of the corpus; that between two halves of the corpus is the yardstick.

        Examples:
          vqwave-train evaluate --pack models/mine --data-dir held-out --write
          vqwave-train evaluate --pack models/mine --data-dir held-out --precision int8
          vqwave-train evaluate --weights-dir weights --preset live --levels 8 --data-dir held-out
          vqwave-train evaluate --pack models/mine --data-dir held-out --generated --spectrogram clips.png --audio-dir clips
        """;

    public static Command Create()
    {
        var pack = new Option<string?>("--pack") { Description = "The model pack to measure", HelpName = "DIR" };
        var weights = new Option<string?>("--weights-dir")
        {
            Description = "Measure the VQ-VAEs of safetensors weights instead of a pack",
            HelpName = "DIR",
        };
        var preset = CommonOptions.Configuration();
        var epoch = new Option<int?>("--epoch") { Description = "With --weights-dir: the numbered weights of this epoch", HelpName = "N" };
        var data = CommonOptions.DataDirectory();
        var levels = new Option<string?>("--levels") { Description = "Levels to measure [default: all]", HelpName = "512,128,32,8" };
        var maxSeconds = Real(
            "--max-seconds-per-file",
            30,
            "Length of the middle of each file that is measured; 0 is all of it",
            "SECONDS"
        );
        var minTreble = Real("--min-treble", 0, "Leave out files with less than this share of their energy above 1 kHz", "SHARE");
        var maxCodes = new Option<long>("--max-codes")
        {
            Description = "Codes that each generator is asked for, evenly over the files; 0 leaves the generators out",
            DefaultValueFactory = _ => 200_000,
            HelpName = "N",
        };
        var write = new Option<bool>("--write") { Description = "Keep the figures in the pack's model.json" };
        var generated = new Option<bool>("--generated") { Description = "Generate clips and compare them with the corpus" };
        var seconds = Real("--seconds", 60, "With --generated: length of each clip", "SECONDS");
        var skip = Real("--skip-seconds", 2, "With --generated: beginning of each clip that is not measured", "SECONDS");
        var window = Real(
            "--window-seconds",
            10,
            "With --generated: length of the windows; shorter where the clips or most files are",
            "SECONDS"
        );
        var count = new Option<int>("--count")
        {
            Description = "With --generated: number of clips",
            DefaultValueFactory = _ => 4,
            HelpName = "N",
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "With --generated: seed of the first clip, the others count on",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var temperature = new Option<string>("--temperature")
        {
            Description = "With --generated: one for all levels, or one for each, coarsest first",
            DefaultValueFactory = _ => "0.9",
            HelpName = "T[,T…]",
        };
        var topK = new Option<string>("--top-k")
        {
            Description = "With --generated: likeliest codes to draw from, one for all levels or one for each; 0 is all",
            DefaultValueFactory = _ => "0",
            HelpName = "K[,K…]",
        };
        var spectrogram = new Option<string?>("--spectrogram")
        {
            Description = "With --generated: draw corpus and clips side by side",
            HelpName = "FILE.png",
        };
        var audio = new Option<string?>("--audio-dir")
        {
            Description = "With --generated: keep the clips as generated_SEED.wav",
            HelpName = "DIR",
        };
        var inside = new Option<bool>("--require-inside")
        {
            Description = "With --generated: exit code 1 unless every measure is inside the corpus's 5 to 95 %",
        };
        var device = new Option<string>("--device")
        {
            Description = "Where a pack runs: cpu, cuda or auto",
            DefaultValueFactory = _ => "cpu",
            HelpName = "NAME",
        };
        var precision = new Option<string>("--precision")
        {
            Description = "In how many bits the generators run on the CPU: fp32, int8, int4, or auto as the player runs them",
            DefaultValueFactory = _ => "fp32",
            HelpName = "NAME",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "CPU threads of one operation",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        var json = CommonOptions.Json();
        var command = new Command("evaluate", Help)
        {
            pack,
            weights,
            preset,
            epoch,
            data,
            levels,
            maxSeconds,
            minTreble,
            maxCodes,
            write,
            generated,
            seconds,
            skip,
            window,
            count,
            seed,
            temperature,
            topK,
            spectrogram,
            audio,
            inside,
            device,
            precision,
            threads,
            json,
        };
        Option[] ofGenerated = [seconds, skip, window, count, seed, temperature, topK, spectrogram, audio, inside];
        Option[] ofFigures = [levels, maxSeconds, minTreble, maxCodes, write];
        Option[] ofWeights = [preset, epoch];
        Option[] ofPack = [maxCodes, write, device, precision];
        command.SetAction(
            (parse, cancellation) =>
            {
                var isGenerated = parse.GetValue(generated);
                var weightsDirectory = parse.GetValue(weights);
                var packName = parse.GetValue(pack);
                if (packName is null == weightsDirectory is null)
                {
                    throw new VQWaveException(
                        "Give either --pack, to measure a model pack, or --weights-dir, to measure the VQ-VAEs of bare weights."
                    );
                }

                if (isGenerated && packName is null)
                {
                    throw new VQWaveException("--generated needs --pack: clips are made by a whole model pack.");
                }

                CommonOptions.Refuse(
                    parse,
                    isGenerated ? ofFigures : ofGenerated,
                    isGenerated ? "--generated is given" : "--generated is not given"
                );
                CommonOptions.Refuse(
                    parse,
                    packName is null ? ofPack : ofWeights,
                    packName is null ? "--weights-dir is given" : "--pack is given"
                );
                var inference = new InferenceOptions
                {
                    Device = ReadDevice(parse.GetValue(device)!),
                    Precision = ReadPrecision(parse.GetValue(precision)!),
                    Threads = parse.GetValue(threads),
                };
                if (parse.GetValue(write) && inference.Precision != InferencePrecision.Float32)
                {
                    throw new VQWaveException("--write keeps the figures of the pack as it is: leave --precision out.");
                }

                if (isGenerated)
                {
                    var options = new GeneratedOptions
                    {
                        Seconds = parse.GetValue(seconds),
                        SkipSeconds = parse.GetValue(skip),
                        WindowSeconds = parse.GetValue(window),
                        Count = parse.GetValue(count),
                        Seed = parse.GetValue(seed),
                        Sampling = ReadSampling(parse.GetValue(temperature)!, parse.GetValue(topK)!),
                    };
                    var run = new GeneratedRun(options, parse.GetValue(spectrogram), parse.GetValue(audio), parse.GetValue(json));
                    var figures = run.Execute(packName!, parse.GetValue(data)!, inference, cancellation);
                    return Task.FromResult(figures.AllInside || !parse.GetValue(inside) ? ExitCodes.Success : ExitCodes.Failure);
                }

                var evaluation = new EvaluationRun
                {
                    DataDirectory = parse.GetValue(data)!,
                    Levels = parse.GetValue(levels),
                    MaxSecondsPerFile = parse.GetValue(maxSeconds),
                    MinTreble = parse.GetValue(minTreble),
                    MaxCodes = parse.GetValue(maxCodes),
                    Json = parse.GetValue(json),
                };
                if (packName is not null)
                {
                    evaluation.EvaluatePack(packName, inference, parse.GetValue(write), cancellation);
                }
                else
                {
                    var configuration = CommonOptions.ReadConfiguration(parse.GetValue(preset)!);
                    evaluation.EvaluateWeights(weightsDirectory!, configuration, parse.GetValue(epoch), inference.Threads, cancellation);
                }

                return Task.FromResult(ExitCodes.Success);
            }
        );
        return command;
    }

    private static Option<double> Real(string name, double value, string description, string unit) =>
        new(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            HelpName = unit,
        };

    private static InferencePrecision ReadPrecision(string text) =>
        InferencePrecisionNames.TryParse(text, out var precision) && precision != InferencePrecision.Float16
            ? precision
            : throw new VQWaveException($"--precision '{text}' is not fp32, int8, int4 or auto.");

    private static InferenceDevice ReadDevice(string name) =>
        name switch
        {
            "cpu" => InferenceDevice.Cpu,
            "cuda" => InferenceDevice.Cuda,
            "auto" => InferenceDevice.Auto,
            _ => throw new VQWaveException($"--device '{name}' is not cpu, cuda or auto."),
        };

    private static SamplingSettings ReadSampling(string temperatures, string topKs)
    {
        var t = List<float>(
            "--temperature",
            temperatures,
            text => float.TryParse(text, CultureInfo.InvariantCulture, out var v) ? v : null
        );
        var k = List<int>("--top-k", topKs, text => int.TryParse(text, CultureInfo.InvariantCulture, out var v) ? v : null);
        var settings = new SamplingSettings();
        settings = t.Length == 1 ? settings with { Temperature = t[0] } : settings with { LevelTemperatures = t };
        return k.Length == 1 ? settings with { TopK = k[0] } : settings with { LevelTopK = k };
    }

    private static T[] List<T>(string option, string text, Func<string, T?> parse)
        where T : struct =>
        [
            .. text.Split(',', StringSplitOptions.TrimEntries)
                .Select(part => parse(part) ?? throw new VQWaveException($"{option} '{part}' is not a number.")),
        ];
}
