namespace VQWave.OnnxExport.Tests;

internal static class TestData
{
    public static float[] Audio(int length, int seed)
    {
        var random = new Random(seed);
        var data = new float[length];
        for (var i = 0; i < length; i++)
        {
            data[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return data;
    }

    public static long[] Codes(int length, int size, int seed)
    {
        var random = new Random(seed);
        var codes = new long[length];
        for (var i = 0; i < length; i++)
        {
            codes[i] = random.Next(size);
        }

        return codes;
    }

    /// <summary>Asserts that values agree within 1e-5 of the larger of 1 and the value.</summary>
    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                difference <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"value {i} is {actual[i]}, {difference} from {expected[i]}"
            );
        }
    }
}
