using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using VQWave.Analysis;
using VQWave.Devices;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Player.Output;

namespace VQWave.Player.Commands;

/// <summary><c>vqwave reconstruct</c></summary>
internal static class ReconstructCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var device = CommonOptions.Device();
        var noGpu = CommonOptions.NoGpu();
        var json = CommonOptions.Json();
        var level = new Option<string?>("--level")
        {
            HelpName = "512|128|32|8",
            Description = "Samples a code: 8 is nearest to the original [default: the finest level]",
        };
        var input = new Argument<string>("IN") { Description = "An audio file: wav, flac, ogg, mp3, m4a …" };
        var output = new Argument<string>("OUT") { Description = "The file to write: .wav, .flac or .ogg" };
        var command = new Command(
            "reconstruct",
            """
            Encode an audio file to codes of one level, decode them again, and say how near it comes.

            Example:
              vqwave reconstruct --level 32 song.mp3 song-32.wav
            """
        )
        {
            model,
            level,
            device,
            noGpu,
            json,
            input,
            output,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                var source = result.GetValue(input)!;
                var target = result.GetValue(output)!;
                if (string.IsNullOrWhiteSpace(source))
                {
                    throw new UsageException("IN is empty: name an audio file.");
                }

                CommandLineValues.CheckAudioName("OUT", target);
                if (Path.GetFullPath(source) == Path.GetFullPath(target))
                {
                    throw new UsageException($"OUT '{target}' is the input itself: name another file.");
                }

                var inference = CommandLineValues.Inference(result.GetValue(device), result.GetValue(noGpu), precision: "fp32");
                return Task.Run(
                    () =>
                        Execute(
                            result.GetValue(model),
                            result.GetValue(level),
                            source,
                            target,
                            inference,
                            result.GetValue(json),
                            cancellation
                        ),
                    CancellationToken.None
                );
            }
        );
        return command;
    }

    private static int Execute(
        string? model,
        string? levelName,
        string source,
        string target,
        InferenceOptions inference,
        bool json,
        CancellationToken cancellation
    )
    {
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(model));
        var index = CommandLineValues.Level(levelName, pack.Configuration);
        var level = pack.Configuration.Levels[index];
        var runtime = InferenceRuntime.Create(inference, pack);
        if (runtime.Notice is not null)
        {
            Console.Error.WriteLine(runtime.Notice);
        }

        var rate = pack.Configuration.SampleRate;
        var original = AudioFile.ReadMono(source, rate).Samples;
        if (original.Length > GenerationRequest.MaximumSeconds * rate)
        {
            throw new VQWaveException(
                $"'{source}' lasts {original.Length / rate} seconds, and up to {GenerationRequest.MaximumSeconds} are possible (it is held in memory): cut it."
            );
        }

        using var writer = new AudioFileWriter(target, rate);
        using var codec = new LevelCodec(runtime, pack, index);
        var start = Stopwatch.GetTimestamp();
        var codes = codec.Encode(original);
        var encodeSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cancellation.ThrowIfCancellationRequested();
        start = Stopwatch.GetTimestamp();
        var audio = codec.Decode(codes, null, cancellation).AsSpan(0, original.Length);
        var decodeSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        writer.Append(audio);
        writer.Complete();

        var statistics = CodeStatistics.FromCodes(codes, level.CodebookSize);
        var siSdr = SiSdr.Decibels(original, audio);
        var convergence = SpectralConvergence.Ratio(original, audio);
        var distance = LogSpectralDistance.Decibels(original, audio);
        if (json)
        {
            Json.Write(
                new JsonObject
                {
                    ["model"] = pack.Manifest.Name,
                    ["level"] = level.Compression,
                    ["device"] = runtime.ProviderName,
                    ["input"] = source,
                    ["file"] = target,
                    ["seconds"] = Json.Number((double)original.Length / rate),
                    ["si_sdr_db"] = Json.Number(siSdr),
                    ["spectral_convergence"] = Json.Number(convergence),
                    ["lsd_db"] = Json.Number(distance),
                    ["codes"] = codes.Length,
                    ["codes_used"] = statistics.Used,
                    ["perplexity"] = Json.Number(statistics.Perplexity),
                    ["encode_seconds"] = Json.Number(encodeSeconds),
                    ["decode_seconds"] = Json.Number(decodeSeconds),
                }
            );
            return ExitCodes.Success;
        }

        Console.Out.WriteLine($"level                    {level.Name}x ({pack.Manifest.Name}, on the {runtime.ProviderName})");
        Console.Out.WriteLine($"length                   {(double)original.Length / rate:F2} s, {codes.Length} codes");
        Console.Out.WriteLine($"SI-SDR                   {Figure(siSdr)} dB");
        Console.Out.WriteLine($"spectral convergence     {Figure(convergence)}");
        Console.Out.WriteLine($"log-spectral distance    {Figure(distance)} dB");
        Console.Out.WriteLine($"codes used               {statistics.Used} of {level.CodebookSize}");
        Console.Out.WriteLine($"perplexity               {statistics.Perplexity:F1}");
        Console.Out.WriteLine($"encode, decode           {encodeSeconds:F2} s, {decodeSeconds:F2} s");
        Console.Out.WriteLine($"file                     {target}");
        return ExitCodes.Success;
    }

    // A ratio to silence, or to no difference at all, is no number.
    private static string Figure(double value) => double.IsFinite(value) ? $"{value:F3}" : "undefined";
}
