using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using VQWave.Devices;
using VQWave.Player.Live;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>Plays a plug-in live through the sound device until it is ended, or until the song or the input and its tail are over.</summary>
/// <remarks>The thread that runs it is the plug-in's main thread.</remarks>
internal sealed class HostLive : IDisposable
{
    private const int LookMilliseconds = 40;
    private const int UsualFrames = 256;
    private const int SilentRate = 48_000;

    private readonly HostOptions options;
    private readonly HostSession session;
    private readonly HostRenderer renderer;
    private readonly MidiQueue jackMidi = new(4096);
    private readonly MidiInput? midi;
    private readonly MidiPortWatcher? watcher;
    private readonly AudioSupervisor supervisor;
    private readonly ConcurrentQueue<(string Kind, string Text, bool IsProblem)> messages = new();
    private float peak;
    private uint latency;
    private bool failureTold;
    private bool badTold;

    private HostLive(HostOptions options)
    {
        this.options = options;
        session = HostSession.Open(options);
        try
        {
            if (options.MidiInput && MidiInput.IsInstalled)
            {
                midi = new MidiInput();
                watcher = new MidiPortWatcher(midi, IsWanted, VirtualPorts());
                watcher.Changed += (_, change) => Tell("midi", change.Message, change.Kind == MidiPortChangeKind.Vanished);
            }

            renderer = new HostRenderer(session.Player, new MidiGathering(jackMidi, new MidiQueue(1), midi), options.Input);
            supervisor = new AudioSupervisor(renderer, OpenStream);
            supervisor.StatusChanged += (_, status) => Tell("audio", status.Message, status.Kind == AudioStatusKind.Lost);
        }
        catch
        {
            midi?.Dispose();
            session.Dispose();
            throw;
        }
    }

