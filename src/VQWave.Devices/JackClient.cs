using System.Diagnostics;
using System.Runtime.InteropServices;
using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>
/// A client of a JACK server: output ports that play a renderer, input ports, a MIDI port whose messages keep their frame, and the
/// server's transport.
/// </summary>
/// <remarks>
/// JACK's own thread runs one callback per block: it reads MIDI and the transport, hands on what was recorded, renders and copies to
/// the ports; it neither allocates, locks, logs nor waits. Events are raised on threads of the thread pool. When the server ends,
/// <see cref="Failure"/> says so; this client must then be disposed, and a new one opened when a server is there again
/// (<see cref="AudioSupervisor"/> does that). All of the process's clients of a dead server must be closed before one can be opened
/// to its successor: libjack keeps one memory for them all.
/// </remarks>
public sealed unsafe partial class JackClient : IAudioStream
{
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(1);
    private const int ScratchFrames = 4096;
    private const int CallsThatIgnoreErrors = 3;

    private readonly Lock gate = new();
    private readonly IAudioRenderer renderer;
    private readonly JackClientOptions options;
    private readonly nint[] outputPorts;
    private readonly nint[] inputPorts;
    private readonly float[] outputScratch;
    private readonly float[] inputScratch;
    private GCHandle self;
    private nint client;
    private nint midiPort;
    private bool isRunning;
    private volatile bool isLeaving;
    private Thread? audioThread;
    private int inside;
    private int callsWhileLeaving;
    private int sampleRate;
    private int bufferFrames;
    private long sampleTime;
    private long xruns;
    private double latency;
    private string? failure;
    private Exception? renderError;
    private int transportVersion;
    private JackTransport transport;

    /// <summary>Opens a client of a running server and registers its ports; nothing sounds yet.</summary>
    /// <param name="renderer">What to play.</param>
    /// <param name="options">Names, ports and queues; null for two outputs that are connected to the hardware.</param>
    /// <exception cref="AudioDeviceException">JACK's library is not installed, no server runs, or it refuses.</exception>
    public JackClient(IAudioRenderer renderer, JackClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(renderer);
        this.renderer = renderer;
        this.options = options ?? new JackClientOptions();
        outputPorts = new nint[this.options.Outputs];
        inputPorts = new nint[this.options.Inputs];
        outputScratch = GC.AllocateArray<float>(ScratchFrames * outputPorts.Length, pinned: true);
        inputScratch = GC.AllocateArray<float>(ScratchFrames * inputPorts.Length, pinned: true);
        client = JackMonitor.OpenClient(this.options.ClientName, this.options.ServerName);
        self = GCHandle.Alloc(this);
        try
        {
            sampleRate = (int)JackNative.GetSampleRate(client);
            bufferFrames = (int)JackNative.GetBufferSize(client);
            Name = $"JACK client '{Marshal.PtrToStringUTF8(JackNative.GetClientName(client))}'";
            RegisterPorts();
            nint argument = GCHandle.ToIntPtr(self);
            if (
                JackNative.SetProcessCallback(client, &OnProcess, argument) != 0
                || JackNative.SetXrunCallback(client, &OnXrun, argument) != 0
                || JackNative.SetBufferSizeCallback(client, &OnBufferSize, argument) != 0
                || JackNative.SetSampleRateCallback(client, &OnSampleRate, argument) != 0
            )
            {
                throw new AudioDeviceException("The JACK server refused the client's callbacks: restart it.");
            }

            JackNative.OnInfoShutdown(client, &OnShutdown, argument);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The server ended or put this client out. The client's <see cref="Failure"/> is set.</summary>
    public event EventHandler? ServerShutdown;

    /// <summary>The server changed its block length or rate while running.</summary>
    public event EventHandler<JackFormat>? FormatChanged;

    /// <summary>Whether JACK's client library is installed.</summary>
    public static bool IsInstalled => NativeLibraries.IsAvailable(NativeLibraries.Jack);

    /// <inheritdoc />
    public string Name { get; } = "JACK client";

    /// <inheritdoc />
    public int SampleRate => Volatile.Read(ref sampleRate);

    /// <inheritdoc />
    public int Channels => outputPorts.Length;

    /// <inheritdoc />
    public int BufferFrames => Volatile.Read(ref bufferFrames);

    /// <inheritdoc />
    public double OutputLatency
    {
        get
        {
            lock (gate)
            {
                if (client != 0 && Volatile.Read(ref failure) is null)
                {
                    JackNative.LatencyRange range;
                    JackNative.PortGetLatencyRange(outputPorts[0], JackNative.PlaybackLatency, &range);
                    latency = (double)range.Max / SampleRate;
                }

                return latency;
            }
        }
    }

    /// <inheritdoc />
    public long Xruns => Volatile.Read(ref xruns);

    /// <inheritdoc />
    public long SampleTime => Volatile.Read(ref sampleTime);

    /// <inheritdoc />
    public string? Failure => Volatile.Read(ref renderError) is Exception e ? $"Rendering failed: {e.Message}" : Volatile.Read(ref failure);

    /// <summary>Real-time safe. The transport at the start of the block that was rendered last.</summary>
    public JackTransport Transport
    {
        get
        {
            while (true)
            {
                int before = Volatile.Read(ref transportVersion);
                JackTransport copy = transport;
                Interlocked.MemoryBarrier();
                if ((before & 1) == 0 && before == Volatile.Read(ref transportVersion))
                {
                    return copy;
                }
            }
        }
    }

    /// <inheritdoc />
    public void Start(long sampleTime = 0)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(client == 0, this);
            if (Failure is string reason)
            {
                throw new AudioDeviceException(reason);
            }

            if (isRunning)
            {
                return;
            }

            Volatile.Write(ref this.sampleTime, sampleTime);
            renderer.Prepare(SampleRate, Channels, BufferFrames);
            isLeaving = false;
            Volatile.Write(ref audioThread, null);
            Volatile.Write(ref callsWhileLeaving, 0);
            if (JackNative.Activate(client) != 0)
            {
                throw new AudioDeviceException($"{Name} could not be activated: restart the JACK server.");
            }

            isRunning = true;
            if (options.Destination is string destination)
            {
                string prefix = destination + ":";
                List<string> ports = JackNative.PortNames(client, JackNative.AudioType, JackNative.PortIsInput);
                Connect(outputPorts, [.. ports.Where(port => port.StartsWith(prefix, StringComparison.Ordinal))], isSource: true);
            }

            if (options.ConnectToHardware)
            {
                Connect();
            }
        }
    }

