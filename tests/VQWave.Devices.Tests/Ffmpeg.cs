using System.Diagnostics;

namespace VQWave.Devices.Tests;

/// <summary>Makes files that the library does not write.</summary>
internal static class Ffmpeg
{
    /// <summary>Runs ffmpeg; false where it is missing or fails.</summary>
    public static bool TryRun(params string[] arguments)
    {
        ProcessStartInfo start = new("ffmpeg") { RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("-nostdin");
        start.ArgumentList.Add("-y");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
