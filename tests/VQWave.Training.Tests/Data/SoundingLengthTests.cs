using VQWave.Training.Data;

namespace VQWave.Training.Tests.Data;

public sealed class SoundingLengthTests
{
    [Fact]
    public void Silence_at_the_end_is_left_out_and_silence_within_is_not()
    {
        var samples = new float[40000];
        samples[100] = 0.5f;
        samples[20000] = -0.01f;
        samples[30000] = 0.001f;
        Assert.Equal(20001 + 2205, LengthOf(samples));
    }

    [Fact]
    public void A_silent_file_keeps_its_length_and_one_that_sounds_to_its_end_too()
    {
        Assert.Equal(5000, LengthOf(new float[5000]));
        Assert.Equal(5000, LengthOf(Enumerable.Repeat(0.2f, 5000).ToArray()));
    }

    private static long LengthOf(float[] samples)
    {
        var path = Path.Combine(Path.GetTempPath(), $"vqwave-{Guid.NewGuid():N}.u16");
        try
        {
            U16File.Write(path, samples);
            using var file = new U16File(path);
            return file.SoundingLength;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
