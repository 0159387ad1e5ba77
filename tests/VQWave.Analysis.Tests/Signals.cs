namespace VQWave.Analysis.Tests;

/// <summary>Sounds with a closed form.</summary>
internal static class Signals
{
    public const int Rate = 22050;

    public static float[] Sine(double frequency, int length, double amplitude = 0.5) =>
        Make(length, i => amplitude * Math.Sin(2 * Math.PI * frequency * i / Rate));

    public static float[] Noise(int length, int seed, double amplitude = 0.5)
    {
        Random random = new(seed);
        return Make(length, _ => amplitude * ((2 * random.NextDouble()) - 1));
    }

    /// <summary>Normal deviates by Box and Muller.</summary>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static float[] Make(int length, Func<int, double> value)
    {
        float[] samples = new float[length];
        for (int i = 0; i < length; i++)
        {
            samples[i] = (float)value(i);
        }

        return samples;
    }
}
