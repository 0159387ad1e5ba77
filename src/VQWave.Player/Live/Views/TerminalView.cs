using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VQWave.Player.Live.Views;

/// <summary>Live play on a whole terminal window, with keys for all of it.</summary>
/// <remarks>
/// Threading: <see cref="Run"/> draws on its caller's thread; a second thread waits for keys. Between changes of the window's size nothing
/// is allocated. The terminal is given back as it was on every way out: quitting, a signal, an exception here or on another thread.
/// </remarks>
internal sealed class TerminalView : ILiveView
{
    private const int FrameMilliseconds = 50;
    private const int LongestLook = 25;
    private const int EmptyKeysBeforeGivingUp = 20;

    private readonly ITerminal terminal;
    private readonly KeyQueue keys = new();
    private readonly AutoResetEvent wake = new(initialState: false);
    private bool isEntered;
    private bool isInterrupted;
    private bool isWokenUp;

    /// <summary>Creates a view.</summary>
    /// <param name="terminal">The terminal; the program's own by default.</param>
    public TerminalView(ITerminal? terminal = null) => this.terminal = terminal ?? new SystemTerminal();

    /// <inheritdoc/>
    public void Run(ILivePlayer player, CancellationToken stop)
    {
        TerminalScreen screen = new(player, terminal.Colors);
        UnhandledExceptionEventHandler onUnhandled = (_, _) => Leave();
        EventHandler onExit = (_, _) => Leave();
        AppDomain.CurrentDomain.UnhandledException += onUnhandled;
        AppDomain.CurrentDomain.ProcessExit += onExit;
        List<PosixSignalRegistration> signals = [];
        using var stopping = stop.Register(() => wake.Set());
        try
        {
            RegisterSignals(signals);
            Enter();
            StartKeys();
            Loop(screen, stop);
        }
        finally
        {
            Leave();
            AppDomain.CurrentDomain.UnhandledException -= onUnhandled;
            AppDomain.CurrentDomain.ProcessExit -= onExit;
            signals.ForEach(s => s.Dispose());
        }
    }

    private void Loop(TerminalScreen screen, CancellationToken stop)
    {
        var lastFrame = 0L;
        while (!stop.IsCancellationRequested && !screen.Controller.IsQuitting && !Volatile.Read(ref isInterrupted))
        {
            var hadKey = false;
            while (keys.TryTake(out var key))
            {
                hadKey |= screen.Controller.Press(key);
            }

            screen.Observe();
            if (Interlocked.Exchange(ref isWokenUp, false))
            {
                // Back from a suspension: another program has had the window.
                terminal.Write(Entering);
                screen.Invalidate();
                hadKey = true;
            }

            // A key is seen at once, all else at an even pace.
            if (hadKey || lastFrame == 0 || Stopwatch.GetElapsedTime(lastFrame).TotalMilliseconds >= FrameMilliseconds - 1)
            {
                var frame = screen.Render(terminal.Width, terminal.Height);
                if (!frame.IsEmpty)
                {
                    terminal.Write(frame);
                }

                lastFrame = Stopwatch.GetTimestamp();
            }

            // Twice a tick, so that the codes of none are missed.
            var look = screen.Status.Engine.Budget is var budget and > 0 ? (int)(budget * 500) : LongestLook;
            wake.WaitOne(Math.Clamp(look, 5, LongestLook));
        }
    }

    // The other screen, no cursor, no wrapping at the last column.
    private static ReadOnlySpan<byte> Entering => "\e[?1049h\e[?25l\e[?7l\e[2J"u8;

    private static ReadOnlySpan<byte> Leaving => "\e[?2026l\e[0m\e[?7h\e[?25h\e[?1049l"u8;

    private void Enter()
    {
        Volatile.Write(ref isEntered, true);
        terminal.Write(Entering);
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref isEntered, false))
        {
            terminal.Write(Leaving);
        }
    }

    private void RegisterSignals(List<PosixSignalRegistration> signals)
    {
        Action<PosixSignalContext> end = context =>
        {
            context.Cancel = true;
            Volatile.Write(ref isInterrupted, true);
            wake.Set();
        };
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, end));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, end));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, end));
        if (!OperatingSystem.IsWindows())
        {
            // Ctrl-Z would stop the sound in the middle of a set.
            signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context => context.Cancel = true));
            signals.Add(
                PosixSignalRegistration.Create(
                    PosixSignal.SIGCONT,
                    _ =>
                    {
                        Volatile.Write(ref isWokenUp, true);
                        wake.Set();
                    }
                )
            );
        }
    }

    private void StartKeys() => new Thread(ReadKeys) { IsBackground = true, Name = "VQWave keys" }.Start();

    private void ReadKeys()
    {
        var empty = 0;
        try
        {
            while (Volatile.Read(ref isEntered))
            {
                var key = terminal.ReadKey();
                // At the end of its input the console gives empty keys for ever.
                if (key is { Key: ConsoleKey.None, KeyChar: '\0' })
                {
                    if (++empty >= EmptyKeysBeforeGivingUp)
                    {
                        return;
                    }

                    continue;
                }

                empty = 0;
                keys.Add(key);
                wake.Set();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // No keys: what is shown goes on.
        }
    }
}
