using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VQWave.Corpus.Rendering;

/// <summary>Renders MIDI files with the fluidsynth program and one soundfont.</summary>
internal sealed class FluidSynth
{
    /// <summary>
    /// Fluidsynth does not filter what it transposes or what lies above half its output rate, so it runs at twice the
    /// corpus's rate and the mix-down filters before it halves.
    /// </summary>
    public const int SampleRate = 44100;

    private const string Remedy = "install it with `make train-setup`";

    private FluidSynth(string program, string soundFont, string version)
    {
        Program = program;
        SoundFont = soundFont;
        Version = version;
    }

    public string Program { get; }

    public string SoundFont { get; }

    /// <summary>First line of <c>fluidsynth --version</c>.</summary>
    public string Version { get; }

    /// <summary>Finds the program and the soundfont.</summary>
    /// <exception cref="CorpusException">Either is missing.</exception>
    public static FluidSynth Find(string program, string soundFont)
    {
        if (!File.Exists(soundFont))
        {
            throw new CorpusException($"the soundfont '{soundFont}' is missing: {Remedy}, or name another with --soundfont FILE");
        }

        var (exitCode, output, _) = Run(program, ["--version"]);
        string version = output.AsSpan().Trim().ToString().Split('\n')[0].Trim();
        if (exitCode != 0 || version.Length == 0)
        {
            throw new CorpusException($"'{program} --version' failed with exit code {exitCode}: {Remedy}");
        }

        return new FluidSynth(program, soundFont, version);
    }

    /// <summary>Renders to interleaved stereo samples at <see cref="SampleRate"/>, by way of a raw temporary file.</summary>
    /// <exception cref="CorpusException">Fluidsynth failed or wrote nothing.</exception>
    public float[] Render(string midiFile, string temporaryFile)
    {
        try
        {
            // -f /dev/null: a user's own fluidsynth configuration must not change the corpus.
            var (exitCode, _, error) = Run(
                Program,
                [
                    "-ni",
                    "-q",
                    "-f",
                    "/dev/null",
                    "-g",
                    "0.4",
                    "-r",
                    $"{SampleRate}",
                    "-T",
                    "raw",
                    "-O",
                    "float",
                    "-E",
                    "little",
                    "-o",
                    "synth.cpu-cores=1",
                    "-o",
                    "synth.chorus.active=0",
                    "-o",
                    "synth.reverb.room-size=0.25",
                    "-o",
                    "synth.reverb.damp=0.3",
                    "-o",
                    "synth.reverb.width=0.5",
                    "-o",
                    "synth.reverb.level=0.35",
                    "-F",
                    temporaryFile,
                    SoundFont,
                    midiFile,
                ]
            );
            if (exitCode != 0 || !File.Exists(temporaryFile) || new FileInfo(temporaryFile).Length == 0)
            {
                string reason = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "no output";
                throw new CorpusException($"fluidsynth could not render '{midiFile}' (exit code {exitCode}): {reason}");
            }

            return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(temporaryFile)).ToArray();
        }
        finally
        {
            File.Delete(temporaryFile);
        }
    }

    private static (int ExitCode, string Output, string Error) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception e)
        {
            throw new CorpusException($"the program '{program}' could not be started: {Remedy}", e);
        }
    }
}