    /// <summary>Plays.</summary>
    /// <param name="options">What and how.</param>
    /// <param name="cancellation">Ends play.</param>
    /// <returns>The exit status.</returns>
    public static int Execute(HostOptions options, CancellationToken cancellation)
    {
        using var live = new HostLive(options);
        return live.Run(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        watcher?.Dispose();
        supervisor.Dispose();
        midi?.Dispose();
        session.Dispose();
    }

    private int Run(CancellationToken cancellation)
    {
        var length = Length();
        supervisor.Start();
        if (renderer.Problem is { } problem)
        {
            throw new Vst3Exception(problem);
        }

        watcher?.Start();
        latency = session.Plugin.LatencySamples;
        WriteStart();
        GC.Collect();
        do
        {
            Look();
            var seconds = (double)session.Player.Position / Math.Max(1, renderer.SampleRate);
            if (seconds >= length)
            {
                break;
            }
        } while (!cancellation.WaitHandle.WaitOne(LookMilliseconds));
        Look();
        WriteEnd();
        return ExitCodes.Success;
    }

    private double Length()
    {
        if (options.Seconds is { } seconds)
        {
            return seconds;
        }

        var longest = session.Song?.Seconds;
        if (options.Input is { } path)
        {
            using var input = new HostInput(path, null);
            var frames = 0L;
            var block = new float[8192 * input.Channels];
            while (input.Read(block) is > 0 and var got)
            {
                frames += got;
            }

            longest = Math.Max(longest ?? 0, (double)frames / input.SampleRate);
        }

        return longest + options.Tail ?? double.PositiveInfinity;
    }

    private void Look()
    {
        while (messages.TryDequeue(out var message))
        {
            Write(message.Kind, message.Text, message.IsProblem);
        }

        peak = Math.Max(peak, session.Player.TakePeak());
        if (session.Player.FailedBlocks > 0 && !failureTold)
        {
            failureTold = true;
            Write("plugin", $"{Name} gives errors in place of sound ({Vst3Result.Describe(session.Player.FailedCode)}).", true);
        }

        if (session.Player.FirstBadFrame >= 0 && !badTold)
        {
            badTold = true;
            Write("plugin", $"{Name} gives values that are not finite numbers: silence stands in for them.", true);
        }

        // A latency that it announces and that is what it was before is no reason to fall silent.
        const Vst3RestartFlags Serious = Vst3RestartFlags.IoChanged | Vst3RestartFlags.ReloadComponent;
        var wishes = session.Plugin.Pump();
        if (
            (wishes & Serious) != Vst3RestartFlags.None
            || (wishes.HasFlag(Vst3RestartFlags.LatencyChanged) && session.Plugin.LatencySamples != latency)
        )
        {
            supervisor.Stop();
            session.Plugin.Deactivate();
            supervisor.Start(allowSilence: true);
            latency = session.Plugin.LatencySamples;
            Write("plugin", $"{Name} was restarted, as it asked for; its latency is {latency} samples.", false);
        }
    }

    private string Name => session.Plugin.Info.Name;

    private void Tell(string kind, string text, bool isProblem) => messages.Enqueue((kind, text, isProblem));

    private void WriteStart()
    {
        if (options.Json)
        {
            Console.Out.WriteLine(
                new JsonObject
                {
                    ["event"] = "start",
                    ["plugin"] = Name,
                    ["device"] = supervisor.Device,
                    ["sample_rate"] = supervisor.SampleRate,
                    ["block_frames"] = supervisor.BufferFrames,
                    ["latency_samples"] = session.Plugin.LatencySamples,
                }.ToJsonString()
            );
            return;
        }

        var delay = supervisor.OutputLatency + (session.Plugin.LatencySamples / (double)supervisor.SampleRate);
        Console.Out.WriteLine(
            $"{Name} plays to {supervisor.Device} at {supervisor.SampleRate} Hz in blocks of {supervisor.BufferFrames}, delay {delay * 1000:F1} ms; Ctrl-C ends it."
        );
    }

    private void Write(string kind, string text, bool isProblem)
    {
        if (options.Json)
        {
            Console.Out.WriteLine(
                new JsonObject
                {
                    ["event"] = "message",
                    ["kind"] = kind,
                    ["text"] = text,
                    ["problem"] = isProblem,
                }.ToJsonString()
            );
        }
        else
        {
            Console.Out.WriteLine($"{(isProblem ? "problem " : "")}{kind}: {text}");
        }
    }

    private void WriteEnd()
    {
        var seconds = (double)session.Player.Position / Math.Max(1, renderer.SampleRate);
        // What a reverb leaves of nothing is nothing.
        var decibels = peak < 1e-10f ? double.NegativeInfinity : 20 * Math.Log10(peak);
        if (options.Json)
        {
            Console.Out.WriteLine(
                new JsonObject
                {
                    ["event"] = "end",
                    ["seconds"] = Output.Json.Number(seconds),
                    ["frames"] = session.Player.Position,
                    ["peak_dbfs"] = Output.Json.Number(decibels),
                    ["xruns"] = supervisor.Xruns,
                    ["losses"] = supervisor.Losses,
                    ["failed_blocks"] = session.Player.FailedBlocks,
                    ["allocated_bytes"] = renderer.AllocatedBytes,
                }.ToJsonString()
            );
            return;
        }

        Console.Out.WriteLine(
            $"{seconds:F1} s played, {(double.IsFinite(decibels) ? $"peak {decibels:F1} dBFS" : "silent")}, {supervisor.Xruns} xruns."
        );
    }

    private IAudioStream OpenStream(IAudioRenderer target)
    {
        var hears = session.Plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input) is [{ ChannelCount: > 0 }, ..];
        var jack = new JackClientOptions
        {
            ServerName = options.JackServer,
            Midi = jackMidi,
            Inputs = hears && options.Input is null ? 2 : 0,
            Capture = renderer,
        };
        if (options.Silent)
        {
            return new SilentClock(target, options.SampleRate ?? SilentRate, 2, options.BlockFrames ?? UsualFrames);
        }

        if (options.Jack)
        {
            return new JackClient(target, jack);
        }

        return AudioOutput.Open(
            target,
            new PortAudioStreamOptions
            {
                HostApi = options.HostApi,
                Device = options.AudioDevice,
                SampleRate = options.SampleRate,
                BufferFrames = options.BlockFrames ?? UsualFrames,
            },
            jack
        );
    }

    private bool IsWanted(MidiPort port)
    {
        bool Contains(string part) => port.Name.Contains(part, StringComparison.OrdinalIgnoreCase);
        return options.MidiInputs.Count > 0
            ? options.MidiInputs.Any(Contains)
            : port.Api != MidiApi.Jack && !Contains("Midi Through") && !Contains("VQWave");
    }

    private MidiPort[] VirtualPorts() => OperatingSystem.IsWindows() ? [] : [new MidiPort(MidiApi.Alsa, "VQWave host")];
}
