using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>MIDI from any number of ports at once, through RtMidi: ALSA, JACK, Core MIDI, Windows.</summary>
/// <remarks>
/// Each port has a queue of its own that RtMidi's thread fills. <see cref="TryRead"/> is real-time safe and belongs to one thread;
/// everything else may be called from any thread, waits for nothing but the system, and is not real-time safe. When a JACK server
/// ends, its ports are closed; <see cref="MidiPortWatcher"/> opens them again when they are back.
/// </remarks>
public sealed class MidiInput : IDisposable
{
    // Where nothing speaks for a JACK server it is asked for now and then only.
    private const int LooksBetweenTries = 15;

    private readonly Lock gate = new();
    private readonly string clientName;
    private readonly int queueCapacity;
    private readonly List<string> sourceNames = [""];
    private readonly Dictionary<MidiApi, RtMidiPort> listers = [];
    private OpenPort[] open = [];
    private JackMonitor? jack;
    private string? noJack;
    private int looksWithoutJack;
    private long closedDropped;
    private bool isDisposed;

    /// <summary>Creates an input without ports.</summary>
    /// <param name="clientName">What other programs see.</param>
    /// <param name="queueCapacity">Messages that may wait for each port.</param>
    public MidiInput(string clientName = "VQWave", int queueCapacity = 1024)
    {
        ArgumentException.ThrowIfNullOrEmpty(clientName);
        this.clientName = clientName;
        this.queueCapacity = queueCapacity;
        // Without this, ports that nobody watches would keep the whole process from the server's successor.
        JackRegistry.ServerDied += OnServerDied;
    }

    /// <summary>Whether RtMidi is installed.</summary>
    public static bool IsInstalled => NativeLibraries.IsAvailable(NativeLibraries.RtMidi);

    /// <summary>The ports that are open, virtual ones too.</summary>
    public IReadOnlyList<MidiPort> OpenPorts => [.. Volatile.Read(ref open).Select(port => port.Port)];

    /// <summary>Messages that were lost because nobody read them in time.</summary>
    public long Dropped => Volatile.Read(ref closedDropped) + Volatile.Read(ref open).Sum(port => port.Input.Queue.Dropped);

    /// <summary>Looks which ports there are.</summary>
    /// <returns>The ports, and a sentence for each interface that cannot be used.</returns>
    public MidiPortList ListPorts()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            List<MidiPort> ports = [];
            List<string> notes = [];
            foreach (MidiApi api in Apis())
            {
                if (Problem(api) is string problem)
                {
                    notes.Add(problem);
                    continue;
                }

                try
                {
                    ports.AddRange(Names(api).Select(name => MidiPort.FromSystem(api, name)).Distinct());
                }
                catch (MidiDeviceException e)
                {
                    notes.Add(e.Message);
                }
            }