    /// <inheritdoc />
    public void Stop()
    {
        lock (gate)
        {
            _ = Halt();
        }
    }

    /// <summary>
    /// Closes the client; its ports and connections go with it. While the renderer hangs in the audio thread the client stays open, as
    /// closing it would end the program; it may then be disposed again later.
    /// </summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (client != 0)
            {
                if (!Halt() || !JackMonitor.TryClose(client, ref inside))
                {
                    return;
                }

                client = 0;
            }

            if (self.IsAllocated)
            {
                self.Free();
            }
        }
    }

    // libjack ends its audio thread wherever that is (pthread_cancel, asynchronous), and a managed frame does not survive it. A callback
    // that returns an error, though, makes the thread take its client out of the graph and end itself: so it is told to, and awaited.
    // (Nothing joins a thread that ended so: each stop leaves the address space of its stack.) False if a callback hangs.
    private bool Halt()
    {
        if (!isRunning)
        {
            return true;
        }

        isLeaving = true;
        long start = Stopwatch.GetTimestamp();
        while (IsThreadLeaving() && Stopwatch.GetElapsedTime(start) < LeaveTimeout)
        {
            Thread.Sleep(1);
        }

        if (!NativeCallbacks.Await(ref inside))
        {
            return false;
        }

        isRunning = false;
        _ = JackNative.Deactivate(client);
        return true;
    }

    // A libjack that goes on calling whatever is returned, as PipeWire's may, is not waited for any longer: deactivated, it stops calling.
    // A server that has died calls no more.
    private bool IsThreadLeaving() =>
        Volatile.Read(ref failure) is null
        && Volatile.Read(ref callsWhileLeaving) < CallsThatIgnoreErrors
        && Volatile.Read(ref audioThread) is null or { IsAlive: true };

    private void RegisterPorts()
    {
        for (int i = 0; i < outputPorts.Length; i++)
        {
            outputPorts[i] = Register(PortName("out", i, outputPorts.Length), JackNative.AudioType, JackNative.PortIsOutput);
        }

        for (int i = 0; i < inputPorts.Length; i++)
        {
            inputPorts[i] = Register(PortName("in", i, inputPorts.Length), JackNative.AudioType, JackNative.PortIsInput);
        }

        if (options.Midi is not null)
        {
            midiPort = Register("midi_in", JackNative.MidiType, JackNative.PortIsInput);
        }
    }

    private static string PortName(string direction, int index, int count) =>
        count == 2 ? $"{direction}_{(index == 0 ? "left" : "right")}" : $"{direction}_{index + 1}";

    private nint Register(string name, string type, int flags)
    {
        nint port = JackNative.PortRegister(client, name, type, new CULong((uint)flags), default);
        return port != 0
            ? port
            : throw new AudioDeviceException($"The JACK server refused the port '{name}': it has no ports left (jackd --port-max).");
    }

    private void Connect()
    {
        if (options.Destination is null)
        {
            Connect(outputPorts, Hardware(JackNative.AudioType, JackNative.PortIsInput), isSource: true);
        }

        Connect(inputPorts, Hardware(JackNative.AudioType, JackNative.PortIsOutput), isSource: false);
        if (midiPort != 0)
        {
            foreach (string source in Hardware(JackNative.MidiType, JackNative.PortIsOutput))
            {
                _ = JackNative.Connect(client, source, NameOf(midiPort));
            }
        }
    }

    private List<string> Hardware(string type, int direction) => JackNative.PortNames(client, type, direction | JackNative.PortIsPhysical);

    // A lone output goes to the first two loudspeakers; a failed connection leaves a port that the user can connect.
    private void Connect(nint[] ports, List<string> others, bool isSource)
    {
        if (ports.Length == 0)
        {
            return;
        }

        int pairs = Math.Min(others.Count, isSource && ports.Length == 1 ? 2 : ports.Length);
        for (int i = 0; i < pairs; i++)
        {
            string own = NameOf(ports[i % ports.Length]);
            _ = isSource ? JackNative.Connect(client, own, others[i]) : JackNative.Connect(client, others[i], own);
        }
    }

    private static string NameOf(nint port) => Marshal.PtrToStringUTF8(JackNative.PortName(port)) ?? "";
}
