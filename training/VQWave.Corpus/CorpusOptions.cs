using System.Globalization;
using VQWave.Corpus.Music;

namespace VQWave.Corpus;

/// <summary>The command line of <c>vqwave-corpus</c>, parsed and range-checked.</summary>
internal sealed record CorpusOptions
{
    public const string DefaultSoundFont = "/usr/share/sounds/sf2/FluidR3_GM.sf2";

    public const string Usage = """
        Usage: vqwave-corpus --output DIR [options]

        Composes the training corpus as MIDI files and renders them to 22,050 Hz mono WAV with fluidsynth.
        The same seed gives the same music. Writes DIR/train, DIR/held-out, DIR/midi and DIR/corpus.json.

          --output DIR        where to write; made if missing
          --minutes M         length of the whole corpus, held-out pieces included (60)
          --seed N            seed of the composer (1)
          --style NAME        keys (ocarina, electric piano, vibraphone, bass, pad) or tines (harp, kalimba, celesta,
                              music box, pad) (keys)
          --held-out SHARE    share of the pieces of each hour kept out of training, 0 to 0.5 (0.1)
          --midi-only         compose, do not render
          --force             render again what is already there
          --jobs N            pieces rendered at once (one for each processor, at most 4)
          --soundfont FILE    another General MIDI soundfont (/usr/share/sounds/sf2/FluidR3_GM.sf2)
          --fluidsynth FILE   the fluidsynth program (fluidsynth)
          --json              print corpus.json to standard output instead of a summary
          --help              this text
        """;

    public string Output { get; init; } = "";

    public double Minutes { get; init; } = 60;

    public ulong Seed { get; init; } = 1;

    public MusicStyle Style { get; init; } = MusicStyle.Keys;

    public double HeldOut { get; init; } = 0.1;

    public bool MidiOnly { get; init; }

    public bool Force { get; init; }

    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    public string SoundFont { get; init; } = DefaultSoundFont;

    public string FluidSynth { get; init; } = "fluidsynth";

    public bool Json { get; init; }

    public bool Help { get; init; }

    /// <summary>Parses <c>--name value</c> and <c>--name=value</c>.</summary>
    /// <exception cref="CorpusException">An option is unknown, lacks its value or is out of range.</exception>
    public static CorpusOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new CorpusOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            string? inline = null;
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            if (name.StartsWith("--", StringComparison.Ordinal) && equals > 0)
            {
                inline = name[(equals + 1)..];
                name = name[..equals];
            }

            string Value()
            {
                string? value = inline ?? (i + 1 < arguments.Count ? arguments[++i] : null);
                return string.IsNullOrEmpty(value) || (inline is null && value.StartsWith("--", StringComparison.Ordinal))
                    ? throw new CorpusException($"{name} needs a value: see --help")
                    : value;
            }

            bool Switch() => inline is null ? true : throw new CorpusException($"{name} takes no value, '{inline}' was given");

            options = name switch
            {
                "--output" or "-o" => options with { Output = Value() },
                "--minutes" => options with { Minutes = Number(name, Value(), 0.1, 6000) },
                "--seed" => options with { Seed = Whole(name, Value(), ulong.MaxValue) },
                "--style" => options with { Style = StyleOf(Value()) },
                "--held-out" => options with { HeldOut = Number(name, Value(), 0, 0.5) },
                "--jobs" => options with { Jobs = Math.Max(1, (int)Whole(name, Value(), 64)) },
                "--soundfont" => options with { SoundFont = Value() },
                "--fluidsynth" => options with { FluidSynth = Value() },
                "--midi-only" => options with { MidiOnly = Switch() },
                "--force" => options with { Force = Switch() },
                "--json" => options with { Json = Switch() },
                "--help" or "-h" => options with { Help = Switch() },
                _ => throw new CorpusException($"unknown option '{name}': see --help"),
            };
        }

        return options.Output.Length == 0 && !options.Help ? throw new CorpusException("--output DIR is required: see --help") : options;
    }

    private static MusicStyle StyleOf(string text) =>
        Enum.GetValues<MusicStyle>()
            .Where(s => s.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
            .Cast<MusicStyle?>()
            .FirstOrDefault()
        ?? throw new CorpusException($"--style is '{text}', it must be keys or tines");

    private static double Number(string name, string text, double low, double high) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= low && value <= high
            ? value
            : throw new CorpusException($"{name} is '{text}', it must be a number from {low} to {high}");

    private static ulong Whole(string name, string text, ulong high) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= high
            ? value
            : throw new CorpusException($"{name} is '{text}', it must be a whole number from 0 to {high}");
}
