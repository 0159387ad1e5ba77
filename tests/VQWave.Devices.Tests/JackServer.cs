using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using VQWave.Devices.Interop;

namespace VQWave.Devices.Tests;

/// <summary>A JACK server of its own with the dummy driver, 48,000 Hz and 256 frames where nothing else is said, that can be killed and started again.</summary>
internal sealed partial class JackServer : IDisposable
{
    public const int SampleRate = 48000;
    public const int BufferFrames = 256;
    private const int SigTerm = 15;

    private static int count;
    private readonly int frames;
    private Process server;

    private JackServer(string name, int frames, Process server)
    {
        Name = name;
        this.frames = frames;
        this.server = server;
    }

    public string Name { get; }

    /// <summary>Starts a server, or says why it cannot. It becomes the default one of this process.</summary>
    public static JackServer? TryStart(out string reason, int frames = BufferFrames)
    {
        reason = "The dummy JACK server is tried on Linux only.";
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        if (!JackClient.IsInstalled)
        {
            reason = "JACK's client library is not installed (apt install libjack-jackd2-0).";
            return null;
        }

        string name = $"vqwave-test-{Environment.ProcessId}-{++count}";
        Process? process = Launch(name, frames);
        if (process is null)
        {
            reason = "jackd is not installed (apt install jackd2).";
            return null;
        }

        // .NET keeps its own copy of the environment; libjack reads the C library's.
        _ = SetEnvironment("JACK_DEFAULT_SERVER", name, 1);
        QuietNative.Silence();
        JackServer result = new(name, frames, process);
        if (result.IsUp())
        {
            return result;
        }

        result.Dispose();
        reason = "jackd did not start on this machine.";
        return null;
    }

    /// <summary>Starts a server or skips the test.</summary>
    public static JackServer StartOrSkip(int frames = BufferFrames)
    {
        JackServer? started = TryStart(out string reason, frames);
        if (started is null)
        {
            Assert.Skip(reason);
        }

        return started;
    }

    /// <summary>Ends the server as a crash would.</summary>
    public void Kill()
    {
        server.Kill();
        Assert.True(server.WaitForExit(10_000));
    }

    /// <summary>Starts the server again after <see cref="Kill"/>, and does not wait until it is up.</summary>
    public void Restart(int sampleRate = SampleRate)
    {
        server.Dispose();
        server = Launch(Name, frames, sampleRate) ?? throw new InvalidOperationException("jackd did not start again.");
    }

    public void Dispose()
    {
        if (!server.HasExited)
        {
            // Asked politely, it removes its files from shared memory.
            _ = Signal(server.Id, SigTerm);
            if (!server.WaitForExit(5000))
            {
                server.Kill();
                server.WaitForExit(5000);
            }
        }

        server.Dispose();
        // A server that was killed leaves the semaphores of its clients behind.
        foreach (string left in Directory.EnumerateFiles("/dev/shm", $"jack_*{Name}_*"))
        {
            File.Delete(left);
        }
    }

    private static Process? Launch(string name, int frames, int sampleRate = SampleRate)
    {
        ProcessStartInfo start = new("jackd")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = ["-n", name, "-r", "-d", "dummy", "-r", $"{sampleRate}", "-p", $"{frames}"];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            Process process = Process.Start(start)!;
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private bool IsUp()
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(20) && !server.HasExited)
        {
            using JackProbe? probe = JackProbe.TryOpen("waiting");
            if (probe is not null)
            {
                return true;
            }

            Thread.Sleep(50);
        }

        return false;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
