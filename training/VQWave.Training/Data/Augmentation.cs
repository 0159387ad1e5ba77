using System.Globalization;

namespace VQWave.Training.Data;

/// <summary>
/// What training crops are put through so that a small corpus sounds larger: gain, polarity, pitch and time, as <c>--augment</c> names them. All is drawn from the run's
/// own random generator, so that a resumed run hears what the uninterrupted one would have heard.
/// </summary>
public sealed class Augmentation
{
    private const double DefaultGainDecibels = 6;
    private const double DefaultPitchCents = 30;
    private const double MostGainDecibels = 24;
    private const double MostPitchCents = 200;

    // Half the taps of the interpolating windowed sinc: −90 dB for what crops hold.
    private const int Reach = 16;
    private readonly bool _polarity;
    private readonly bool _time;

    private Augmentation(double gainDecibels, bool polarity, double pitchCents, bool time) =>
        (GainDecibels, _polarity, PitchCents, _time) = (gainDecibels, polarity, pitchCents, time);

    /// <summary>Crops as they are.</summary>
    public static Augmentation None { get; } = new(0, false, 0, false);

    /// <summary>Crops are made softer or louder by up to so many dB.</summary>
    public double GainDecibels { get; }

    /// <summary>Crops are played slower or faster, and so lower or higher, by up to so many cents.</summary>
    public double PitchCents { get; }

    private bool Resamples => _time || PitchCents > 0;

    /// <summary>Reads what the user wrote: parts of <c>gain</c> or <c>gain=DB</c>, <c>polarity</c>, <c>pitch</c> or <c>pitch=CENTS</c>, <c>time</c>; empty for none.</summary>
    /// <exception cref="VQWaveException">A part is unknown or out of range.</exception>
    public static Augmentation Parse(string text)
    {
        double gain = 0;
        double pitch = 0;
        var (polarity, time) = (false, false);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            switch (pair[0])
            {
                case "gain":
                    gain = Amount(part, pair, DefaultGainDecibels, MostGainDecibels, "dB");
                    break;
                case "pitch":
                    pitch = Amount(part, pair, DefaultPitchCents, MostPitchCents, "cents");
                    break;
                case "polarity" when pair.Length == 1:
                    polarity = true;
                    break;
                case "time" when pair.Length == 1:
                    time = true;
                    break;
                default:
                    throw new VQWaveException($"--augment '{part}' is unknown; give parts of gain=DB,polarity,pitch=CENTS,time.");
            }
        }

        return new Augmentation(gain, polarity, pitch, time);
    }

    /// <summary>Samples of the corpus that a crop of this length may need.</summary>
    /// <param name="length">Samples of the crop.</param>
    public int SourceLength(int length) =>
        Resamples ? (int)Math.Ceiling((length + 1) * Math.Pow(2, PitchCents / 1200)) + (2 * Reach) + 1 : length;

    /// <summary>Fills a crop from anywhere in the corpus.</summary>
    /// <param name="data">The corpus, of files not shorter than <see cref="SourceLength"/>.</param>
    /// <param name="random">Drawn from: the place, then what is asked for, in a fixed order.</param>
    /// <param name="destination">The crop.</param>
    public void ReadRandom(U16Dataset data, Xoshiro random, Span<float> destination)
    {
        Drawn drawn;
        if (!Resamples)
        {
            data.ReadRandom(random, destination);
            drawn = Draw(random);
        }
        else
        {
            var source = new float[SourceLength(destination.Length)];
            data.ReadRandom(random, source);
            drawn = Draw(random);
            Resample(source, drawn.Shift, drawn.Speed, destination);
        }

        if (drawn.Gain != 1)
        {
            foreach (ref var sample in destination)
            {
                // Decoders end in a tanh: what is beyond full scale cannot be learnt.
                sample = (float)Math.Clamp(sample * drawn.Gain, -1, 1);
            }
        }
    }

    /// <summary>Draws what <see cref="ReadRandom"/> draws and reads nothing: the crop is another process's.</summary>
    /// <param name="data">The corpus.</param>
    /// <param name="random">Drawn from.</param>
    public void SkipRandom(U16Dataset data, Xoshiro random)
    {
        data.SkipRandom(random);
        Draw(random);
    }

    /// <summary>Reads a signal at other places than its samples, by a Hann-windowed sinc that also keeps aliases of a faster playback out.</summary>
    /// <param name="source">The signal.</param>
    /// <param name="shift">Where the first sample of the result lies, in samples after the sixteenth of the signal.</param>
    /// <param name="speed">Samples of the signal a sample of the result.</param>
    /// <param name="destination">The result.</param>
    internal static void Resample(ReadOnlySpan<float> source, double shift, double speed, Span<float> destination)
    {
        var band = Math.Min(1, 1 / speed);
        for (var i = 0; i < destination.Length; i++)
        {
            var at = Reach + shift + (i * speed);
            var first = (int)Math.Floor(at) - Reach + 1;
            double sum = 0;

            for (var k = 0; k < 2 * Reach; k++)
            {
                var distance = at - (first + k);
                var window = 0.5 + (0.5 * Math.Cos(Math.PI * distance / Reach));
                var x = Math.PI * band * distance;
                sum += source[first + k] * window * (Math.Abs(x) < 1e-9 ? band : band * Math.Sin(x) / x);
            }

            destination[i] = (float)sum;
        }
    }

    private Drawn Draw(Xoshiro random)
    {
        var speed = PitchCents > 0 ? Math.Pow(2, PitchCents * Around(random) / 1200) : 1;
        var shift = _time ? random.NextDouble() : 0;
        var gain = GainDecibels > 0 ? Math.Pow(10, GainDecibels * Around(random) / 20) : 1;
        return new Drawn(speed, shift, _polarity && random.Below(2) == 1 ? -gain : gain);
    }

    private static double Around(Xoshiro random) => (2 * random.NextDouble()) - 1;

    private static double Amount(string part, string[] pair, double standard, double most, string unit)
    {
        if (pair.Length == 1)
        {
            return standard;
        }

        return double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= most
            ? value
            : throw new VQWaveException($"--augment '{part}' is out of range; {pair[0]} takes above 0 to {most} {unit}.");
    }

    private readonly record struct Drawn(double Speed, double Shift, double Gain);
}
