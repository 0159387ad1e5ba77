using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VQWave.Devices.Tests;

/// <summary>
/// A JACK client with imports of its own: records two ports, sends MIDI at chosen frames and moves the transport.
/// </summary>
internal sealed unsafe partial class JackProbe : IDisposable
{
    private const int NoStartServer = 1;
    private const int PortIsInput = 1;
    private const int PortIsOutput = 2;
    private const string Audio = "32 bit float mono audio";
    private const string Midi = "8 bit raw midi";

    private readonly nint client;
    private readonly float[][] heard = [new float[48000 * 20], new float[48000 * 20]];
    private readonly nint[] inputs = new nint[2];
    private GCHandle self;
    private nint midiOutput;
    private int recorded;
    private int sentAt;
    private volatile bool isLeaving;
    private volatile bool isStreaming;
    private volatile bool isServerDead;
    private Thread? thread;
    private (uint Frame, byte[] Bytes)[]? pending;

    private JackProbe(nint client) => this.client = client;

    public string Name => Marshal.PtrToStringUTF8(GetName(client)) ?? "";

    /// <summary>Frames recorded so far.</summary>
    public int Recorded => Volatile.Read(ref recorded);

    /// <summary>The recorded frame at which the block began in which MIDI was sent last.</summary>
    public int SentAt => Volatile.Read(ref sentAt);

    /// <summary>Opens and activates a probe at the default server, or says that there is none.</summary>
    public static JackProbe? TryOpen(string name = "probe")
    {
        nint opened = ClientOpen(name, NoStartServer, 0);
        if (opened == 0)
        {
            return null;
        }

        JackProbe probe = new(opened);
        probe.self = GCHandle.Alloc(probe);
        probe.inputs[0] = PortRegister(opened, "in_1", Audio, new CULong(PortIsInput), default);
        probe.inputs[1] = PortRegister(opened, "in_2", Audio, new CULong(PortIsInput), default);
        probe.midiOutput = PortRegister(opened, "keys", Midi, new CULong(PortIsOutput), default);
        _ = SetProcess(opened, &Process, GCHandle.ToIntPtr(probe.self));
        OnShutdown(opened, &Shutdown, GCHandle.ToIntPtr(probe.self));
        Assert.Equal(0, Activate(opened));
        return probe;
    }

    /// <summary>Opens a probe as soon as there is a server.</summary>
    public static JackProbe Open(string name = "probe")
    {
        JackProbe? probe = null;
        Wait.For(() => (probe = TryOpen(name)) is not null, "a JACK server");
        return probe!;
    }

    public bool TryConnect(string source, string destination) => Connect(client, source, destination) is 0 or 17;

    /// <summary>Connects two ports as soon as both are there.</summary>
    public void ConnectWhenThere(string source, string destination) =>
        Wait.For(() => TryConnect(source, destination), $"the connection of {source} to {destination}");

    /// <summary>The ports whose names match a regular expression.</summary>
    public List<string> Ports(string pattern)
    {
        List<string> names = [];
        nint* ports = (nint*)GetPorts(client, pattern, null, default);
        if (ports is not null)
        {
            for (nint* port = ports; *port != 0; port++)
            {
                names.Add(Marshal.PtrToStringUTF8(*port)!);
            }

            FreePorts((nint)ports);
        }

        return names;
    }

    /// <summary>What a port is connected to.</summary>
    public List<string> Connections(string port)
    {
        List<string> names = [];
        nint* ports = (nint*)GetConnections(client, PortByName(client, port));
        if (ports is not null)
        {
            for (nint* other = ports; *other != 0; other++)
            {
                names.Add(Marshal.PtrToStringUTF8(*other)!);
            }

            FreePorts((nint)ports);
        }

        return names;
    }

    /// <summary>Sends messages in one block at these frames of it, and returns when they are sent.</summary>
    public void Send(params (uint Frame, byte[] Bytes)[] messages)
    {
        Volatile.Write(ref pending, messages);
        Wait.For(() => Volatile.Read(ref pending) is null, "the MIDI to be sent");
    }

    /// <summary>Sends messages in each block from now on.</summary>
    public void Stream(params (uint Frame, byte[] Bytes)[] messages)
    {
        isStreaming = true;
        Volatile.Write(ref pending, messages);
    }

