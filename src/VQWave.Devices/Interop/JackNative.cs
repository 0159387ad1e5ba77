using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>The part of JACK's C interface (jack/jack.h, midiport.h, transport.h) that is used here.</summary>
internal static unsafe partial class JackNative
{
    internal const int NoStartServer = 0x01;
    internal const int ServerName = 0x04;

    internal const int StatusServerFailed = 0x10;
    internal const int StatusServerError = 0x20;
    internal const int StatusVersionError = 0x400;
    internal const int StatusClientZombie = 0x1000;

    internal const int PortIsInput = 0x1;
    internal const int PortIsOutput = 0x2;
    internal const int PortIsPhysical = 0x4;

    internal const int PlaybackLatency = 1;

    internal const int PositionHasBeats = 0x10;

    internal const string AudioType = "32 bit float mono audio";
    internal const string MidiType = "8 bit raw midi";

    /// <summary>jack_midi_event_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MidiEvent
    {
        public uint Time;
        public nuint Size;
        public byte* Buffer;
    }

    /// <summary>jack_latency_range_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LatencyRange
    {
        public uint Min;
        public uint Max;
    }

    /// <summary>jack_position_t, which is packed; its size leaves room for what later versions add at the end.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Position
    {
        [FieldOffset(16)]
        public uint FrameRate;

        [FieldOffset(20)]
        public uint Frame;

        [FieldOffset(24)]
        public int Valid;

        [FieldOffset(28)]
        public int Bar;

        [FieldOffset(32)]
        public int Beat;

        [FieldOffset(36)]
        public int Tick;

        [FieldOffset(48)]
        public float BeatsPerBar;

        [FieldOffset(56)]
        public double TicksPerBeat;

        [FieldOffset(64)]
        public double BeatsPerMinute;
    }

    /// <summary>Opens a client; the arguments after the status are variadic in C.</summary>
    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_client_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ClientOpen(string name, int options, int* status, string? serverName);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_client_close")]
    internal static partial int ClientClose(nint client);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_get_client_name")]
    internal static partial nint GetClientName(nint client);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_activate")]
    internal static partial int Activate(nint client);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_deactivate")]
    internal static partial int Deactivate(nint client);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_get_sample_rate")]
    internal static partial uint GetSampleRate(nint client);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_get_buffer_size")]
    internal static partial uint GetBufferSize(nint client);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_port_register", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint PortRegister(nint client, string name, string type, CULong flags, CULong bufferSize);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_port_get_buffer")]
    internal static partial void* PortGetBuffer(nint port, uint frames);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_port_name")]
    internal static partial nint PortName(nint port);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_port_get_latency_range")]
    internal static partial void PortGetLatencyRange(nint port, int mode, LatencyRange* range);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_get_ports", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint* GetPorts(nint client, string? namePattern, string? typePattern, CULong flags);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_connect", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Connect(nint client, string source, string destination);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_free")]
    private static partial void Free(void* memory);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_set_process_callback")]
    internal static partial int SetProcessCallback(nint client, delegate* unmanaged[Cdecl]<uint, nint, int> callback, nint argument);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_set_xrun_callback")]
    internal static partial int SetXrunCallback(nint client, delegate* unmanaged[Cdecl]<nint, int> callback, nint argument);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_set_buffer_size_callback")]
    internal static partial int SetBufferSizeCallback(nint client, delegate* unmanaged[Cdecl]<uint, nint, int> callback, nint argument);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_set_sample_rate_callback")]
    internal static partial int SetSampleRateCallback(nint client, delegate* unmanaged[Cdecl]<uint, nint, int> callback, nint argument);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_on_info_shutdown")]
    internal static partial void OnInfoShutdown(nint client, delegate* unmanaged[Cdecl]<int, byte*, nint, void> callback, nint argument);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_transport_query")]
    internal static partial int TransportQuery(nint client, Position* position);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_midi_get_event_count")]
    internal static partial uint MidiGetEventCount(void* portBuffer);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_midi_event_get")]
    internal static partial int MidiEventGet(MidiEvent* midiEvent, void* portBuffer, uint index);

    /// <summary>The full names of ports; not for the audio thread.</summary>
    internal static List<string> PortNames(nint client, string type, int flags)
    {
        List<string> names = [];
        nint* ports = GetPorts(client, null, type, new CULong((uint)flags));
        if (ports is null)
        {
            return names;
        }

        for (nint* port = ports; *port != 0; port++)
        {
            if (Marshal.PtrToStringUTF8(*port) is string name)
            {
                names.Add(name);
            }
        }

        Free(ports);
        return names;
    }
}
