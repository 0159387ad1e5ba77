using VQWave.Corpus.Rendering;

namespace VQWave.Corpus.Tests;

public sealed class RenderingTests
{
    [Fact]
    public void Energy_shares_of_known_sines_are_their_powers()
    {
        // Powers 0.9, 0.09 and 0.01: a tenth lies above 1 kHz, a hundredth above 4 kHz.
        var samples = new float[22050 * 4];
        for (int i = 0; i < samples.Length; i++)
        {
            double t = i / 22050.0;
            double value =
                (Math.Sqrt(1.8) * Math.Sin(2 * Math.PI * 300 * t))
                + (Math.Sqrt(0.18) * Math.Sin(2 * Math.PI * 2000 * t))
                + (Math.Sqrt(0.02) * Math.Sin(2 * Math.PI * 6000 * t));
            samples[i] = (float)(0.1 * value);
        }

        AudioFigures figures = AudioFigures.Measure(samples, 22050);
        Assert.Equal(0.1, figures.ShareAbove1kHz, 1e-3);
        Assert.Equal(0.01, figures.ShareAbove4kHz, 1e-3);
        Assert.Equal(-20, figures.RmsDb, 0.01);
        Assert.Equal(0.01 * samples.Length, figures.Energy, 1.0);
    }

    [Theory]
    [InlineData(1000, 0, 0.05)]
    [InlineData(9000, 0, 0.05)]
    [InlineData(12500, -200, -70)]
    [InlineData(18000, -200, -70)]
    public void Mix_down_keeps_what_is_below_and_removes_what_would_alias(double hertz, double lowDb, double highDb)
    {
        // A loud 500 Hz tone fixes the level; the tone under test is 20 dB below it.
        var stereo = new float[2 * 44100 * 4];
        for (int i = 0; i < stereo.Length / 2; i++)
        {
            double value = (0.1 * Math.Sin(2 * Math.PI * 500 * i / 44100.0)) + (0.01 * Math.Sin(2 * Math.PI * hertz * i / 44100.0));
            stereo[2 * i] = stereo[(2 * i) + 1] = (float)value;
        }

        float[] mono = MixDown.Process(stereo, 22050 * 4);
        double alias = hertz > 11025 ? 22050 - hertz : hertz;
        double level = 20 * Math.Log10(Amplitude(mono, alias) / Amplitude(mono, 500)) + 20;
        Assert.InRange(level, lowDb - 0.05, highDb);
    }

    [Fact]
    public void Softening_is_3_dB_at_the_corner_and_12_dB_an_octave_above_far_from_it()
    {
        double Gain(double hertz)
        {
            const int Length = 22050;
            var stereo = new float[2 * 2 * Length];
            for (int i = 0; i < stereo.Length; i++)
            {
                // A low tone keeps the level that all is brought to.
                double t = (double)(i / 2) / 44100;
                stereo[i] = (float)((0.3 * Math.Sin(2 * Math.PI * 200 * t)) + (0.1 * Math.Sin(2 * Math.PI * hertz * t)));
            }

            double Amplitude(float[] sound, double f)
            {
                (double re, double im) = (0, 0);
                for (int i = 4000; i < 15025; i++)
                {
                    re += sound[i] * Math.Cos(2 * Math.PI * f * i / 22050);
                    im += sound[i] * Math.Sin(2 * Math.PI * f * i / 22050);
                }

                return Math.Sqrt((re * re) + (im * im));
            }

            float[] soft = MixDown.Process(stereo, Length, 1500);
            return 20 * Math.Log10(Amplitude(soft, hertz) / Amplitude(soft, 200) * 3);
        }

        Assert.Equal(-3.01, Gain(1500), 0.15);
        // |H|² = 1 / (1 + r⁴), r the ratio of tan(π·f/22050) at 4,000 Hz and at the corner.
        Assert.Equal(-18.85, Gain(4000), 0.1);
        Assert.Equal(0, Gain(400), 0.1);
    }

    [Fact]
    public void Mix_down_sets_the_level_fades_out_and_refuses_silence()
    {
        var stereo = new float[2 * 44100 * 5];
        for (int i = 0; i < stereo.Length; i++)
        {
            stereo[i] = (float)(0.02 * Math.Sin(i * 0.02));
        }

        float[] mono = MixDown.Process(stereo, 22050 * 5);
        AudioFigures figures = AudioFigures.Measure(mono, 22050);
        Assert.Equal(-18, figures.RmsDb, 0.01);
        Assert.Equal(0, mono[^1], 1e-4f);
        Assert.Throws<CorpusException>(() => MixDown.Process(new float[1000], 500));
    }

    [Fact]
    public void Noise_reduction_takes_hiss_out_and_leaves_music_as_it_is()
    {
        var random = new SeededRandom(5);
        var music = new float[22050 * 3];
        var mixed = new float[music.Length];
        for (int i = 0; i < music.Length; i++)
        {
            music[i] = (float)(0.2 * Math.Sin(2 * Math.PI * 440 * i / 22050));
            mixed[i] = music[i] + (i < 22050 ? 0 : (float)((random.NextDouble() - 0.5) * 2e-4));
        }

        float[] cleaned = NoiseReduction.Apply(mixed);
        double noise = 0;
        double left = 0;
        for (int i = 30000; i < 60000; i++)
        {
            noise += Math.Pow(mixed[i] - music[i], 2);
            left += Math.Pow(cleaned[i] - music[i], 2);
        }

        Assert.InRange(left / noise, 0, 0.1);
        for (int i = 4096; i < 18000; i++)
        {
            Assert.Equal(music[i], cleaned[i], 1e-4f);
        }
    }

    /// <summary>Amplitude of one frequency by direct correlation over whole seconds one and two.</summary>
    private static double Amplitude(float[] samples, double hertz)
    {
        double re = 0;
        double im = 0;
        for (int i = 22050; i < 44100; i++)
        {
            re += samples[i] * Math.Cos(2 * Math.PI * hertz * i / 22050);
            im += samples[i] * Math.Sin(2 * Math.PI * hertz * i / 22050);
        }

        return 2 * Math.Sqrt((re * re) + (im * im)) / 22050;
    }
}
