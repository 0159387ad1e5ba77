using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VQWave.Devices.Interop;

namespace VQWave.Devices.Tests;

/// <summary>
/// A JACK server of its own with the dummy driver (48,000 Hz, 256 frames) and a client that records what PortAudio sends.
/// </summary>
internal sealed unsafe partial class JackServer : IDisposable
{
    private const int NoStartServer = 1;
    private const int PortIsInput = 1;
    private const int PortIsOutput = 2;

    // The recorder's memory: written by the JACK thread, read when it has stopped.
    private static readonly float[] Recording = GC.AllocateArray<float>(48000 * 10, pinned: true);
    private static int recorded;
    private static nint inputPort;

    private readonly Process server;
    private nint client;

    private JackServer(Process server) => this.server = server;

    /// <summary>Starts a server, or says why it cannot.</summary>
    public static JackServer? TryStart(out string reason)
    {
        if (!OperatingSystem.IsLinux())
        {
            reason = "The dummy JACK server is tried on Linux only.";
            return null;
        }

        string name = $"vqwave-test-{Environment.ProcessId}";
        ProcessStartInfo start = new("jackd")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])["-n", name, "-r", "-d", "dummy", "-r", "48000", "-p", "256"])
        {
            start.ArgumentList.Add(argument);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            reason = "jackd is not installed (apt install jackd2).";
            return null;
        }

        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // .NET keeps its own copy of the environment; libjack reads the C library's.
        _ = SetEnvironment("JACK_DEFAULT_SERVER", name, 1);
        // The attempts before the server is up would print their failures.
        QuietNative.Silence();
        JackServer result = new(process);
        for (int attempt = 0; attempt < 100 && !process.HasExited; attempt++)
        {
            result.client = ClientOpen("vqwave-recorder", NoStartServer, 0);
            if (result.client != 0)
            {
                result.StartRecorder();
                reason = "";
                return result;
            }

            Thread.Sleep(50);
        }

        result.Dispose();
        reason = "jackd did not start on this machine.";
        return null;
    }

    /// <summary>Connects PortAudio's first output to the recorder as soon as it is there.</summary>
    public bool ConnectPortAudio(TimeSpan patience)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed < patience)
        {
            nint* ports = (nint*)GetPorts(client, "PortAudio.*:out_0", null, PortIsOutput);
            if (ports is not null)
            {
                string? port = Marshal.PtrToStringUTF8(ports[0]);
                FreePorts((nint)ports);
                if (port is not null && Connect(client, port, "vqwave-recorder:in") == 0)
                {
                    return true;
                }
            }

            Thread.Sleep(1);
        }

        return false;
    }

    /// <summary>What was recorded since the server started, silence included.</summary>
    public float[] StopRecording()
    {
        _ = Deactivate(client);
        return Recording[..recorded];
    }

    public void Dispose()
    {
        if (client != 0)
        {
            _ = ClientClose(client);
        }

        if (!server.HasExited)
        {
            server.Kill();
            server.WaitForExit();
        }

        server.Dispose();
    }

    private void StartRecorder()
    {
        recorded = 0;
        inputPort = PortRegister(client, "in", "32 bit float mono audio", PortIsInput, default);
        _ = SetProcess(client, &Record, 0);
        _ = Activate(client);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Record(uint frames, nint argument)
    {
        ReadOnlySpan<float> heard = new((void*)GetBuffer(inputPort, frames), (int)frames);
        int room = Math.Min(heard.Length, Recording.Length - recorded);
        heard[..room].CopyTo(Recording.AsSpan(recorded));
        recorded += room;
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_client_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ClientOpen(string name, int options, nint status);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_client_close")]
    private static partial int ClientClose(nint client);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_port_register", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint PortRegister(nint client, string name, string type, CULong flags, CULong size);

    private static nint PortRegister(nint client, string name, string type, int flags, CULong size) =>
        PortRegister(client, name, type, new CULong((uint)flags), size);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_set_process_callback")]
    private static partial int SetProcess(
        nint client,
        delegate* unmanaged[Cdecl]<uint, nint, int> callback,
        nint argument
    );

    [LibraryImport("libjack.so.0", EntryPoint = "jack_activate")]
    private static partial int Activate(nint client);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_deactivate")]
    private static partial int Deactivate(nint client);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_port_get_buffer")]
    private static partial nint GetBuffer(nint port, uint frames);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_get_ports", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetPorts(nint client, string name, string? type, CULong flags);

    private static nint GetPorts(nint client, string name, string? type, int flags) =>
        GetPorts(client, name, type, new CULong((uint)flags));

    [LibraryImport("libjack.so.0", EntryPoint = "jack_connect", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Connect(nint client, string source, string destination);

    [LibraryImport("libjack.so.0", EntryPoint = "jack_free")]
    private static partial void FreePorts(nint ports);
}