    /// <summary>
    /// Sends messages, again each second until they are there: a server on a busy machine skips a client that is late, and what was
    /// sent in that block is gone.
    /// </summary>
    public void SendUntil(Func<bool> areThere, params (uint Frame, byte[] Bytes)[] messages)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            Send(messages);
            if (SpinWait.SpinUntil(areThere, 1000))
            {
                return;
            }
        }

        Assert.Fail("The MIDI did not arrive.");
    }

    /// <summary>Changes the server's block length.</summary>
    public void SetBufferFrames(int frames) => Assert.Equal(0, SetBufferSize(client, (uint)frames));

    public void RollTransport() => TransportStart(client);

    public void HaltTransport() => TransportStop(client);

    /// <summary>What came in from a frame on.</summary>
    public ReadOnlySpan<float> Heard(int port, int from = 0) => heard[port].AsSpan(from, Math.Max(0, Recorded - from));

    public void Dispose()
    {
        if (self.IsAllocated)
        {
            // libjack would end the thread wherever it is; told by an error it ends itself. A dead server's client must go at once, as
            // this probe is not counted with the clients that are waited for.
            isLeaving = true;
            Stopwatch clock = Stopwatch.StartNew();
            while (!isServerDead && Volatile.Read(ref thread) is null or { IsAlive: true } && clock.ElapsedMilliseconds < 500)
            {
                Thread.Sleep(1);
            }

            _ = ClientClose(client);
            self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Process(uint frames, nint argument)
    {
        JackProbe probe = (JackProbe)GCHandle.FromIntPtr(argument).Target!;
        if (probe.thread is null)
        {
            Volatile.Write(ref probe.thread, Thread.CurrentThread);
        }

        if (probe.isLeaving)
        {
            return 1;
        }

        int at = probe.recorded;
        int count = Math.Min((int)frames, probe.heard[0].Length - at);
        for (int port = 0; port < 2; port++)
        {
            new ReadOnlySpan<float>((void*)GetBuffer(probe.inputs[port], frames), count).CopyTo(probe.heard[port].AsSpan(at));
        }

        Volatile.Write(ref probe.recorded, at + count);
        nint buffer = GetBuffer(probe.midiOutput, frames);
        MidiClear(buffer);
        if (Volatile.Read(ref probe.pending) is (uint Frame, byte[] Bytes)[] messages)
        {
            foreach ((uint frame, byte[] bytes) in messages)
            {
                fixed (byte* data = bytes)
                {
                    _ = MidiWrite(buffer, frame, data, (nuint)bytes.Length);
                }
            }

            Volatile.Write(ref probe.sentAt, at);
            if (!probe.isStreaming)
            {
                Volatile.Write(ref probe.pending, null);
            }
        }

        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Shutdown(nint argument) => ((JackProbe)GCHandle.FromIntPtr(argument).Target!).isServerDead = true;

    [LibraryImport("libjack.so.0", EntryPoint = "jack_client_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ClientOpen(string name, int options, nint status);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_client_close")]
    private static partial int ClientClose(nint client);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_get_client_name")]
    private static partial nint GetName(nint client);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_port_register", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint PortRegister(nint client, string name, string type, CULong flags, CULong size);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_set_process_callback")]
    private static partial int SetProcess(nint client, delegate* unmanaged[Cdecl]<uint, nint, int> callback, nint argument);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_on_shutdown")]
    private static partial void OnShutdown(nint client, delegate* unmanaged[Cdecl]<nint, void> callback, nint argument);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_activate")]
    private static partial int Activate(nint client);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_port_get_buffer")]
    private static partial nint GetBuffer(nint port, uint frames);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_get_ports", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetPorts(nint client, string name, string? type, CULong flags);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_connect", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Connect(nint client, string source, string destination);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_port_by_name", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint PortByName(nint client, string name);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_port_get_all_connections")]
    private static partial nint GetConnections(nint client, nint port);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_free")]
    private static partial void FreePorts(nint ports);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_midi_clear_buffer")]
    private static partial void MidiClear(nint buffer);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_midi_event_write")]
    private static partial int MidiWrite(nint buffer, uint time, byte* data, nuint size);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_set_buffer_size")]
    private static partial int SetBufferSize(nint client, uint frames);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_transport_start")]
    private static partial void TransportStart(nint client);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_transport_stop")]
    private static partial void TransportStop(nint client);
}
