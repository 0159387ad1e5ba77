using System.Diagnostics;
using VQWave.Controls;
using VQWave.Devices;
using VQWave.Inference;
using VQWave.Instruments;
using VQWave.Interop;
using VQWave.Models;
using VQWave.Player.Hosting;
using VQWave.Streaming;
using VQWave.Streaming.Voices;

namespace VQWave.Player.Live;

/// <summary>Live play as a whole: pack, engine, instrument, sound device, controllers, presets, takes, and what is kept between sessions.</summary>
/// <remarks>
/// Threading: made, started and disposed by one thread; <see cref="ILivePlayer"/> is for any. A thread of its own looks after what is slow. In steady play
/// nothing here allocates but the look for MIDI ports once a second.
/// </remarks>
internal sealed partial class LiveSession : ILivePlayer, IDisposable
{
    private static readonly TimeSpan FillTimeout = TimeSpan.FromSeconds(10);

    private readonly LiveOptions options;
    private readonly UserFolders folders;
    private readonly ModelPackLocator locator = ModelPackLocator.FromEnvironment();
    private readonly InferenceRuntime runtime;
    private readonly LiveEngine engine;
    private readonly Instrument instrument;
    private readonly InstrumentRenderer renderer;
    private readonly InsertChain? inserts;
    private readonly AudioSupervisor supervisor;
    private readonly MidiInput? midi;
    private readonly MidiPortWatcher? watcher;
    private readonly MidiQueue jackMidi = new(4096);
    private readonly MidiQueue ownMidi = new();
    private readonly Lock ownMidiLock = new();
    private readonly Lock actionLock = new();
    private readonly Lock bankLock = new();
    private readonly ManualResetEventSlim stopping = new();
    private int collectionsAtStart = GC.CollectionCount(0);
    private readonly string mapFile;
    private SessionSettings settings;
    private (ModelPack? Pack, string Name) keptPack = (null, "");
    private Preset? preset;
    private Thread? keeper;
    private FollowInput? follow;
    private IReadOnlyList<int> compressions;
    private int codebookSize;
    private bool disposed;