            return new MidiPortList(ports, notes);
        }
    }

    /// <summary>Opens a port; does nothing to one that is open.</summary>
    /// <param name="port">The port.</param>
    /// <exception cref="MidiDeviceException">The port is not there or does not open, or RtMidi is not installed.</exception>
    public void Open(MidiPort port)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            if (Array.Exists(open, other => other.Port == port))
            {
                return;
            }

            Require(port.Api);
            RtMidiPort input = NewInput(port);
            int number = input.Names().FindIndex(name => MidiPort.FromSystem(port.Api, name) == port);
            if (number < 0 || !input.Open(number, $"from {port.Name}"))
            {
                input.Dispose();
                throw new MidiDeviceException(
                    number < 0
                        ? $"There is no MIDI port {port}: list the devices to see those that are there."
                        : $"The MIDI port {port} does not open: another program may hold it."
                );
            }

            Add(new OpenPort(port, input));
        }
    }

    /// <summary>Makes a port that other programs can connect to.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="api">The interface; on Windows there are no virtual ports.</param>
    /// <returns>The port, as <see cref="OpenPorts"/> shows it.</returns>
    /// <exception cref="MidiDeviceException">The interface has no virtual ports or is not there, or RtMidi is not installed.</exception>
    public MidiPort OpenVirtual(string name, MidiApi api)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            MidiPort port = new(api, name);
            if (Array.Exists(open, other => other.Port == port))
            {
                return port;
            }

            if (api == MidiApi.WindowsMultimedia)
            {
                throw new MidiDeviceException("Windows has no virtual MIDI ports: use a program that makes them, such as loopMIDI.");
            }

            Require(api);
            RtMidiPort input = NewInput(port);
            if (!input.OpenVirtual(name))
            {
                input.Dispose();
                throw new MidiDeviceException($"The virtual MIDI port {port} could not be made.");
            }

            Add(new OpenPort(port, input));
            return port;
        }
    }

    /// <summary>Closes a port; what waits in its queue is lost. Does nothing to one that is not open.</summary>
    /// <param name="port">The port.</param>
    public void Close(MidiPort port)
    {
        lock (gate)
        {
            CloseWhere(other => other.Port == port);
        }
    }

    /// <summary>Real-time safe; one reading thread. Takes the oldest message of all ports.</summary>
    /// <param name="message">Receives it; its time is a <see cref="System.Diagnostics.Stopwatch"/> timestamp.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead(out TimedMidi message)
    {
        MidiQueue? oldest = null;
        message = default;
        foreach (OpenPort port in Volatile.Read(ref open))
        {
            if (port.Input.Queue.TryPeek(out TimedMidi next) && (oldest is null || next.Time < message.Time))
            {
                oldest = port.Input.Queue;
                message = next;
            }
        }

        return oldest is not null && oldest.TryRead(out message);
    }

    /// <summary>The name of the port that a message came from.</summary>
    /// <param name="source">The message's source. A port keeps its number when it is opened again.</param>
    /// <returns>The name, or an empty text for a number that was never given.</returns>
    public string SourceName(int source)
    {
        lock (gate)
        {
            return source > 0 && source < sourceNames.Count ? sourceNames[source] : "";
        }
    }

    /// <summary>Closes all ports.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isDisposed)
            {
                return;
            }

            isDisposed = true;
            JackRegistry.ServerDied -= OnServerDied;
            CloseWhere(static _ => true);
            foreach (RtMidiPort lister in listers.Values)
            {
                lister.Dispose();
            }

            jack?.Dispose();
        }
    }

    /// <summary>Closes everything that belongs to a JACK server that ended, so that its successor can be reached.</summary>
    internal void CloseDead()
    {
        lock (gate)
        {
            if (isDisposed || !(JackRegistry.IsServerDead || jack?.IsDead == true))
            {
                return;
            }

            CloseWhere(port => port.Port.Api == MidiApi.Jack);
            if (listers.Remove(MidiApi.Jack, out RtMidiPort? lister))
            {
                lister.Dispose();
            }

            jack?.Dispose();
            jack = null;
        }
    }

    private void OnServerDied(object? sender, EventArgs e) => CloseDead();

    private static IEnumerable<MidiApi> Apis()
    {
        if (OperatingSystem.IsWindows())
        {
            return [MidiApi.WindowsMultimedia];
        }

        return OperatingSystem.IsMacOS() ? [MidiApi.CoreMidi, MidiApi.Jack] : [MidiApi.Alsa, MidiApi.Jack];
    }

    // RtMidi prints to standard error when an interface is not there; so that is found out before RtMidi is asked.
    private string? Problem(MidiApi api)
    {
        if (!IsInstalled)
        {
            return $"MIDI needs RtMidi, which is not installed: {NativeLibraries.Remedy("librtmidi6", "rtmidi")}.";
        }

        if (!RtMidiNative.HasApi((int)api))
        {
            return $"The RtMidi that is installed was built without {MidiPort.Text(api)}.";
        }

        if (api == MidiApi.Alsa)
        {
            return File.Exists("/dev/snd/seq") ? null : "The ALSA sequencer is not there (/dev/snd/seq): load it with 'modprobe snd-seq'.";
        }

        if (api != MidiApi.Jack)
        {
            return null;
        }

        if (jack is null && noJack is not null && !JackPresence.IsLikely && ++looksWithoutJack % LooksBetweenTries != 0)
        {
            return noJack;
        }

        try
        {
            if (jack is null || jack.IsDead)
            {
                CloseDead();
                jack = new JackMonitor($"{clientName}-watch");
            }

            return null;
        }
        catch (AudioDeviceException e)
        {
            return noJack = $"JACK MIDI cannot be used: {char.ToLowerInvariant(e.Message[0])}{e.Message[1..]}";
        }
    }

    private void Require(MidiApi api)
    {
        if (!Apis().Contains(api))
        {
            throw new MidiDeviceException($"{MidiPort.Text(api)} MIDI does not exist on this system.");
        }

        if (Problem(api) is string problem)
        {
            throw new MidiDeviceException(problem);
        }
    }

    private List<string> Names(MidiApi api)
    {
        if (api == MidiApi.Jack)
        {
            return jack!.MidiSources();
        }

        if (!listers.TryGetValue(api, out RtMidiPort? lister))
        {
            lister = new RtMidiPort(api, $"{clientName}-watch", 0, new MidiQueue(1));
            listers.Add(api, lister);
        }

        return lister.Names();
    }

    private RtMidiPort NewInput(MidiPort port)
    {
        string name = port.ToString();
        int source = sourceNames.IndexOf(name);
        if (source < 0)
        {
            source = sourceNames.Count;
            sourceNames.Add(name);
        }

        return new RtMidiPort(port.Api, clientName, source, new MidiQueue(queueCapacity));
    }

    private void Add(OpenPort port) => Volatile.Write(ref open, [.. open, port]);

    private void CloseWhere(Predicate<OpenPort> condition)
    {
        OpenPort[] closing = Array.FindAll(open, condition);
        // Readers let go first: after this none of them finds the queues.
        Volatile.Write(ref open, Array.FindAll(open, port => !condition(port)));
        foreach (OpenPort port in closing)
        {
            port.Input.Dispose();
            Volatile.Write(ref closedDropped, closedDropped + port.Input.Queue.Dropped);
        }
    }

    private sealed record OpenPort(MidiPort Port, RtMidiPort Input);
}
