using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using VQWave.Training.Training;

namespace VQWave.Training.Data;

/// <summary>Turns a folder of music into mono <c>.u16</c> files through ffmpeg.</summary>
public sealed class AudioPreparer(int sampleRate, bool withMetadata, int workers)
{
    private static readonly string[] KnownExtensions = [".m4a", ".mp3", ".wav", ".flac", ".ogg"];

    /// <summary>Extensions that are taken, in lower case.</summary>
    public static IReadOnlyList<string> Extensions => KnownExtensions;

    /// <summary>
    /// Prepares every audio file below <paramref name="source"/> into the same place below <paramref name="destination"/>. What is there already
    /// is skipped; a file that fails is remembered and the rest goes on.
    /// </summary>
    /// <exception cref="VQWaveException">The source has no audio, the destination cannot be written, or ffmpeg is missing.</exception>
    public PreparationReport Run(string source, string destination, CancellationToken cancellation)
    {
        if (!Directory.Exists(source))
        {
            throw new VQWaveException($"There is no folder {source}; name the folder that your audio files are in.");
        }

        var files = Directory
            .EnumerateFiles(
                source,
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    IgnoreInaccessible = true,
                    AttributesToSkip = FileAttributes.None,
                }
            )
            .Where(f => KnownExtensions.Contains(Path.GetExtension(f).ToLowerInvariant()))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (files.Count == 0)
        {
            throw new VQWaveException($"{source} holds no audio files; {string.Join(", ", KnownExtensions)} are understood.");
        }

        WeightFiles.PrepareDirectory(destination);
        RequireFfmpeg();
        var jobs = Plan(source, destination, files);
        var converted = 0;
        var skipped = 0;
        long samples = 0;
        var done = 0;
        var failures = new List<PreparationFailure>();
        using var progress = new ProgressLine("preparing", jobs.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        Parallel.ForEach(
            jobs,
            options,
            job =>
            {
                string? failure = null;
                var fresh = false;
                long length = 0;
                try
                {
                    fresh = !File.Exists(job.Target);
                    if (fresh)
                    {
                        Convert(job.Source, job.Target, cancellation);
                    }

                    if (withMetadata && !File.Exists(job.Target + ".json"))
                    {
                        WriteMetadata(job.Source, job.Target + ".json");
                    }

                    length = new FileInfo(job.Target).Length / 2;
                }
                catch (Exception e)
                    when (e is VQWaveException or IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
                {
                    failure = e is VQWaveException ? e.Message : $"{job.Source} could not be prepared: {e.Message}";
                }

                lock (failures)
                {
                    done++;
                    if (failure is not null)
                    {
                        failures.Add(new PreparationFailure(job.Source, failure));
                    }
                    else
                    {
                        samples += length;
                        converted += fresh ? 1 : 0;
                        skipped += fresh ? 0 : 1;
                    }

                    progress.Report(done, () => $"{converted} converted, {skipped} there already, {failures.Count} failed");
                }
            }
        );
        failures.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return new PreparationReport(converted, skipped, failures, samples / (double)sampleRate);
    }

    // song.mp3 becomes song.u16; where another song.* wants the same name, all of them keep their extensions: song.mp3.u16, song.wav.u16.
    private static List<(string Source, string Target)> Plan(string source, string destination, List<string> files)
    {
        string Short(string file) => Path.ChangeExtension(Path.GetRelativePath(source, file), ".u16");
        var wanted = files.CountBy(Short, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var jobs = new List<(string, string)>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files.OrderByDescending(f => wanted[Short(f)] == 1))
        {
            var name = wanted[Short(file)] == 1 ? Short(file) : Path.GetRelativePath(source, file) + ".u16";
            while (!taken.Add(name))
            {
                // song.wav beside song.mp3 and song.wav.flac.
                name = name[..^".u16".Length] + "_.u16";
            }

            jobs.Add((Path.GetFullPath(file), Path.Combine(destination, name)));
        }

        return jobs;
    }

    private static void RequireFfmpeg()
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("ffmpeg", "-version")
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new VQWaveException("ffmpeg is not installed; install it with 'make train-setup' or your package manager.", e);
        }
    }

    private void Convert(string source, string target, CancellationToken cancellation)
    {
        var temporary = AtomicFile.TemporaryName(target);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var (code, error) = Execute(
                cancellation,
                "ffmpeg",
                "-nostdin",
                "-v",
                "error",
                "-y",
                "-i",
                source,
                "-map",
                "0:a:0",
                "-ac",
                "1",
                "-ar",
                sampleRate.ToString(CultureInfo.InvariantCulture),
                "-f",
                "u16le",
                temporary
            );
            var info = new FileInfo(temporary);
            if (code != 0 || !info.Exists || info.Length < 2)
            {
                var reason = error.Split('\n').LastOrDefault(l => l.Trim().Length > 0)?.Trim() ?? "it holds no audio";
                throw new VQWaveException($"{source} could not be decoded: {reason}");
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{target} cannot be written: {e.Message}", e);
        }
        finally
        {
            AtomicFile.Remove(temporary);
        }
    }

    private static void WriteMetadata(string source, string path)
    {
        var (code, output) = Execute(
            CancellationToken.None,
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "format=duration,bit_rate,format_name:format_tags:stream_tags",
            "-select_streams",
            "a:0",
            "-of",
            "json",
            source
        );
        JsonObject? format;
        try
        {
            var found = code == 0 ? JsonNode.Parse(output) : null;
            format = found?["format"]?.AsObject();

            // Ogg keeps its tags in the stream, the others in the file.
            if (format is not null && format["tags"] is null && found!["streams"] is JsonArray { Count: > 0 } streams)
            {
                format["tags"] = streams[0]?["tags"]?.DeepClone();
            }
        }
        catch (System.Text.Json.JsonException)
        {
            format = null;
        }

        var meta = new JsonObject { ["source"] = Path.GetFileName(source), ["format"] = format?.DeepClone() };
        AtomicFile.WriteText(path, meta.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    private static (int Code, string Text) Execute(CancellationToken cancellation, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new VQWaveException($"{program} could not be started.");
        using var registration = cancellation.Register(() => process.Kill());
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return (process.ExitCode, process.ExitCode == 0 ? output.Result : error);
    }
}
