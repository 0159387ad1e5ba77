using System.Diagnostics;
using VQWave.Controls;

namespace VQWave.Player.Benchmarks;

/// <summary>The training program, where it is built: it makes packs of random weights and steps networks in libtorch.</summary>
internal static class TrainingProgram
{
    /// <summary>Its path: beside this program, in <c>bin</c> of a folder above it, or on the PATH; null where it is none of these.</summary>
    public static string? Find()
    {
        var name = OperatingSystem.IsWindows() ? "vqwave-train.exe" : "vqwave-train";
        List<string> folders = [AppContext.BaseDirectory];
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            folders.Add(Path.Combine(folder.FullName, "bin"));
        }

        folders.AddRange(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        );
        return folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>A pack of random weights with a preset's sizes, made when it is first wanted and kept in the user's cache.</summary>
    /// <exception cref="VQWaveException">It is not there and cannot be made.</exception>
    public static string PackOf(string preset)
    {
        var folder = Path.Combine(UserFolders.FromEnvironment().Cache, "bench", preset);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        var program =
            Find()
            ?? throw new VQWaveException(
                $"--sizes {preset} needs a pack of random weights, which vqwave-train makes: run 'make build-training' first."
            );
        Console.Error.WriteLine($"making a pack of random weights: {folder}");
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        using var process = Process.Start(
            new ProcessStartInfo(program, ["init", "--preset", preset, "--output", folder, "--storage", "float16", "--no-verify"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? folder
            : throw new VQWaveException($"vqwave-train init did not make {folder}: see its message above.");
    }
}
