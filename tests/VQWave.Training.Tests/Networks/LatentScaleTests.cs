using VQWave.OnnxExport;
using VQWave.Training.Networks;
using VQWave.Training.Tests.Evaluation;

namespace VQWave.Training.Tests.Networks;

public sealed class LatentScaleTests(EvaluationFixture fixture)
{
    [Fact]
    public void Latents_that_have_grown_are_brought_back_by_a_power_of_two_and_others_left()
    {
        var configuration = fixture.Pack.Configuration;
        var networks = PackWeights.Read(fixture.Pack);
        var level = configuration.Levels[1];
        var (encoder, codebook, decoder) = ($"{level.VqvaeName}_encoder", $"{level.VqvaeName}_codebook", $"{level.VqvaeName}_decoder");
        var last = $"conv.{level.Encoder.Layers.Count - 1}";
        var grown = networks.ToDictionary();
        var growth = (float)(900 / Rms(networks[codebook]["codebook"]));
        Scale(codebook, "codebook", growth);
        Scale(encoder, $"{last}.weight", growth);
        Scale(encoder, $"{last}.bias", growth);
        Scale(decoder, "conv.0.weight", 1 / growth);

        var bounded = LatentScale.Bounded(configuration, grown);

        // 900 / 64 is the first below 16.
        Assert.Equal(900 / 64.0, Rms(bounded[codebook]["codebook"]), 1e-3);
        foreach (var (network, weights) in grown)
        {
            foreach (var (name, weight) in weights)
            {
                var factor =
                    network == codebook || (network == encoder && name.StartsWith(last, StringComparison.Ordinal)) ? 1 / 64f
                    : network == decoder && name == "conv.0.weight" ? 64f
                    : 1f;
                Assert.Equal(weight.Data.Select(v => v * factor), bounded[network][name].Data);
            }
        }

        void Scale(string network, string name, float factor) =>
            grown[network] = grown[network]
                .ToDictionary(
                    w => w.Key,
                    w => w.Key == name ? new WeightTensor(w.Value.Shape, [.. w.Value.Data.Select(v => v * factor)]) : w.Value
                );
    }

    private static double Rms(WeightTensor weight) => Math.Sqrt(weight.Data.Average(v => (double)v * v));
}
