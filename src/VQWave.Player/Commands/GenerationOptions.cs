using System.CommandLine;
using VQWave.Controls;
using VQWave.Generation;
using VQWave.Models;
using VQWave.Player.Live;

namespace VQWave.Player.Commands;

/// <summary>The options of the commands that generate.</summary>
internal sealed class GenerationOptions
{
    private readonly Option<string?> model = CommonOptions.Model();
    private readonly Option<string?> device = CommonOptions.Device();
    private readonly Option<bool> noGpu = CommonOptions.NoGpu();
    private readonly Option<string?> precision = CommonOptions.Precision();
    private readonly Option<bool> json = CommonOptions.Json();

    private readonly Option<string?> generators = new("--generators", "-g")
    {
        HelpName = "LIST",
        Description =
            "How far down to generate: all, or the finest generator's name: generator_512 (rough), generator_128, generator_32, generator_8 (best); "
            + "a list such as generator_512,generator_128 is understood too [default: all]",
    };

    private readonly Option<string?> seconds = new("--seconds", "-s") { HelpName = "S" };

    private readonly Option<string?> length = new("--length", "-l")
    {
        HelpName = "CODES",
        Description = "Length in codes of the finest level generated, in place of --seconds",
    };

    private readonly Option<string?> temperature = new("--temperature", "-t") { HelpName = "T[,T,…]" };

    private readonly Option<string?> topK = new("--top-k", "-k")
    {
        HelpName = "K[,K,…]",
        Description =
            "Draw from the K likeliest codes only, 0 to 1024, 0 is all; one for all levels or one for each, coarsest first [default: 0]",
    };

    private readonly Option<string?> seed = new("--seed") { HelpName = "N" };

    private readonly Option<string?> count = new("--count", "-c")
    {
        HelpName = "N",
        Description =
            $"So many pieces at once, 1 to {GenerationRequest.MaximumCount}, with the seeds from --seed on, to NAME-1.wav and so on: sooner than one by one, up to "
            + $"{GenerationRequest.MaximumTotalSeconds} seconds together [default: 1]",
    };

    private readonly Option<string?> output = new("--output", "-o") { HelpName = "FILE" };

    private readonly bool isLive;

    private readonly Option<bool> intermediates = new("--play-intermediates")
    {
        Description = "Also play the coarser levels, or write them beside the file as NAME_512.wav …",
    };

    /// <summary>Creates the options.</summary>
    /// <param name="isLive">Whether they describe live play, whose defaults are others.</param>
    public GenerationOptions(bool isLive = false)
    {
        this.isLive = isLive;
        seconds.Description = isLive
            ? "End after so many seconds, up to 3600 [default: play on; 10 where a file is written]"
            : "Length in seconds, up to 3600 [default: 10]";
        temperature.Description =
            $"0 to {(isLive ? 2 : 4)}: 0 always takes the likeliest code, 1 draws as the model learned, more is wilder; one for all levels or one for each, coarsest first "
            + (isLive ? "[default: the last session's, else 1]" : "[default: 1]");
        seed.Description =
            "A whole number; the same seed gives the same sound "
            + (isLive ? "[default: the last session's, else 1]" : "[default: a new one, which is printed]");
        output.Description = isLive ? "Record all that is played in a .wav, .flac or .ogg file" : "Write a .wav, .flac or .ogg file";
        if (isLive)
        {
            model.Description =
                "The model pack: its folder, or a name that 'vqwave models' lists [default: the last session's, else the first one found]";
            json.Description = "Stream events, one JSON object a line";
        }
    }

    public void AddTo(Command command)
    {
        Option[] all = [model, generators, seconds, length, temperature, topK, seed, device, noGpu, precision, output, intermediates, json];
        foreach (var option in all)
        {
            command.Options.Add(option);
        }

        if (!isLive)
        {
            command.Options.Add(count);
        }
    }

    /// <summary>Whether something is asked for that only a piece generated as a whole has.</summary>
    public bool WantsWholePiece(ParseResult result) => result.GetValue(length) is not null || result.GetValue(intermediates);

