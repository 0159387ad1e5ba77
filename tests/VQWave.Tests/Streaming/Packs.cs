using VQWave.Models;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Streaming;

/// <summary>What tests of the streaming engine share.</summary>
internal static class Packs
{
    public static ModelPack Create(TemporaryFolder folder, string padding, ulong seed = 1)
    {
        var mode = padding switch
        {
            "same" => Padding.Same,
            "causal" => Padding.Causal,
            _ => Padding.Lookahead(int.Parse(padding)),
        };
        var name = $"{padding}-{seed}";
        TinyModel.Write(folder[name], TinyModel.Configuration(mode, mode), seed);
        return ModelPack.Open(folder[name]);
    }

    public static int[] RandomCodes(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(48))];
    }

    public static void Extend(CodeHistory history, int[] codes, ref int written, int end)
    {
        while (written < end)
        {
            if (written == 0)
            {
                history.Restart(0, codes[0]);
            }
            else
            {
                history.Append(codes[written]);
            }

            written++;
        }
    }

    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance = 1e-5f)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = 0f;
        var at = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]);
            if (!(difference <= worst))
            {
                worst = difference;
                at = i;
            }
        }

        Assert.True(worst <= tolerance, $"sample {at} differs by {worst}");
    }
}
