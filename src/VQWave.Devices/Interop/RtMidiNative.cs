using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>The part of RtMidi's C interface (rtmidi_c.h, version 4 and later) that is used here.</summary>
internal static unsafe partial class RtMidiNative
{
    /// <summary>struct RtMidiWrapper. Its message may point at memory that is gone, so it is not read.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Device
    {
        public nint Object;
        public nint Data;
        public byte Ok;
        public nint Message;
    }

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_get_compiled_api")]
    private static partial int GetCompiledApi(int* apis, uint count);

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_in_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Device* InCreate(int api, string clientName, uint queueSize);

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_in_free")]
    internal static partial void InFree(Device* device);

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_in_set_callback")]
    internal static partial void InSetCallback(
        Device* device,
        delegate* unmanaged[Cdecl]<double, byte*, nuint, nint, void> callback,
        nint userData
    );

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_in_ignore_types")]
    internal static partial void InIgnoreTypes(
        Device* device,
        [MarshalAs(UnmanagedType.U1)] bool sysex,
        [MarshalAs(UnmanagedType.U1)] bool time,
        [MarshalAs(UnmanagedType.U1)] bool sense
    );

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_open_port", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void OpenPort(Device* device, uint number, string name);

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_open_virtual_port", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void OpenVirtualPort(Device* device, string name);

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_close_port")]
    internal static partial void ClosePort(Device* device);

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_get_port_count")]
    internal static partial uint GetPortCount(Device* device);

    [LibraryImport(NativeLibraries.RtMidi, EntryPoint = "rtmidi_get_port_name")]
    private static partial int GetPortName(Device* device, uint number, byte* buffer, int* length);

    /// <summary>Whether the library was built with an interface.</summary>
    internal static bool HasApi(int api)
    {
        int* apis = stackalloc int[16];
        int count = Math.Min(16, GetCompiledApi(apis, 16));
        return new ReadOnlySpan<int>(apis, Math.Max(0, count)).Contains(api);
    }

    /// <summary>The names of the ports that send MIDI, in the order of their numbers.</summary>
    internal static List<string> PortNames(Device* device)
    {
        List<string> names = [];
        uint count = GetPortCount(device);
        byte* buffer = stackalloc byte[1024];
        for (uint number = 0; number < count; number++)
        {
            int length = 1024;
            buffer[0] = 0;
            _ = GetPortName(device, number, buffer, &length);
            buffer[1023] = 0;
            names.Add(Marshal.PtrToStringUTF8((nint)buffer) ?? "");
        }

        return names;
    }
}