    /// <summary>What of these options live play begins with.</summary>
    public (LiveOptions Options, double? Seconds, bool Json) ReadLive(ParseResult result)
    {
        var values = new List<KeyValuePair<ParameterId, float>>();
        if (result.GetValue(temperature) is { } temperatures)
        {
            var wanted = CommandLineValues.Temperatures(temperatures);
            if (wanted.Any(t => t > ParameterTable.MaximumTemperature))
            {
                throw new UsageException(
                    $"--temperature '{temperatures}': live temperatures are 0 to {ParameterTable.MaximumTemperature}."
                );
            }

            AddLevels(values, wanted, "--temperature", ParameterId.Temperature, ParameterTable.LevelTemperature);
            if (values.Count > 1)
            {
                values.Add(new(ParameterId.LevelTemperatures, (float)LevelTemperatureMode.Own));
            }
        }

        if (result.GetValue(topK) is { } topKs)
        {
            AddLevels(
                values,
                [.. CommandLineValues.TopKs(topKs).Select(k => (float)k)],
                "--top-k",
                ParameterId.TopK,
                ParameterTable.LevelTopK
            );
        }

        if (result.GetValue(seed) is { } seedText)
        {
            var highest = ParameterTable.Default[ParameterId.Seed].Maximum;
            var value = CommandLineValues.Seed(seedText);
            values.Add(
                value <= highest
                    ? new(ParameterId.Seed, value)
                    : throw new UsageException($"--seed {value} is more than {highest}, the highest that can be played live.")
            );
        }

        if (result.GetValue(generators) is { } finest && finest != "all")
        {
            values.Add(new(ParameterId.Detail, CommandLineValues.FinestLevel(finest, Presets.Live) + 1));
        }

        var file = result.GetValue(output);
        if (file is not null)
        {
            CommandLineValues.CheckAudioName("--output", file);
        }

        return (
            new LiveOptions
            {
                Model = result.GetValue(model),
                Inference = CommandLineValues.Inference(result.GetValue(device), result.GetValue(noGpu), result.GetValue(precision)),
                Values = values,
                Output = file,
            },
            result.GetValue(seconds) is { } secondsText ? CommandLineValues.Seconds(secondsText) : null,
            result.GetValue(json)
        );
    }

    public GenerationArguments Read(ParseResult result)
    {
        var secondsText = result.GetValue(seconds);
        var lengthText = result.GetValue(length);
        if (secondsText is not null && lengthText is not null)
        {
            throw new UsageException("--seconds and --length both say how long: give one of them.");
        }

        var file = result.GetValue(output);
        if (file is not null)
        {
            CommandLineValues.CheckAudioName("--output", file);
        }

        var pieces = isLive ? 1 : LivePlayOptions.Number("--count", result.GetValue(count), 1, GenerationRequest.MaximumCount) ?? 1;
        if (pieces > 1 && file is null)
        {
            throw new UsageException($"--count {pieces} writes files: name them with --output.");
        }

        return new GenerationArguments
        {
            Count = pieces,
            Model = result.GetValue(model),
            Generators = result.GetValue(generators) ?? "all",
            Seconds = lengthText is null ? CommandLineValues.Seconds(secondsText ?? "10") : null,
            Length = lengthText is null ? null : CommandLineValues.Length(lengthText),
            Temperatures = CommandLineValues.Temperatures(result.GetValue(temperature) ?? "1"),
            TopKs = CommandLineValues.TopKs(result.GetValue(topK) ?? "0"),
            Seed = CommandLineValues.Seed(result.GetValue(seed)),
            Inference = CommandLineValues.Inference(result.GetValue(device), result.GetValue(noGpu), result.GetValue(precision)),
            Output = file,
            Intermediates = result.GetValue(intermediates),
            Json = result.GetValue(json),
        };
    }

    private static void AddLevels(
        List<KeyValuePair<ParameterId, float>> values,
        IReadOnlyList<float> wanted,
        string option,
        ParameterId common,
        Func<int, ParameterId> ofLevel
    )
    {
        if (wanted.Count == 1)
        {
            values.Add(new(common, wanted[0]));
            return;
        }

        if (wanted.Count > ParameterTable.LevelSlots)
        {
            throw new UsageException(
                $"{option} has {wanted.Count} values: give one for all levels or one for each, up to {ParameterTable.LevelSlots}."
            );
        }

        values.AddRange(wanted.Select((value, level) => KeyValuePair.Create(ofLevel(level), value)));
    }
}
