using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>Opens and closes JACK clients in step with <see cref="JackRegistry"/>.</summary>
/// <remarks>
/// An instance is a client without ports that never runs: it lists ports and notices the server's end where nothing else would.
/// </remarks>
internal sealed unsafe class JackMonitor : IDisposable
{
    private readonly nint client;
    private GCHandle self;
    private int inside;
    private int isDead;
    private bool isDisposed;

    /// <summary>Opens the client.</summary>
    /// <exception cref="AudioDeviceException">No library, no server, or it refuses.</exception>
    internal JackMonitor(string name)
    {
        client = OpenClient(name, null);
        self = GCHandle.Alloc(this);
        JackNative.OnInfoShutdown(client, &OnShutdown, GCHandle.ToIntPtr(self));
    }

    /// <summary>Whether the server ended.</summary>
    internal bool IsDead => Volatile.Read(ref isDead) != 0;

    /// <summary>The full names of the ports that send MIDI.</summary>
    internal List<string> MidiSources() => IsDead ? [] : JackNative.PortNames(client, JackNative.MidiType, JackNative.PortIsOutput);

    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            if (TryClose(client, ref inside))
            {
                self.Free();
            }
        }
    }

    /// <summary>Opens a client of a running server.</summary>
    /// <exception cref="AudioDeviceException">No library, no server, or it refuses.</exception>
    internal static nint OpenClient(string name, string? serverName)
    {
        if (!NativeLibraries.IsAvailable(NativeLibraries.Jack))
        {
            throw new AudioDeviceException(
                $"JACK's client library is not installed: {NativeLibraries.Remedy("libjack-jackd2-0", "jack")}."
            );
        }

        if (serverName is not null && OperatingSystem.IsMacOS())
        {
            // Apple's processors pass variadic arguments in another way than named ones.
            throw new AudioDeviceException("On macOS a JACK server is named in the environment: set JACK_DEFAULT_SERVER.");
        }

        if (!JackRegistry.TryEnter())
        {
            throw new AudioDeviceException(JackRegistry.Refusal);
        }

        QuietNative.SilenceJack();
        int status = 0;
        int flags = JackNative.NoStartServer | (serverName is null ? 0 : JackNative.ServerName);
        nint opened = JackNative.ClientOpen(name, flags, &status, serverName);
        if (opened != 0)
        {
            return opened;
        }

        JackRegistry.Leave();
        string server = serverName is null ? "No JACK server is running" : $"No JACK server called '{serverName}' is running";
        throw new AudioDeviceException(
            (status & JackNative.StatusVersionError) != 0
                ? "JACK's library and its server are of different versions: install both from the same source."
            : (status & (JackNative.StatusServerFailed | JackNative.StatusServerError)) != 0
                ? $"{server}: start one (jackd, qjackctl) or choose another output."
            : $"The JACK server refused the client '{name}' (status 0x{status:x}): restart the server."
        );
    }

    /// <summary>
    /// Closes a client, of a dead server too. libjack ends the thread that brings the server's messages wherever that is, and a managed
    /// frame does not survive it: so callbacks at work are awaited.
    /// </summary>
    /// <param name="opened">The client, deactivated, so that no message but the server's end can still come; that one is switched off.</param>
    /// <param name="inside">How many callbacks of the client are at work.</param>
    /// <returns>False, and the client is still open, if one hangs.</returns>
    internal static bool TryClose(nint opened, ref int inside)
    {
        JackNative.OnInfoShutdown(opened, null, 0);
        if (!NativeCallbacks.Await(ref inside))
        {
            return false;
        }

        CloseClient(opened);
        return true;
    }

    /// <summary>Closes a client that calls nothing of ours.</summary>
    internal static void CloseClient(nint opened)
    {
        _ = JackNative.ClientClose(opened);
        JackRegistry.Leave();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnShutdown(int status, byte* reason, nint argument)
    {
        if (GCHandle.FromIntPtr(argument).Target is not JackMonitor target)
        {
            return;
        }

        Interlocked.Increment(ref target.inside);
        Volatile.Write(ref target.isDead, 1);
        if ((status & JackNative.StatusClientZombie) == 0)
        {
            JackRegistry.ReportServerDeath();
        }

        Interlocked.Decrement(ref target.inside);
    }
}
