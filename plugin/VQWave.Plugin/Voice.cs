using VQWave.Controls;
using VQWave.Inference;
using VQWave.Instruments;
using VQWave.Streaming;

namespace VQWave.Plugin;

/// <summary>A loaded pack and, while it plays, the engine and the instrument over it.</summary>
/// <remarks>One thread at a time; handed from one to the other as a whole. All members but <see cref="Instrument"/>'s are for control threads.</remarks>
internal sealed class Voice : IDisposable
{
    private static readonly PresetBank Presets = new();
    private EngineCore? core;

    /// <summary>Loads a pack.</summary>
    /// <exception cref="VQWaveException">It is damaged or ONNX Runtime refuses it.</exception>
    public Voice(PackChoice choice, int packIndex)
    {
        Choice = choice;
        PackIndex = packIndex;
        var pack = choice.Open();
        var options = new InferenceOptions
        {
            Device = InferenceDevice.Cpu,
            Precision = InferencePrecision.Auto,
            GraphCache = UserFolders.FromEnvironment().Graphs,
        };
        core = new EngineCore(InferenceRuntime.Create(options, pack), pack);
        Counters.CountVoice(1);
    }

    /// <summary>What it plays.</summary>
    public PackChoice Choice { get; }

    /// <summary>Its place in the catalog.</summary>
    public int PackIndex { get; }

    /// <summary>The engine; null while it does not play.</summary>
    public LiveEngine? Engine { get; private set; }

    /// <summary>The instrument; null while it does not play.</summary>
    public Instrument? Instrument { get; private set; }

    /// <summary>Frames a second that the instrument is prepared for; 0 while it does not play.</summary>
    public int FrameRate => Instrument?.SampleRate ?? 0;

    /// <summary>
    /// Begins the piece from its first sample, whatever was played before: with the values as they are, the seed's first codes, no note held and the
    /// wheel at rest.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="map">What MIDI means.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="isExact">Whether samples are waited for and no governor interferes.</param>
    public void Begin(ParameterValues values, MidiMap map, int frameRate, bool isExact)
    {
        End();
        core!.Restart(EngineParameters.Start(values, core.Pack.Configuration.Levels.Count));
        Engine = new LiveEngine(core) { IsGoverned = !isExact };
        core = null;
        Instrument = new Instrument(Engine, values, map, Presets) { IsExact = isExact };
        Instrument.Prepare(frameRate);
        Engine.Start();
    }

    /// <summary>Stops playing; the pack stays loaded.</summary>
    public void End()
    {
        if (Engine is { } engine)
        {
            Instrument = null;
            Engine = null;
            core = engine.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        if (core is not null)
        {
            core.Dispose();
            core = null;
            Counters.CountVoice(-1);
        }
    }
}
