using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using VQWave.SurfaceLink;

namespace VQWave.Player.Live.Surface;

/// <summary>
/// The live surface: a process of its own serves the pages, so that neither its garbage collector nor its faults are play's. It is started again where
/// it ends.
/// </summary>
/// <remarks>Threading: made and disposed by one thread; two threads of its own write to the process and hear from it.</remarks>
internal sealed class SurfaceServer : IDisposable
{
    private const int LookMilliseconds = 8;
    private const int MostStarts = 5;
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(3);

    private readonly LiveSession session;
    private readonly SurfaceSettings settings;
    private readonly string program;
    private readonly SoundTap tap = new();
    private readonly ManualResetEventSlim stopping = new();
    private readonly Thread keeper;
    private volatile int pages;
    private volatile Process? process;
    private volatile bool isRefused;
    private volatile int port;

    private SurfaceServer(LiveSession session, SurfaceSettings settings, string program)
    {
        this.session = session;
        this.settings = settings;
        this.program = program;
        port = settings.Port;
        session.Renderer.Tap = tap;
        keeper = new Thread(Keep) { IsBackground = true, Name = "VQWave surface" };
        keeper.Start();
    }

    /// <summary>Starts the server; its address comes as a message.</summary>
    /// <exception cref="VQWaveException">The program's server is not installed, or its key cannot be kept.</exception>
    public static SurfaceServer Start(LiveSession session, SurfaceOptions options) =>
        new(
            session,
            new SurfaceSettings
            {
                Version = VersionText,
                Address = options.Address,
                Port = options.Port ?? SurfaceOptions.UsualPort,
                AnyPort = options.Port is null,
                Key = session.SurfaceKey(),
                Takes = Path.GetFullPath(session.TakeFolder),
                OpenBrowser = options.OpenBrowser,
            },
            FindProgram()
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Set();
        session.Renderer.Tap = null;
        if (!keeper.Join(EndTimeout))
        {
            // It does not read any more.
            Kill(process);
            keeper.Join(EndTimeout);
        }

        stopping.Dispose();
    }

    private static string VersionText => typeof(SurfaceServer).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static string FindProgram()
    {
        var path = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vqwave-surface.exe" : "vqwave-surface");
        return File.Exists(path)
            ? path
            : throw new VQWaveException(
                $"The live surface is not installed: {path} is missing. Build it with 'make build', or play without --ui."
            );
    }

    private void Keep()
    {
        Queue<long> starts = [];
        var isFirst = true;
        while (!stopping.IsSet)
        {
            starts.Enqueue(Stopwatch.GetTimestamp());
            while (Stopwatch.GetElapsedTime(starts.Peek()) > StartsWithin)
            {
                starts.Dequeue();
            }

            if (starts.Count > MostStarts)
            {
                session.Say("surface", "The live surface's server ends again and again, and is left alone now; play goes on.", true);
                return;
            }

            Serve(isFirst);
            isFirst = false;
            if (isRefused)
            {
                return;
            }

            if (!stopping.IsSet)
            {
                session.Say("surface", "The live surface's server has ended, and is started again.", true);
                stopping.Wait(250);
            }
        }
    }

    private void Serve(bool isFirst)
    {
        try
        {
            process = Begin();
        }
        catch (Exception e)
        {
            session.Say("surface", $"The live surface cannot be started: {e.Message}", true);
            isRefused = true;
            return;
        }

        using var child = process;
        Thread hearing = new(() => Hear(child)) { IsBackground = true, Name = "VQWave surface controls" };
        var isHeard = false;
        try
        {
            LinkWriter link = new(child.StandardInput.BaseStream);
            link.Write(
                LinkFrame.Settings,
                JsonSerializer.SerializeToUtf8Bytes(
                    settings with
                    {
                        OpenBrowser = settings.OpenBrowser && isFirst,
                        // Where pages look for it again.
                        Port = port,
                    },
                    LinkJsonContext.Default.SurfaceSettings
                )
            );
            hearing.Start();
            isHeard = true;
            Feed(child, link);
            child.StandardInput.Close();
            child.WaitForExit(EndTimeout);
        }
        catch (IOException)
        {
            // The process is gone.
        }
        catch (Exception e)
        {
            // Whatever it is, play goes on.
            session.Say("surface", $"The live surface has stumbled: {e.Message}", true);
        }
        finally
        {
            Kill(child);
            if (isHeard)
            {
                hearing.Join(EndTimeout);
            }

            pages = 0;
            process = null;
        }
    }

    private Process Begin()
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        // The same .NET that runs this program, wherever it lies: …/shared/Microsoft.NETCore.App/10.0.0/
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Process.Start(start) ?? throw new InvalidOperationException("no process was made.");
    }

    private void Feed(Process child, LinkWriter link)
    {
        // What nobody has taken in the meantime is old.
        SurfaceFeed feed = new(session, tap, link);
        while (!stopping.Wait(LookMilliseconds) && !child.HasExited)
        {
            feed.IsWatched = pages > 0;
            feed.Look();
        }

        if (!child.HasExited)
        {
            feed.End();
        }
    }

    private void Hear(Process child)
    {
        SurfaceControls controls = new(session);
        try
        {
            LinkReader reader = new(child.StandardOutput.BaseStream);
            while (reader.TryRead(out var kind))
            {
                if (kind == LinkFrame.Notice)
                {
                    Notice(JsonSerializer.Deserialize(reader.Payload, LinkJsonContext.Default.SurfaceNotice));
                }
                else
                {
                    Apply(controls, kind, reader.Payload);
                }
            }
        }
        catch (Exception e)
            when (e is IOException or InvalidDataException or JsonException or ObjectDisposedException or InvalidOperationException)
        {
            if (!stopping.IsSet)
            {
                Kill(child);
            }
        }

        controls.Release();
    }

    private void Apply(SurfaceControls controls, LinkFrame kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            controls.Apply(kind, payload);
        }
        catch (Exception e)
        {
            // Whatever a page has brought about, play goes on.
            session.Say("surface", $"What a page asked for has failed: {e.Message}", true);
        }
    }

    private void Notice(SurfaceNotice? notice)
    {
        if (notice is null)
        {
            return;
        }

        pages = notice.Pages;
        if (notice.Url is { } url)
        {
            port = new Uri(url).Port;
        }

        isRefused |= notice.Fatal;
        if (notice.Text is { } text)
        {
            session.Say("surface", text, notice.IsProblem);
        }
    }

    private static void Kill(Process? child)
    {
        try
        {
            // Not what it has started: that is the user's browser.
            child?.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or System.ComponentModel.Win32Exception)
        {
            // It is gone already.
        }
    }
}
