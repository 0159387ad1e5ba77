using VQWave.Devices;

namespace VQWave.Player.Tests.Live;

/// <summary>What is measured of sound and codes, each by its definition.</summary>
internal static class Measure
{
    private const double LowestFrequency = 55;
    private const int Octaves = 6;
    private const int StepsAnOctave = 120;

    /// <summary>Entropy in bits of what was drawn, from how often each occurs.</summary>
    public static double Entropy(IReadOnlyCollection<int> codes) =>
        codes.CountBy(c => c).Sum(c => -(double)c.Value / codes.Count * Math.Log2((double)c.Value / codes.Count));

    public static double Rms(ReadOnlySpan<float> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples)
        {
            sum += (double)sample * sample;
        }

        return Math.Sqrt(sum / Math.Max(1, samples.Length));
    }

    /// <summary>The first sample that is not exactly silent, or −1.</summary>
    public static int Onset(ReadOnlySpan<float> samples) => samples.IndexOfAnyExcept(0f);

    /// <summary>The beginnings of what sounds between silences.</summary>
    /// <param name="sound">The samples.</param>
    /// <param name="silence">How many silent samples end a phrase.</param>
    /// <param name="length">How much of each is taken.</param>
    public static List<float[]> Phrases(ReadOnlySpan<float> sound, int silence, int length)
    {
        List<float[]> phrases = [];
        while (Onset(sound) is var onset and >= 0 && onset + length <= sound.Length)
        {
            phrases.Add(sound.Slice(onset, length).ToArray());
            sound = sound[onset..];
            while (sound.Length > 0 && Onset(sound[..Math.Min(sound.Length, silence)]) is var next and >= 0)
            {
                sound = sound[(next + 1)..];
            }
        }

        return phrases;
    }

    /// <summary>Magnitudes at frequencies a tenth of a semitone apart over six octaves from 55 Hz, under a Hann window.</summary>
    public static double[] Spectrum(ReadOnlySpan<float> samples, double rate)
    {
        var windowed = new double[samples.Length];
        for (var i = 0; i < windowed.Length; i++)
        {
            windowed[i] = samples[i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / windowed.Length)));
        }

        var result = new double[Octaves * StepsAnOctave];
        for (var k = 0; k < result.Length; k++)
        {
            // Goertzel's recursion.
            var omega = 2 * Math.PI * LowestFrequency * Math.Pow(2, (double)k / StepsAnOctave) / rate;
            var c = 2 * Math.Cos(omega);
            var (s1, s2) = (0.0, 0.0);
            foreach (var x in windowed)
            {
                (s1, s2) = (x + (c * s1) - s2, s1);
            }

            result[k] = Math.Sqrt(Math.Max(0, (s1 * s1) + (s2 * s2) - (c * s1 * s2)));
        }

        return result;
    }

    /// <summary>The frequency of the strongest part.</summary>
    public static double DominantFrequency(double[] spectrum) =>
        LowestFrequency * Math.Pow(2, (double)Array.IndexOf(spectrum, spectrum.Max()) / StepsAnOctave);

    /// <summary>By how many semitones the second spectrum lies above the first: where their correlation is highest.</summary>
    /// <param name="first">See <see cref="Spectrum"/>.</param>
    /// <param name="second">See <see cref="Spectrum"/>.</param>
    /// <param name="correlation">How alike they are there, −1 to 1.</param>
    public static double Shift(double[] first, double[] second, out double correlation)
    {
        var best = 0;
        correlation = -1;
        for (var shift = -2 * StepsAnOctave; shift <= 2 * StepsAnOctave; shift++)
        {
            var from = Math.Max(0, -shift);
            var length = first.Length - Math.Abs(shift);
            var c = Correlation(first.AsSpan(from, length), second.AsSpan(from + shift, length));
            if (c > correlation)
            {
                (correlation, best) = (c, shift);
            }
        }

        return best * 12.0 / StepsAnOctave;
    }

    /// <summary>Channels of a file, each in full.</summary>
    public static float[][] ReadChannels(string path, out int rate)
    {
        using var source = SndFileSource.TryOpen(path, out var problem) ?? throw new InvalidOperationException(problem);
        rate = source.SampleRate;
        var interleaved = new List<float>();
        var block = new float[8192 * source.Channels];
        for (int count; (count = source.Read(block)) > 0; )
        {
            interleaved.AddRange(block.AsSpan(0, count * source.Channels));
        }

        var channels = source.Channels;
        return
        [
            .. Enumerable
                .Range(0, channels)
                .Select(c => Enumerable.Range(0, interleaved.Count / channels).Select(i => interleaved[(i * channels) + c]).ToArray()),
        ];
    }

    private static double Correlation(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var (meanA, meanB) = (0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            meanA += a[i] / a.Length;
            meanB += b[i] / b.Length;
        }

        var (ab, aa, bb) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }

        return ab / Math.Sqrt((aa * bb) + 1e-300);
    }
}
