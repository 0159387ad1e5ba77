namespace VQWave.Vst3;

/// <summary>The sounding half of a plug-in: buses, state and the process call.</summary>
/// <remarks>
/// Threads: <see cref="Process"/> and <see cref="OnSetProcessing"/> are called on the host's audio thread (one at a time) and must
/// be real-time safe; everything else is called on the main thread. <see cref="OnSetup"/>, <see cref="OnSetActive"/> and
/// <see cref="Process"/> never overlap. State is read and written on the main thread while <see cref="Process"/> may run.
/// </remarks>
public abstract class Vst3Component : Vst3PluginObject
{
    private readonly List<Vst3Bus>[] _buses =
    [
        [],
        [],
        [],
        [],
    ];

    /// <summary>The class of the controller that belongs to it; null when there is none or it is one object with it.</summary>
    public virtual Vst3Uid? ControllerClassId => null;

    /// <summary>Latency, in samples. After a change, tell the host with <see cref="Vst3RestartFlags.LatencyChanged"/>. Any thread.</summary>
    public virtual uint LatencySamples => 0;

    /// <summary>How long it sounds after its input ends, in samples; <see cref="uint.MaxValue"/> for ever. Any thread.</summary>
    public virtual uint TailSamples => 0;

    /// <summary>What <see cref="Process"/> reads of the transport.</summary>
    public virtual Vst3ContextRequirements ContextRequirements => Vst3ContextRequirements.None;

    /// <summary>Whether programs can be saved and loaded one by one, see <see cref="SaveProgram"/>.</summary>
    public virtual bool HasProgramData => false;

    /// <summary>What the host prepared it for.</summary>
    public Vst3ProcessSetup Setup { get; internal set; }

    /// <summary>Whether the host has activated it.</summary>
    public bool IsActive { get; internal set; }

    /// <summary>Whether the host is calling <see cref="Process"/>.</summary>
    public bool IsProcessing { get; internal set; }

    /// <summary>The buses of a kind and a direction.</summary>
    public IReadOnlyList<Vst3Bus> GetBuses(Vst3MediaType media, Vst3BusDirection direction) => _buses[Index(media, direction)];

    /// <summary>Whether it takes samples of a type. Default: 32-bit only.</summary>
    protected internal virtual bool SupportsSampleSize(Vst3SampleSize size) => size == Vst3SampleSize.Float32;

    /// <summary>Adds an audio bus. In the constructor.</summary>
    /// <param name="direction">Which way.</param>
    /// <param name="name">Name to show.</param>
    /// <param name="arrangement">Speakers, see <see cref="Vst3SpeakerArrangement"/>.</param>
    /// <param name="type">Role.</param>
    /// <param name="flags">Properties.</param>
    protected Vst3Bus AddAudioBus(
        Vst3BusDirection direction,
        string name,
        ulong arrangement,
        Vst3BusType type = Vst3BusType.Main,
        Vst3BusFlags flags = Vst3BusFlags.DefaultActive
    ) => Add(new Vst3Bus(Vst3MediaType.Audio, direction, name, type, flags, arrangement, 0));

    /// <summary>Adds an event bus. In the constructor.</summary>
    /// <param name="direction">Which way.</param>
    /// <param name="name">Name to show.</param>
    /// <param name="channels">MIDI channels.</param>
    protected Vst3Bus AddEventBus(Vst3BusDirection direction, string name, int channels = 16) =>
        Add(new Vst3Bus(Vst3MediaType.Event, direction, name, Vst3BusType.Main, Vst3BusFlags.DefaultActive, 0, channels));

    /// <summary>Whether it can work with these speakers, one entry a bus. Default: only with those it has. Not called while active.</summary>
    protected internal virtual bool OnSetArrangements(ReadOnlySpan<ulong> inputs, ReadOnlySpan<ulong> outputs) =>
        AreCurrent(inputs, Vst3BusDirection.Input) && AreCurrent(outputs, Vst3BusDirection.Output);

    /// <summary>A bus was switched on or off; its <see cref="Vst3Bus.IsActive"/> is set.</summary>
    protected internal virtual void OnBusActivated(Vst3Bus bus) { }

    /// <summary>Prepare for a rate, a block size and a sample type; allocate here. False when it cannot.</summary>
    protected internal virtual bool OnSetup(Vst3ProcessSetup setup) => true;

    /// <summary>The host switches it on or off. Called only on a change.</summary>
    protected internal virtual void OnSetActive(bool active) { }

    /// <summary>The host is about to call, or has stopped calling, <see cref="Process"/>. May be called on the audio thread.</summary>
    protected internal virtual void OnSetProcessing(bool processing) { }

    /// <summary>Makes one block. Real-time safe: no allocation, no lock, no wait (except in offline mode).</summary>
    protected internal abstract void Process(in Vst3ProcessData data);

    /// <summary>Reads a state; false when it is not one. May throw: the host gets a code.</summary>
    protected internal virtual bool LoadState(Stream stream) => true;

    /// <summary>Writes the state.</summary>
    protected internal virtual bool SaveState(Stream stream) => true;

    /// <summary>The host tells how long after processing an output is heard, or how long before an input was heard.</summary>
    protected internal virtual void OnPresentationLatency(Vst3BusDirection direction, int busIndex, uint samples) { }

    /// <summary>Whether programs of a list can be saved and loaded.</summary>
    protected internal virtual bool SupportsProgramData(int listId) => HasProgramData;

    /// <summary>Writes one program.</summary>
    protected internal virtual bool SaveProgram(int listId, int program, Stream stream) => false;

    /// <summary>Reads one program.</summary>
    protected internal virtual bool LoadProgram(int listId, int program, Stream stream) => false;

    private static int Index(Vst3MediaType media, Vst3BusDirection direction) => (2 * (int)media) + (int)direction;

    private Vst3Bus Add(Vst3Bus bus)
    {
        _buses[Index(bus.MediaType, bus.Direction)].Add(bus);
        return bus;
    }

    private bool AreCurrent(ReadOnlySpan<ulong> arrangements, Vst3BusDirection direction)
    {
        List<Vst3Bus> buses = _buses[Index(Vst3MediaType.Audio, direction)];
        for (int i = 0; i < arrangements.Length; i++)
        {
            if (i >= buses.Count || buses[i].Arrangement != arrangements[i])
            {
                return false;
            }
        }

        return true;
    }
}
