using VQWave.Models;

namespace VQWave.OnnxExport.Tests;

public sealed class RandomWeightsTests
{
    [Fact]
    public void Same_seed_gives_the_same_weights_and_other_seeds_levels_and_parts_give_others()
    {
        float First(int level, ModelStage stage, string name, ulong seed) =>
            RandomWeights.Create(Presets.Live, level, stage, seed)[name].Data[0];

        Assert.Equal(First(1, ModelStage.Context, "embedding.weight", 7), First(1, ModelStage.Context, "embedding.weight", 7));
        float[] others =
        [
            First(1, ModelStage.Context, "embedding.weight", 7),
            First(1, ModelStage.Context, "embedding.weight", 8),
            First(2, ModelStage.Context, "embedding.weight", 7),
            First(1, ModelStage.Generator, "embedding.weight", 7),
        ];
        Assert.Equal(4, others.Distinct().Count());
    }

    [Fact]
    public void Weights_are_normal_with_the_deviation_of_their_fan_in()
    {
        var data = RandomWeights.Create(Presets.Live, 0, ModelStage.Generator, 1)["dense.weight"].Data;
        var deviation = Math.Sqrt(1.6 / 256);
        var mean = data.Average(v => v / deviation);
        var variance = data.Average(v => v / deviation * (v / deviation));
        var within = data.Count(v => Math.Abs(v) < deviation) / (double)data.Length;
        Assert.InRange(mean, -0.02, 0.02);
        Assert.InRange(variance, 0.98, 1.02);
        Assert.InRange(within, 0.677, 0.688);
    }

    [Fact]
    public void Names_and_shapes_are_those_of_the_weight_files()
    {
        string Describe(int level, ModelStage stage) =>
            string.Join(
                " ",
                WeightShapes.For(Presets.Live, level, stage).Select(w => w.Key + WeightTensor.Describe(w.Value).Replace(" ", ""))
            );

        Assert.Equal("codebook(1024,32)", Describe(0, ModelStage.Codebook));
        Assert.Equal(
            "conv.0.weight(96,32,9) conv.0.bias(96) conv.1.weight(96,96,9) conv.1.bias(96) conv.2.weight(96,64,6) conv.2.bias(64)"
                + " conv.3.weight(64,48,6) conv.3.bias(48) conv.4.weight(48,32,6) conv.4.bias(32) conv.5.weight(1,32,1) conv.5.bias(1)",
            Describe(3, ModelStage.Decoder)
        );
        Assert.Equal(
            "embedding.weight(1024,32) conv.0.weight(128,32,3) conv.0.bias(128) conv.1.weight(128,128,3) conv.1.bias(128)"
                + " conv.2.weight(128,128,3) conv.2.bias(128) conv.3.weight(128,128,3) conv.3.bias(128) upsample.weight(128,128,4)"
                + " upsample.bias(128) project.weight(32,128,1) project_output.weight(256,128,1)",
            Describe(1, ModelStage.Context)
        );
        Assert.Equal(
            "embedding.weight(1024,32) lstm.weight_ih_l0(1024,32) lstm.weight_hh_l0(1024,256) lstm.bias_ih_l0(1024) lstm.bias_hh_l0(1024)"
                + " lstm.weight_ih_l1(1024,256) lstm.weight_hh_l1(1024,256) lstm.bias_ih_l1(1024) lstm.bias_hh_l1(1024)"
                + " dense.weight(256,256) dense.bias(256) logits.weight(1024,256) logits.bias(1024)",
            Describe(2, ModelStage.Generator)
        );
        Assert.Equal("generator_32_context", WeightShapes.NetworkName(Presets.Live, 2, ModelStage.Context));
    }
}
