namespace VQWave.Devices;

/// <summary>
/// Watches MIDI ports come and go, opens those that are wanted as they appear, also when they come back, and keeps virtual ports there.
/// </summary>
/// <remarks>
/// Looks once a second on a thread of its own, on which the events come; they must not dispose the watcher. What cannot be used
/// is said once, and again only after it had worked in between.
/// </remarks>
public sealed class MidiPortWatcher : IDisposable
{
    private readonly MidiInput input;
    private readonly Func<MidiPort, bool> isWanted;
    private readonly IReadOnlyList<MidiPort> virtualPorts;
    private readonly TimeSpan period;
    private readonly ManualResetEventSlim stopping = new();
    private readonly HashSet<string> said = new(StringComparer.Ordinal);
    private HashSet<MidiPort> known = [];
    private HashSet<MidiPort> knownVirtual = [];
    private Thread? thread;

    /// <summary>Creates a watcher that stands.</summary>
    /// <param name="input">Where ports are listed and opened. It is not disposed with the watcher.</param>
    /// <param name="isWanted">Says which ports to open; null for none.</param>
    /// <param name="virtualPorts">Ports to make, and to make again where a server came back; null for none.</param>
    /// <param name="period">Time between looks; null for a second.</param>
    public MidiPortWatcher(
        MidiInput input,
        Func<MidiPort, bool>? isWanted = null,
        IReadOnlyList<MidiPort>? virtualPorts = null,
        TimeSpan? period = null
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        this.input = input;
        this.isWanted = isWanted ?? (static _ => false);
        this.virtualPorts = virtualPorts ?? [];
        this.period = period ?? TimeSpan.FromSeconds(1);
    }

    /// <summary>A port came, went or was opened, or something cannot be used.</summary>
    public event EventHandler<MidiPortChange>? Changed;

    /// <summary>Looks once at once, then goes on looking.</summary>
    public void Start()
    {
        if (thread is not null)
        {
            return;
        }

        Look();
        thread = new Thread(Run) { IsBackground = true, Name = "VQWave MIDI watcher" };
        thread.Start();
    }

    /// <summary>Ends looking; ports stay open.</summary>
    public void Dispose()
    {
        stopping.Set();
        thread?.Join();
        thread = null;
        stopping.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!stopping.Wait(period))
            {
                Look();
            }
        }
        catch (ObjectDisposedException)
        {
            // The input was disposed first: there is nothing left to watch.
        }
    }

    private void Look()
    {
        input.CloseDead();
        MidiPortList list = input.ListPorts();
        HashSet<MidiPort> present = [.. list.Ports];
        HashSet<MidiPort> open = [.. input.OpenPorts];
        IEnumerable<MidiPort> goneVirtual = knownVirtual.Where(port => !open.Contains(port));
        foreach (MidiPort port in known.Where(port => !present.Contains(port)).Concat(goneVirtual).ToArray())
        {
            bool isMissed = isWanted(port) || virtualPorts.Contains(port);
            input.Close(port);
            Say(
                MidiPortChangeKind.Vanished,
                port,
                isMissed ? $"The MIDI port {port} is gone; it is opened again when it is back." : $"The MIDI port {port} is gone."
            );
        }

        foreach (MidiPort port in list.Ports.Where(port => !known.Contains(port)))
        {
            Say(MidiPortChangeKind.Appeared, port, $"The MIDI port {port} is there.");
        }

        known = present;
        // What works again may be said again when it fails again.
        HashSet<string> notes = new(list.Notes, StringComparer.Ordinal);
        foreach (MidiPort port in list.Ports.Where(isWanted).Except(input.OpenPorts).ToArray())
        {
            Open(port, notes, () => input.Open(port));
        }

        foreach (MidiPort port in virtualPorts.Except(input.OpenPorts).ToArray())
        {
            Open(port, notes, () => input.OpenVirtual(port.Name, port.Api));
        }

        knownVirtual = [.. virtualPorts.Intersect(input.OpenPorts)];
        foreach (string note in notes.Where(note => !said.Contains(note)).ToArray())
        {
            Say(MidiPortChangeKind.Note, null, note);
        }

        said.Clear();
        said.UnionWith(notes);
    }

    private void Open(MidiPort port, HashSet<string> notes, Action open)
    {
        try
        {
            open();
            Say(MidiPortChangeKind.Opened, port, $"MIDI comes from {port}.");
        }
        catch (MidiDeviceException e)
        {
            notes.Add(e.Message);
        }
    }

    private void Say(MidiPortChangeKind kind, MidiPort? port, string message) =>
        Changed?.Invoke(this, new MidiPortChange(kind, port, message));
}