    /// <summary>Loads everything; nothing sounds yet.</summary>
    /// <param name="options">How to begin.</param>
    /// <param name="folders">The user's folders.</param>
    /// <exception cref="VQWaveException">The pack cannot be played, or a preset or an option is unknown.</exception>
    /// <exception cref="Vst3.Vst3Exception">An insert cannot be loaded.</exception>
    public LiveSession(LiveOptions options, UserFolders? folders = null)
    {
        this.options = options;
        this.folders = folders ?? UserFolders.FromEnvironment();
        // Native libraries take their time: they are loaded while this thread reads the settings and the pack.
        InferenceRuntime.Preload();
        _ = Task.Run(() => options.Midi && MidiInput.IsInstalled);
        settings = LoadSettings();
        mapFile = options.MidiMap ?? settings.MidiMap ?? this.folders.MidiMapFile;
        Map = MidiMap.Load(mapFile, out var mapProblem);
        Tell("settings", mapProblem, true);
        Presets = new PresetBank(this.folders.Presets);
        foreach (var problem in Presets.Problems)
        {
            Tell("preset", problem, true);
        }

        BeginValues();
        Times.SettingsRead = Stopwatch.GetTimestamp();
        var pack = OpenPack();
        Times.PackChecked = Stopwatch.GetTimestamp();
        runtime = InferenceRuntime.Create(options.Inference with { GraphCache = this.folders.Graphs }, pack);
        Tell("engine", runtime.Notice, false);
        var core = CreateCore(pack);
        engine = new LiveEngine(core);
        Times.WarmUp = core.WarmUp;
        Times.EngineMade = Stopwatch.GetTimestamp();
        try
        {
            compressions = [.. pack.Configuration.Levels.Select(l => l.Compression)];
            codebookSize = pack.Configuration.Levels[0].CodebookSize;
            instrument = new Instrument(engine, Values, Map, Presets);
            if (options.Midi && MidiInput.IsInstalled)
            {
                midi = new MidiInput();
                watcher = new MidiPortWatcher(midi, IsWanted, VirtualPorts());
                watcher.Changed += (_, change) =>
                {
                    midiInputs = midi.OpenPorts.Count;
                    Tell("midi", change.Message, change.Kind == MidiPortChangeKind.Vanished);
                };
            }
            else if (options.Midi)
            {
                Tell("midi", "RtMidi is not installed (Debian: librtmidi6): controllers are heard through JACK only.", true);
            }

            inserts = InsertChain.Load(options.Inserts);
            renderer = new InstrumentRenderer(instrument, Values, jackMidi, ownMidi, midi) { Inserts = inserts };
            supervisor = new AudioSupervisor(renderer, OpenStream);
            supervisor.StatusChanged += (_, status) => Tell("audio", status.Message, status.Kind == AudioStatusKind.Lost);
            Times.Ready = Stopwatch.GetTimestamp();
        }
        catch
        {
            engine.Dispose();
            midi?.Dispose();
            inserts?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ParameterValues Values { get; } = new();

    /// <inheritdoc/>
    public MessageFeed Messages { get; } = new();

    /// <inheritdoc/>
    public MidiMap Map { get; }

    /// <inheritdoc/>
    public PresetBank Presets { get; }

    /// <inheritdoc/>
    public string? PresetName => Volatile.Read(ref preset)?.Name;

    /// <inheritdoc/>
    public bool IsPresetChanged
    {
        get
        {
            if (Volatile.Read(ref preset) is not { } recalled)
            {
                return false;
            }

            for (var i = 0; i < Values.Table.Count; i++)
            {
                var definition = Values.Table.Parameters[i];
                var expected = recalled.Values.TryGetValue(definition.Id, out var value) ? definition.Clamp(value) : definition.Default;
                if (definition.IsInPresets && Values.Get(i) != expected)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Packs =>
        [.. locator.List().Where(p => p.Manifest is not null).Select(p => p.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>How starting went.</summary>
    public StartupTimes Times { get; } = new() { Begin = Stopwatch.GetTimestamp() };

    /// <summary>The engine.</summary>
    public LiveEngine Engine => engine;

    /// <summary>The audio callback.</summary>
    public InstrumentRenderer Renderer => renderer;

    /// <summary>What stopped play, in a sentence, or null.</summary>
    public string? Fault => engine.Fault is { } e ? $"The engine has stopped: {e.Message}" : null;

    /// <summary>The falling levels of what is heard.</summary>
    public LevelMeter Meter => instrument.Meter;

    /// <summary>Where takes go.</summary>
    public string TakeFolder => options.TakeFolder ?? (options.Surface is null ? "." : folders.Takes);

    /// <summary>Tells the user something.</summary>
    public void Say(string kind, string text, bool isProblem) => Tell(kind, text, isProblem);

    /// <summary>The key that devices of the live surface are known by: the user's own, or without a session's settings one for this time.</summary>
    public byte[] SurfaceKey()
    {
        if (!options.Fresh)
        {
            try
            {
                return Surface.SurfaceKey.Load(folders.SurfaceKeyFile);
            }
            catch (VQWaveException e)
            {
                Tell("surface", e.Message, true);
            }
        }

        return Surface.SurfaceKey.Create();
    }

    /// <summary>Collects what loading has left behind, now instead of on stage, and counts collections from here on.</summary>
    public void SettleMemory()
    {
        System.Runtime.GCSettings.LatencyMode = System.Runtime.GCLatencyMode.SustainedLowLatency;
        GC.Collect();
        collectionsAtStart = GC.CollectionCount(0);
    }

    /// <summary>Begins to play.</summary>
    /// <exception cref="AudioDeviceException">The device that was asked for cannot be opened.</exception>
    /// <exception cref="AudioFileException">The file that records cannot be written.</exception>
    public void Start()
    {
        engine.Start();
        // The first sound comes whole: not from an empty ring.
        var start = Stopwatch.GetTimestamp();
        while (engine.Available < engine.Depth && engine.Fault is null && Stopwatch.GetElapsedTime(start) < FillTimeout)
        {
            Thread.Sleep(2);
        }

        if (OperatingSystem.IsLinux() && !engine.IsRealtime)
        {
            Tell(
                "engine",
                "The engine runs without real-time priority, which matters on a busy machine: allow it for your user (group audio, rtprio in limits.conf).",
                false
            );
        }

        supervisor.Start();
        TellInserts();
        if (options.Output is { } output)
        {
            BeginTake(output);
        }

        watcher?.Start();
        if (options.Follow)
        {
            follow = new FollowInput(runtime, engine);
            renderer.Follow = follow;
        }

        keeper = new Thread(Keep) { IsBackground = true, Name = "VQWave keeper" };
        keeper.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        stopping.Set();
        keeper?.Join(TimeSpan.FromSeconds(5));
        watcher?.Dispose();
        EndTake();
        supervisor.Dispose();
        inserts?.Dispose();
        renderer.Follow = null;
        follow?.Dispose();
        midi?.Dispose();
        SaveSettings();
        engine.Dispose();
        stopping.Dispose();
    }

    private static bool Contains(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private void Tell(string kind, string? text, bool isProblem)
    {
        if (text is not null)
        {
            Messages.Add(new LiveMessage(kind, text, isProblem, Stopwatch.GetElapsedTime(Times.Begin).TotalSeconds));
        }
    }

    private SessionSettings LoadSettings()
    {
        if (options.Fresh)
        {
            return new SessionSettings();
        }

        var loaded = SessionSettings.Load(folders.SessionFile, out var problem);
        Tell("settings", problem, true);
        return loaded;
    }

    private void BeginValues()
    {
        settings.ApplyTo(Values);
        preset = settings.Preset is { } name ? Presets.Find(name) : null;
        if (options.Preset is { } wanted)
        {
            preset =
                Presets.Find(wanted)
                ?? throw new UsageException(
                    $"There is no preset '{wanted}': there are {string.Join(", ", Presets.Presets.Select(p => p.Name))}."
                );
            preset.ApplyTo(Values);
        }

        foreach (var (id, value) in options.Values)
        {
            Values[id] = value;
        }
    }

    private ModelPack OpenPack()
    {
        if (options.Model is null && settings.Pack is { } last)
        {
            try
            {
                return ModelPack.Open(locator.Find(last));
            }
            catch (VQWaveException e)
            {
                Tell("pack", $"The last session's pack cannot be played: {e.Message}", true);
            }
        }

        return ModelPack.Open(locator.Find(options.Model));
    }

    private EngineCore CreateCore(ModelPack pack) => new(runtime, pack, EngineParameters.Start(Values, pack.Configuration.Levels.Count));

    private IAudioStream OpenStream(IAudioRenderer target)
    {
        var rate = options.SampleRate ?? (options.AudioDevice is null ? settings.SampleRate : null);
        var frames = options.BlockFrames ?? (options.AudioDevice is null ? settings.BlockFrames : null);
        var jack = new JackClientOptions
        {
            ServerName = options.JackServer,
            Midi = jackMidi,
            Inputs = options.Follow ? 1 : 0,
            Capture = options.Follow ? renderer : null,
        };
        if (options.Silent)
        {
            return new SilentClock(target, rate ?? 48_000, 2, frames ?? 256, () => ThreadScheduling.TryRaise(ThreadScheduling.Callback));
        }

        if (options.Jack)
        {
            var client = new JackClient(target, jack);
            renderer.TransportClient = options.Transport ? client : null;
            return client;
        }

        return AudioOutput.Open(
            target,
            new PortAudioStreamOptions
            {
                HostApi = options.HostApi ?? (options.AudioDevice is null ? settings.AudioHost : null),
                Device = options.AudioDevice ?? settings.AudioDevice,
                SampleRate = rate,
                BufferFrames = frames ?? 256,
            },
            jack
        );
    }

    private bool IsWanted(MidiPort port)
    {
        var wanted = options.MidiInputs.Count > 0 ? options.MidiInputs : settings.MidiInputs;
        if (wanted.Count > 0)
        {
            return wanted.Any(w => Contains(port.Name, w));
        }

        // Without a wish: all controllers, but not the loop-through, not what is heard through the JACK client anyway, and not itself.
        return port.Api != MidiApi.Jack && !Contains(port.Name, "Midi Through") && !Contains(port.Name, "VQWave");
    }

    private MidiPort[] VirtualPorts() =>
        OperatingSystem.IsWindows() ? []
        : options.Jack ? [new MidiPort(MidiApi.Alsa, "VQWave")]
        : [new MidiPort(MidiApi.Alsa, "VQWave"), new MidiPort(MidiApi.Jack, "VQWave MIDI")];

    private void SaveSettings()
    {
        try
        {
            if (!options.Fresh)
            {
                SettingsNow().Save(folders.SessionFile);
            }
        }
        catch (VQWaveException e)
        {
            Tell("settings", e.Message, true);
        }
    }

    // What the next session finds the pack by: its folder's name where that is enough, else the whole path.
    private string NameToKeep(ModelPack pack)
    {
        if (keptPack.Pack != pack)
        {
            var path = Path.GetFullPath(pack.Directory);
            var name = FolderName(path);
            var found = locator.List().FirstOrDefault(p => p.Name == name)?.Directory;
            keptPack = (pack, found == path ? name : path);
        }

        return keptPack.Name;
    }

    private SessionSettings SettingsNow() =>
        (
            settings with
            {
                Pack = NameToKeep(engine.Pack),
                AudioHost = options.HostApi ?? settings.AudioHost,
                AudioDevice = options.AudioDevice ?? settings.AudioDevice,
                SampleRate = options.SampleRate ?? settings.SampleRate,
                BlockFrames = options.BlockFrames ?? settings.BlockFrames,
                MidiInputs = options.MidiInputs.Count > 0 ? options.MidiInputs : settings.MidiInputs,
                MidiMap = options.MidiMap ?? settings.MidiMap,
                Preset = PresetName,
            }
        ).WithValues(Values);
}
