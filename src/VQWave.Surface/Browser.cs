using System.Diagnostics;

namespace VQWave.Surface;

/// <summary>Opens the user's browser where there is a desktop.</summary>
internal static class Browser
{
    // $0 is the program and $1 the address. The shell ends at once; 'setsid' is missing on macOS, where 'open' hands the address to another process.
    private const string Detached = """
        exec >/dev/null 2>&1 </dev/null
        command -v "$0" || exit 1
        if command -v setsid; then setsid "$0" "$1" & else "$0" "$1" & fi
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Tries to open an address.</summary>
    /// <returns>Whether something was started.</returns>
    public static bool TryOpen(string url)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                using var shell = Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
                return true;
            }

            var hasDesktop =
                OperatingSystem.IsMacOS()
                || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DISPLAY"))
                || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("WAYLAND_DISPLAY"));
            if (!hasDesktop)
            {
                return false;
            }

            // On its own, away from this program's pipes and from the terminal's signals: it outlives play, and nobody reads what it writes.
            ProcessStartInfo start = new("/bin/sh")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(Detached);
            start.ArgumentList.Add(OperatingSystem.IsMacOS() ? "open" : "xdg-open");
            start.ArgumentList.Add(url);
            using var process = Process.Start(start);
            return process is not null && process.WaitForExit(Patience) && process.ExitCode == 0;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
