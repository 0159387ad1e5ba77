using System.Diagnostics;
using System.Text.Json.Nodes;
using VQWave.Analysis;
using VQWave.Controls;
using VQWave.Devices;
using VQWave.Player.Output;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>Renders a plug-in to a file, faster than real time where it can.</summary>
internal static class HostRender
{
    private const int UsualRate = 48_000;
    private const int UsualFrames = 512;
    private const double LongestSeconds = 6 * 3600;

    /// <summary>Renders.</summary>
    public static int Execute(HostOptions options, CancellationToken cancellation)
    {
        using var session = HostSession.Open(options);
        using var input = options.Input is { } path ? new HostInput(path, options.SampleRate) : null;
        var rate = input?.SampleRate ?? options.SampleRate ?? UsualRate;
        if (session.Song is { Seconds: > LongestSeconds } song)
        {
            throw new UsageException(
                $"'{options.Midi}' lasts {song.Seconds / 3600:F1} hours, and up to {LongestSeconds / 3600} are rendered."
            );
        }

        using var writer = new AudioFileWriter(options.Output!, rate, session.Player.OutputChannels, AudioEncoding.Pcm24);
        session.Player.Prepare(rate, options.BlockFrames ?? UsualFrames, Vst3ProcessMode.Offline);
        var start = Stopwatch.GetTimestamp();
        var level = StageProgress.Run(options.Json, progress => Play(session, options, rate, input, writer, progress, cancellation));
        cancellation.ThrowIfCancellationRequested();
        if (writer.Frames == 0)
        {
            throw new VQWaveException("The song or the input has no length: there is nothing to render.");
        }

        writer.Complete();
        Report(session, options, rate, writer, level, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return ExitCodes.Success;
    }

    private static SoundLevel Play(
        HostSession session,
        HostOptions options,
        int rate,
        HostInput? input,
        AudioFileWriter writer,
        StageProgress progress,
        CancellationToken cancellation
    )
    {
        var frames = options.BlockFrames ?? UsualFrames;
        var channels = session.Player.OutputChannels;
        var block = new float[frames * channels];
        var source = new float[frames * (input?.Channels ?? 1)];
        var hasEnded = input is null;
        // What a plug-in delays is left out, so that its sound stands where it was played.
        var skip = (long)session.Plugin.LatencySamples;
        long? end = options.Seconds is { } seconds ? (long)Math.Ceiling(seconds * rate) : null;
        var read = 0L;
        var level = new SoundLevelMeter();
        for (var at = -skip; !cancellation.IsCancellationRequested; at += frames)
        {
            var got = 0;
            if (!hasEnded)
            {
                got = input!.Read(source);
                read += got;
                hasEnded = got < frames;
            }

            if (end is null && hasEnded)
            {
                var longest = Math.Max((session.Song?.Seconds ?? 0) * rate, read);
                end = (long)Math.Ceiling(longest + (options.Tail * rate));
            }

            if (at >= end)
            {
                break;
            }

            session.Player.Process(source.AsSpan(0, got * (input?.Channels ?? 1)), input?.Channels ?? 1, block, channels, []);
            CheckSound(session, rate);
            session.Plugin.Pump();
            var from = (int)Math.Clamp(-at, 0, frames);
            var until = end is { } last ? (int)Math.Clamp(last - at, from, frames) : frames;
            var used = block.AsSpan(from * channels, (until - from) * channels);
            level.Add(used);
            writer.Append(used);
            if (end is { } total)
            {
                progress.Report("render", Math.Min(total, at + frames), total);
            }
        }

        return level.Level;
    }

    private static void CheckSound(HostSession session, int rate)
    {
        if (session.Player.FailedBlocks > 0)
        {
            throw new Vst3Exception(
                $"'{session.Plugin.Info.Name}' gave an error in place of sound ({Vst3Result.Describe(session.Player.FailedCode)}); nothing was written."
            );
        }

        if (session.Player.FirstBadFrame is >= 0 and var frame)
        {
            throw new Vst3Exception(
                $"'{session.Plugin.Info.Name}' gave a value that is not a finite number at {(double)frame / rate:F3} s; nothing was written."
            );
        }
    }

    private static void Report(HostSession session, HostOptions options, int rate, AudioFileWriter writer, SoundLevel level, double elapsed)
    {
        var seconds = (double)writer.Frames / rate;
        var notes = session.Song?.Events.Count(e => e.Message.Kind == MidiMessageKind.NoteOn) ?? 0;
        if (options.Json)
        {
            Json.Write(
                new JsonObject
                {
                    ["plugin"] = session.Plugin.Info.Name,
                    ["vendor"] = HostListing.Vendor(session.Module, session.Plugin.Info),
                    ["version"] = session.Plugin.Info.Version,
                    ["file"] = writer.Path,
                    ["song"] = options.Midi,
                    ["input"] = options.Input,
                    ["notes"] = notes,
                    ["sample_rate"] = rate,
                    ["channels"] = writer.Channels,
                    ["samples"] = writer.Frames,
                    ["seconds"] = Json.Number(seconds),
                    ["latency_samples"] = session.Plugin.LatencySamples,
                    ["elapsed_seconds"] = Json.Number(elapsed),
                    ["real_time_factor"] = Json.Number(seconds / elapsed),
                    ["rms_dbfs"] = Json.Number(level.RmsDecibels),
                    ["peak_dbfs"] = Json.Number(level.PeakDecibels),
                    ["clipped_share"] = Json.Number(level.ClippedShare),
                }
            );
            return;
        }

        var played = options.Midi ?? options.Input;
        Console.Out.WriteLine(
            $"{writer.Path}: {seconds:F2} s of {(played is null ? "" : $"'{Path.GetFileName(played)}' through ")}{session.Plugin.Info.Name}, "
                + $"{(double.IsFinite(level.RmsDecibels) ? $"{level.RmsDecibels:F1} dBFS RMS, peak {level.PeakDecibels:F1}" : "silent")}"
                + $"{(level.ClippedShare > 0 ? $", {level.ClippedShare * 100:F2} % clipped" : "")}, "
                + $"in {elapsed:F2} s ({seconds / elapsed:F1} times real time)."
        );
    }
}
