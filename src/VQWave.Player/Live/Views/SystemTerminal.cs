using System.Runtime.InteropServices;
using System.Text;

namespace VQWave.Player.Live.Views;

/// <summary>The terminal that the program was started in.</summary>
internal sealed partial class SystemTerminal : ITerminal
{
    private const int UsualWidth = 80;
    private const int UsualHeight = 24;
    private const int StandardOutput = -11;
    private const uint VirtualTerminalProcessing = 4;

    private readonly Stream output;

    /// <summary>Opens standard output.</summary>
    public SystemTerminal()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = Encoding.UTF8;
            var handle = GetStdHandle(StandardOutput);
            if (GetConsoleMode(handle, out var mode))
            {
                _ = SetConsoleMode(handle, mode | VirtualTerminalProcessing);
            }
        }

        output = Console.OpenStandardOutput();
        Colors = Stage.Detect(Environment.GetEnvironmentVariable);
    }

    /// <summary>Whether somebody looks at standard output and types at standard input.</summary>
    public static bool IsThere => !Console.IsOutputRedirected && !Console.IsInputRedirected;

    /// <inheritdoc/>
    // A pseudo-terminal whose size was never set says 0.
    public int Width => Console.WindowWidth is var width and > 0 ? width : UsualWidth;

    /// <inheritdoc/>
    public int Height => Console.WindowHeight is var height and > 0 ? height : UsualHeight;

    /// <inheritdoc/>
    public ColorDepth Colors { get; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    /// <inheritdoc/>
    public ConsoleKeyInfo ReadKey() => Console.ReadKey(intercept: true);

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int handle);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetConsoleMode(nint handle, out uint mode);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetConsoleMode(nint handle, uint mode);
}
