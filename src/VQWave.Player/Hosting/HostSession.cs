using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>A loaded plug-in with what it is to play, checked against what it can.</summary>
internal sealed class HostSession : IDisposable
{
    private HostSession(Vst3Module module, Vst3Plugin plugin, MidiFile? song, IReadOnlyList<ParameterPoint> points)
    {
        Module = module;
        Plugin = plugin;
        Song = song;
        Player = new HostPlayer(plugin, song?.Events ?? [], points);
    }

    /// <summary>The module.</summary>
    public Vst3Module Module { get; }

    /// <summary>The plug-in.</summary>
    public Vst3Plugin Plugin { get; }

    /// <summary>The song, or null.</summary>
    public MidiFile? Song { get; }

    /// <summary>What plays it.</summary>
    public HostPlayer Player { get; }

    /// <summary>Loads everything.</summary>
    /// <exception cref="UsageException">A class or a parameter is unknown, or the plug-in has no use for what it is to play.</exception>
    /// <exception cref="Vst3Exception">The plug-in cannot be loaded.</exception>
    /// <exception cref="VQWaveException">The song cannot be read.</exception>
    public static HostSession Open(HostOptions options)
    {
        var song = options.Midi is { } path ? MidiFile.Load(path) : null;
        var module = LoadModule(options, out var info);
        try
        {
            var plugin = module.CreatePlugin(info);
            Check(plugin, options);
            return new HostSession(
                module,
                plugin,
                song,
                [.. options.Parameters.Select(text => ParameterPoint.Parse(plugin, text, "--param", timed: true))]
            );
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>Loads the module and finds the class.</summary>
    public static Vst3Module LoadModule(HostOptions options, out Vst3ClassInfo info)
    {
        var reference = PluginReference.Parse(options.Plugin);
        if (options.Class is { } name)
        {
            reference = reference with { Class = name };
        }

        Vst3Module? module = null;
        try
        {
            info = reference.FindClass(p => module = Vst3Module.Load(p), out _);
            return module!;
        }
        catch
        {
            module?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();

    private static void Check(Vst3Plugin plugin, HostOptions options)
    {
        var name = plugin.Info.Name;
        var hears = plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input).Any(b => b.ChannelCount > 0);
        var plays = plugin.GetBuses(Vst3MediaType.Event, Vst3BusDirection.Input).Count > 0;
        if (plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output) is not [{ ChannelCount: > 0 }, ..])
        {
            throw new Vst3Exception($"'{name}' has no audio output: there is nothing to hear.");
        }

        if (options.Input is not null && !hears)
        {
            throw new UsageException($"{name} has no audio input: leave out --input.");
        }

        // Some effects map controllers to parameters without an event input.
        var maps = Enumerable.Range(0, Vst3MidiController.Count).Any(c => plugin.TryMapMidi(0, 0, c, out _));
        if (options.Midi is not null && !plays && !maps)
        {
            throw new UsageException($"{name} has no use for MIDI: leave out --midi{(hears ? " and give --input" : "")}.");
        }

        if (options.Output is not null && options.Midi is null && options.Input is null && options.Seconds is null)
        {
            throw new UsageException(
                plays && !hears ? $"{name} is to play nothing: give --midi, or --seconds."
                : plays ? $"{name} is to play nothing: give --midi or --input, or --seconds."
                : $"{name} is an effect: give --input, or --seconds."
            );
        }
    }
}
