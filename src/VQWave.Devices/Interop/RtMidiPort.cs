using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>One RtMidi input: an open port, a virtual port, or one that is only asked for names.</summary>
/// <remarks>RtMidi's thread writes to the queue; it allocates and locks nothing of ours. Everything else: one thread at a time.</remarks>
internal sealed unsafe class RtMidiPort : IDisposable
{
    private readonly MidiApi api;
    private readonly int source;
    private RtMidiNative.Device* device;
    private GCHandle self;
    private bool hasEntered;
    private int inside;

    /// <summary>Creates an input that is not connected.</summary>
    /// <exception cref="MidiDeviceException">The interface is not there.</exception>
    internal RtMidiPort(MidiApi api, string clientName, int source, MidiQueue queue)
    {
        this.api = api;
        this.source = source;
        Queue = queue;
        if (api == MidiApi.Jack && !(hasEntered = JackRegistry.TryEnter()))
        {
            throw new MidiDeviceException(JackRegistry.Refusal);
        }

        QuietNative.Silence();
        self = GCHandle.Alloc(this);
        device = RtMidiNative.InCreate((int)api, clientName, 16);
        if (device is null || device->Ok == 0 || device->Object == 0)
        {
            // Nothing to free: the object was never made.
            device = null;
            Dispose();
            throw new MidiDeviceException($"{MidiPort.Text(api)} MIDI does not start: you may lack the permission to use it.");
        }

        // SysEx, time code and clock, and active sensing are not used; leaving them out here keeps the queue for what is played.
        RtMidiNative.InIgnoreTypes(device, true, true, true);
    }

    /// <summary>Where the messages go.</summary>
    internal MidiQueue Queue { get; }

    /// <summary>The names that the system gives to ports now, by number.</summary>
    internal List<string> Names() => RtMidiNative.PortNames(device);

    /// <summary>Connects to the port of this number.</summary>
    /// <returns>Whether that succeeded.</returns>
    internal bool Open(int number, string name)
    {
        RtMidiNative.InSetCallback(device, &OnMessage, GCHandle.ToIntPtr(self));
        device->Ok = 1;
        RtMidiNative.OpenPort(device, (uint)number, name);
        return device->Ok != 0;
    }

    /// <summary>Makes a port that other programs connect to.</summary>
    /// <returns>Whether that succeeded.</returns>
    internal bool OpenVirtual(string name)
    {
        RtMidiNative.InSetCallback(device, &OnMessage, GCHandle.ToIntPtr(self));
        device->Ok = 1;
        RtMidiNative.OpenVirtualPort(device, name);
        return device->Ok != 0;
    }

    public void Dispose()
    {
        if (device is not null)
        {
            // RtMidi frees what its callback needs before it closes the port; and JACK ends its thread wherever that is, which a
            // managed frame does not survive. So the port is closed first, and callbacks at work are awaited.
            RtMidiNative.ClosePort(device);
            if (!NativeCallbacks.Await(ref inside))
            {
                return;
            }

            RtMidiNative.InFree(device);
            device = null;
        }

        if (self.IsAllocated)
        {
            self.Free();
        }

        if (hasEntered)
        {
            hasEntered = false;
            JackRegistry.Leave();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(double secondsSinceLast, byte* message, nuint length, nint userData)
    {
        if (GCHandle.FromIntPtr(userData).Target is RtMidiPort target)
        {
            Volatile.Write(ref target.inside, 1);
            target.Queue.Write(Stopwatch.GetTimestamp(), target.source, new ReadOnlySpan<byte>(message, (int)length));
            Volatile.Write(ref target.inside, 0);
        }
    }
}
