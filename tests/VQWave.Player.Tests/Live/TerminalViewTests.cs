using System.Collections.Concurrent;
using VQWave.Controls;
using VQWave.Player.Live.Views;

namespace VQWave.Player.Tests.Live;

public class TerminalViewTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Keys_act_and_the_terminal_is_given_back()
    {
        var player = FakePlayer.Playing();
        FakeTerminal terminal = new(80, 24);
        terminal.Press("fgq");
        Run(new TerminalView(terminal), player, CancellationToken.None);
        Assert.Equal(1, player.Values[ParameterId.Freeze]);
        terminal.AssertGivenBack();
        Assert.Contains("TICK", terminal.Screen.Text);
    }

    [Fact]
    public void A_stop_ends_it()
    {
        using CancellationTokenSource stop = new();
        FakeTerminal terminal = new(80, 24) { OnFrame = stop.Cancel };
        Run(new TerminalView(terminal), FakePlayer.Playing(), stop.Token);
        terminal.AssertGivenBack();
    }

    [Fact]
    public void A_new_size_is_taken_up()
    {
        FakeTerminal terminal = new(80, 24);
        terminal.OnFrame = () =>
        {
            terminal.OnFrame = () => terminal.Press("q");
            terminal.Resize(100, 30);
        };
        Run(new TerminalView(terminal), FakePlayer.Playing(), CancellationToken.None);
        terminal.AssertGivenBack();
        // The device's long texts are only there from a hundred columns on.
        Assert.Contains("median", terminal.Screen.Text);
    }

    [Fact]
    public void A_failure_gives_the_terminal_back_too()
    {
        FakeTerminal terminal = new(80, 24) { OnFrame = () => throw new NotSupportedException("The window is gone.") };
        var failure = Assert.Throws<AggregateException>(() =>
            Run(new TerminalView(terminal), FakePlayer.Playing(), CancellationToken.None)
        );
        Assert.IsType<NotSupportedException>(failure.InnerException);
        terminal.AssertGivenBack();
    }

    [Fact]
    public void Without_keys_it_still_shows()
    {
        using CancellationTokenSource stop = new();
        FakeTerminal terminal = new(80, 24) { HasKeys = false, OnFrame = () => stop.CancelAfter(100) };
        Run(new TerminalView(terminal), FakePlayer.Playing(), stop.Token);
        terminal.AssertGivenBack();
    }

    private static void Run(TerminalView view, FakePlayer player, CancellationToken stop)
    {
        var run = Task.Run(() => view.Run(player, stop), CancellationToken.None);
        Assert.True(run.Wait(Patience), "the view does not end");
    }

    private sealed class FakeTerminal(int width, int height) : ITerminal
    {
        private readonly BlockingCollection<ConsoleKeyInfo> keys = [];

        public Emulator Screen { get; private set; } = new(width, height);

        public int Width { get; private set; } = width;

        public int Height { get; private set; } = height;

        public ColorDepth Colors => ColorDepth.True;

        public bool HasKeys { get; init; } = true;

        public Action? OnFrame { get; set; }

        public void Resize(int columns, int rows)
        {
            (Width, Height) = (columns, rows);
            Screen = new Emulator(columns, rows);
        }

        public void Press(string letters)
        {
            foreach (var letter in letters)
            {
                keys.Add(new ConsoleKeyInfo(letter, default, false, false, false));
            }
        }

        public void AssertGivenBack()
        {
            Assert.False(Screen.IsOtherScreen);
            Assert.False(Screen.IsCursorHidden);
            Assert.True(Screen.Wraps);
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            Screen.Write(bytes);
            if (bytes.IndexOf("TICK"u8) >= 0 || bytes.IndexOf("?2026h"u8) >= 0)
            {
                OnFrame?.Invoke();
            }
        }

        public ConsoleKeyInfo ReadKey() =>
            HasKeys && keys.TryTake(out var key, Patience) ? key : throw new InvalidOperationException("There are no keys.");
    }
}
