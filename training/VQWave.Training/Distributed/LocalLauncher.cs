using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using VQWave.Training.Commands;

namespace VQWave.Training.Distributed;

/// <summary>Starts the processes of a run on this machine and waits for them. The first one has the terminal.</summary>
/// <param name="count">How many.</param>
/// <param name="arguments">The command line of each.</param>
internal sealed partial class LocalLauncher(int count, IReadOnlyList<string> arguments)
{
    private const int Terminate = 15;

    // Processes that lose another end by themselves; one that has not joined yet, or waits for something else, is told after this time.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Runs them to their end.</summary>
    /// <returns>The exit code of the first process, or of another where the first ended well.</returns>
    public int Run(CancellationToken cancellation)
    {
        var port = FreePort();
        var errors = new List<string>[count];
        var processes = new Process[count];
        try
        {
            for (var rank = 0; rank < count; rank++)
            {
                processes[rank] = Start(rank, port);
                var lines = errors[rank] = [];
                if (rank > 0)
                {
                    processes[rank].ErrorDataReceived += (_, e) => Keep(lines, e.Data);
                    processes[rank].BeginErrorReadLine();
                }
            }

            Wait(processes, cancellation);
            Explain(processes, errors);
            return processes.Select(p => p.ExitCode).FirstOrDefault(code => code != 0);
        }
        finally
        {
            foreach (var process in processes)
            {
                process?.Dispose();
            }
        }
    }

    private static void Keep(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    // Waits for all, and sees to it that none stays when another has failed.
    private static void Wait(Process[] processes, CancellationToken cancellation)
    {
        var clock = new Stopwatch();
        var told = false;
        while (processes.Any(p => !p.HasExited))
        {
            Thread.Sleep(50);
            if (processes.Any(p => p.HasExited && p.ExitCode != 0) || cancellation.IsCancellationRequested)
            {
                clock.Start();
            }

            if (!told && (cancellation.IsCancellationRequested || clock.Elapsed > Grace))
            {
                told = true;
                ForRunning(processes, p => _ = Signal(p.Id, Terminate));
            }

            if (clock.Elapsed > Grace + Patience)
            {
                ForRunning(processes, p => p.Kill());
            }
        }

        foreach (var process in processes)
        {
            process.WaitForExit();
        }
    }

    private static void ForRunning(Process[] processes, Action<Process> action)
    {
        foreach (var process in processes.Where(p => !p.HasExited))
        {
            action(process);
        }
    }

    // What the first process had to say is on the terminal. The others are heard only where it was not it that failed.
    private void Explain(Process[] processes, List<string>[] errors)
    {
        for (var rank = 0; rank < count; rank++)
        {
            var code = processes[rank].ExitCode;
            if (code > 128 && code != ExitCodes.Interrupted)
            {
                Console.Error.WriteLine($"Process {rank} of {count} was ended by signal {code - 128}.");
            }
            else if (rank > 0 && code == ExitCodes.LostProcess && processes[0].ExitCode > 128)
            {
                Console.Error.WriteLine($"Process {rank} of {count}: {errors[rank].LastOrDefault(l => l.Length > 0)}");
                return;
            }
            else if (rank > 0 && code == ExitCodes.Failure && processes[0].ExitCode is ExitCodes.Success or ExitCodes.LostProcess)
            {
                Console.Error.WriteLine($"Process {rank} of {count}: {errors[rank].LastOrDefault(l => l.Length > 0)}");
            }
        }
    }

    private Process Start(int rank, int port)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardError = rank > 0 };
        void Set(string name, int value) => start.Environment[name] = value.ToString(CultureInfo.InvariantCulture);
        start.Environment[LaunchEnvironment.MasterAddressVariable] = "127.0.0.1";
        Set(LaunchEnvironment.MasterPortVariable, port);
        Set(LaunchEnvironment.RankVariable, rank);
        Set(LaunchEnvironment.LocalRankVariable, rank);
        Set(LaunchEnvironment.WorldSizeVariable, count);
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
