using VQWave.Streaming.Voices;

namespace VQWave.Tests.Voices;

public class GateEnvelopeTests
{
    [Fact]
    public void It_rises_in_the_attack_time_and_falls_in_the_release_time()
    {
        GateEnvelope gate = new(48000, 10, 100);
        Assert.True(gate.IsSilent);
        gate.Open();
        var rise = new float[480];
        gate.Fill(rise);
        for (var n = 0; n < rise.Length; n++)
        {
            var u = (n + 1) / 480.0;
            Assert.Equal(u * u * (3 - (2 * u)), rise[n], 1e-6);
        }

        Assert.Equal(1f, gate.Level);
        gate.Close();
        var fall = new float[4800];
        gate.Fill(fall.AsSpan(0, 4799));
        Assert.False(gate.IsSilent);
        gate.Fill(fall.AsSpan(4799));
        Assert.True(gate.IsSilent);
        Assert.Equal(0.5, fall[2399], 1e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(5000)]
    public void Opening_again_in_the_release_and_closing_in_the_attack_make_no_step(int between)
    {
        const int Rate = 44100;
        GateEnvelope gate = new(Rate, 5, 40);
        var last = 0f;
        double largest = 0;
        Random random = new(between);
        for (var i = 0; i < 300; i++)
        {
            if (i % 2 == 0)
            {
                gate.Open();
                gate.Open();
            }
            else
            {
                gate.Close();
                gate.Close();
            }

            var gains = new float[random.Next(1, between + 1)];
            gate.Fill(gains);
            foreach (var gain in gains)
            {
                Assert.InRange(gain, 0, 1);
                largest = Math.Max(largest, Math.Abs(gain - last));
                last = gain;
            }
        }

        Assert.InRange(largest, 1e-6, (1.5 / (0.005 * Rate)) + 1e-6);
    }

    [Fact]
    public void Blocks_of_any_size_give_the_same_bits_and_silence_is_reported()
    {
        float[] Run(int size)
        {
            GateEnvelope gate = new(8000, 3, 20);
            var samples = new float[1000];
            Array.Fill(samples, 0.8f);
            for (var n = 0; n < 1000; n += size)
            {
                if (n == 200)
                {
                    gate.Open();
                }

                if (n == 600)
                {
                    gate.Close();
                }

                var block = samples.AsSpan(n, size);
                var sounds = gate.Apply(block);
                Assert.Equal(n is >= 200 and < 760, sounds);
                // The last gain of the release is 0.
                Assert.Equal(sounds && n < 759, block.ContainsAnyExcept(0f));
            }

            return samples;
        }

        Assert.Equal(Run(1000 / 50), Run(1));
        Assert.Equal(Run(4), Run(8));
    }

    [Fact]
    public void Times_are_checked_and_zero_takes_one_sample()
    {
        GateEnvelope gate = new(48000, 0, 0);
        gate.Open();
        var gains = new float[2];
        gate.Fill(gains);
        Assert.Equal([1f, 1f], gains);
        gate.Reset();
        Assert.True(gate.IsSilent);
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.AttackMilliseconds = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => gate.ReleaseMilliseconds = double.NaN);
    }
}
