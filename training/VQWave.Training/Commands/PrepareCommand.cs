using System.CommandLine;
using System.Text.Json.Nodes;
using VQWave.Training.Data;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train prepare</c>.</summary>
internal static class PrepareCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("SRC") { Description = "Folder of .m4a, .mp3, .wav, .flac and .ogg files" };
        var destination = new Argument<string>("DST") { Description = "Folder that receives one .u16 file for each" };
        var rate = new Option<int>("--sample-rate")
        {
            Description = "Sample rate in Hz",
            DefaultValueFactory = _ => 22050,
            HelpName = "HZ",
        };
        var meta = new Option<bool>("--with-meta") { Description = "Also write title, artist and the like beside each file as JSON" };
        var workers = new Option<int>("--workers")
        {
            Description = "Files decoded side by side",
            DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount),
            HelpName = "N",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "prepare",
            "Turn a folder of music into mono .u16 files for training. What is there already is skipped; a file that cannot be decoded is listed at the end, and the exit code is 1."
        )
        {
            source,
            destination,
            rate,
            meta,
            workers,
            json,
        };
        command.SetAction(
            (parse, cancellation) =>
                Task.FromResult(
                    Run(
                        new AudioPreparer(CheckedRate(parse.GetValue(rate)), parse.GetValue(meta), CheckedWorkers(parse.GetValue(workers))),
                        parse.GetValue(source)!,
                        parse.GetValue(destination)!,
                        parse.GetValue(json),
                        cancellation
                    )
                )
        );
        return command;
    }

    private static int CheckedWorkers(int workers) =>
        workers is >= 1 and <= 1024 ? workers : throw new VQWaveException($"--workers {workers} is out of range; it takes 1 to 1024.");

    private static int CheckedRate(int rate) =>
        rate is >= 8000 and <= 192000
            ? rate
            : throw new VQWaveException($"--sample-rate {rate} is out of range; it takes 8000 to 192000 Hz.");

    private static int Run(AudioPreparer preparer, string source, string destination, bool json, CancellationToken cancellation)
    {
        var report = preparer.Run(source, destination, cancellation);
        foreach (var failure in report.Failures)
        {
            Console.Error.WriteLine(failure.Reason);
        }

        if (json)
        {
            Console.WriteLine(
                new JsonObject
                {
                    ["converted"] = report.Converted,
                    ["skipped"] = report.Skipped,
                    ["seconds"] = report.Seconds,
                    ["failed"] = new JsonArray([.. report.Failures.Select(f => JsonValue.Create(f.Path))]),
                }.ToJsonString()
            );
        }
        else
        {
            Console.WriteLine(
                $"{report.Converted} converted, {report.Skipped} there already, {report.Failures.Count} failed; {report.Seconds / 60:0.0} minutes in {destination}"
            );
        }

        return report.Failures.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
