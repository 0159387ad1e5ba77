using VQWave.Models;

namespace VQWave.OnnxExport.Tests;

/// <summary>
/// Changes one code's worth of the input and looks at which codes' worth of the output changes: the first one must be the
/// changed one for causal padding and exactly n before it for a lookahead of n.
/// </summary>
public sealed class CausalityTests
{
    private const int Length = 12;
    private const int Changed = 7;

    public static TheoryData<string, int, int> Cases =>
        new()
        {
            { "tiny-causal", 0, 0 },
            { "tiny-causal", 1, 0 },
            { "tiny-lookahead", 0, 2 },
            { "tiny-lookahead", 1, 2 },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Encoder_sees_its_lookahead_and_no_more(string name, int index, int lookahead)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        using var graph = new Graph(
            StageGraphs.Encoder(configuration, index, RandomWeights.Create(configuration, index, ModelStage.Encoder, 1))
        );
        var audio = TestData.Audio(Length * level.Compression, 2);
        var before = Run();
        audio[(Changed * level.Compression) + level.Compression - 1] += 0.5f;

        Assert.Equal(Changed - lookahead, FirstDifference(before, Run(), level.CodebookDimension));

        // The first sample of the next code must not reach the code before it either.
        audio[(Changed * level.Compression) + level.Compression - 1] -= 0.5f;
        audio[Changed * level.Compression] += 0.5f;
        Assert.Equal(Changed - lookahead, FirstDifference(before, Run(), level.CodebookDimension));

        float[] Run() => (float[])graph.Run(("audio", audio, [1, audio.Length]))["latents"];
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decoder_sees_its_lookahead_and_no_more(string name, int index, int lookahead)
    {
        var configuration = TestConfigurations.Get(name);
        var level = configuration.Levels[index];
        using var graph = new Graph(
            StageGraphs.Decoder(
                configuration,
                index,
                RandomWeights.Create(configuration, index, ModelStage.Decoder, 1),
                RandomWeights.Create(configuration, index, ModelStage.Codebook, 1)
            )
        );
        var codes = TestData.Codes(Length, level.CodebookSize, 2);
        var before = Run();
        codes[Changed] = (codes[Changed] + 1) % level.CodebookSize;

        Assert.Equal(Changed - lookahead, FirstDifference(before, Run(), level.Compression));

        float[] Run() => (float[])graph.Run(("codes", codes, [1, Length]))["audio"];
    }

    [Theory]
    [InlineData("tiny-causal", 1, 0)]
    [InlineData("tiny-lookahead", 1, 2)]
    [InlineData("tiny-same", 1, 4)]
    [InlineData("live", 3, 4)]
    public void Context_sees_its_lookahead_and_no_more(string name, int index, int lookahead)
    {
        var configuration = TestConfigurations.Get(name);
        using var graph = new Graph(
            StageGraphs.Context(configuration, index, RandomWeights.Create(configuration, index, ModelStage.Context, 1))
        );
        var size = configuration.Levels[index - 1].CodebookSize;
        var codes = TestData.Codes(Length, size, 2);
        var before = Run();
        codes[Changed] = (codes[Changed] + 1) % size;
        var width = configuration.Levels[index].Generator.ContextWidth * configuration.Ratio(index);

        Assert.Equal(Changed - lookahead, FirstDifference(before, Run(), width));
        Assert.Equal(lookahead, configuration.Levels[index].Generator.Context!.LookaheadCodes);

        float[] Run() => (float[])graph.Run(("codes", codes, [1, Length]))["context"];
    }

    private static int FirstDifference(float[] a, float[] b, int width)
    {
        Assert.Equal(a.Length, b.Length);
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return i / width;
            }
        }

        return -1;
    }
}
