using System.Diagnostics;

namespace VQWave.Surface;

/// <summary>Opens the user's browser where there is a desktop.</summary>
internal static class Browser
{
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

            // Its output must not come out of this program.
            ProcessStartInfo start = new(OperatingSystem.IsMacOS() ? "open" : "xdg-open")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            start.ArgumentList.Add(url);
            using var process = Process.Start(start);
            return process is not null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
