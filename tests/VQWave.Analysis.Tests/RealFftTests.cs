using System.Numerics;

namespace VQWave.Analysis.Tests;

public sealed class RealFftTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(1024)]
    public void Transform_equals_the_defining_sum(int size)
    {
        Random random = new(size);
        double[] signal = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5)];
        Complex[] spectrum = new Complex[(size / 2) + 1];

        new RealFft(size).Forward(signal, spectrum);

        for (int k = 0; k <= size / 2; k++)
        {
            Complex expected = 0;
            for (int n = 0; n < size; n++)
            {
                expected += signal[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / size);
            }

            Assert.True((expected - spectrum[k]).Magnitude < 1e-11 * size, $"Bin {k}: {spectrum[k]}, not {expected}.");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(100)]
    public void Other_sizes_are_refused(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => new RealFft(size));

    [Fact]
    public void Full_scale_sine_reads_one()
    {
        // 64 cycles in 1024 samples: exactly bin 64; a Hann window puts half of it in each neighbour.
        float[] sine = Signals.Make(4096, i => Math.Sin(2 * Math.PI * 64 * i / 1024));
        Spectrogram spectrogram = Spectrogram.Of(sine, 1024, 256);
        Assert.Equal(1 + ((4096 - 1024) / 256), spectrogram.Frames);
        for (int frame = 0; frame < spectrogram.Frames; frame++)
        {
            Assert.Equal(1, spectrogram[frame][64], 1e-5f);
            Assert.Equal(0.5, spectrogram[frame][65], 1e-5f);
            Assert.Equal(0, spectrogram[frame][100], 1e-5f);
        }
    }
}
