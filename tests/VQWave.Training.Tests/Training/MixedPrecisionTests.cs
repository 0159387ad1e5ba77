using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Training;

public sealed class MixedPrecisionTests
{
    [Fact]
    public void The_scale_halves_after_an_overflow_and_doubles_after_an_interval_without()
    {
        var scaler = new LossScaler(growthInterval: 3);
        Assert.Equal(65536, scaler.Scale);
        scaler.Update(finite: false);
        Assert.Equal((32768.0, 1L), (scaler.Scale, scaler.Overflows));
        scaler.Update(finite: true);
        scaler.Update(finite: true);
        Assert.Equal(32768, scaler.Scale);
        scaler.Update(finite: true);
        Assert.Equal(65536, scaler.Scale);

        // An overflow begins the interval again.
        scaler.Update(finite: true);
        scaler.Update(finite: true);
        scaler.Update(finite: false);
        scaler.Update(finite: true);
        Assert.Equal((32768.0, 2L), (scaler.Scale, scaler.Overflows));
        var copy = new LossScaler(growthInterval: 3) { State = scaler.State };
        copy.Update(finite: true);
        Assert.Equal(32768, copy.Scale);
        copy.Update(finite: true);
        Assert.Equal((65536.0, 2L), (copy.Scale, copy.Overflows));
    }

    [Fact]
    public void The_scale_has_bounds()
    {
        var scaler = new LossScaler(growthInterval: 1);
        for (var i = 0; i < 100; i++)
        {
            scaler.Update(finite: true);
        }

        Assert.Equal(1 << 24, scaler.Scale);
        for (var i = 0; i < 24; i++)
        {
            scaler.Update(finite: false);
        }

        Assert.Equal(1, scaler.Scale);
        Check.Refused(() => scaler.Update(finite: false), "bf16");
    }

    [Fact]
    public void Gradients_come_out_unscaled_and_an_overflow_is_told()
    {
        using var scope = torch.NewDisposeScope();
        using var plain = new Linear(3, 2);
        using var scaled = new Linear(3, 2);
        scaled.load_state_dict(plain.state_dict());
        var x = torch.tensor([1f, 2f, 3f], 1, 3);
        var precision = new MixedPrecision(TrainingPrecision.Fp16);
        plain.forward(x).square().sum().backward();
        precision.Backward(scaled.forward(x).square().sum());
        Assert.NotEqual(plain.weight.grad!.ToArray<float>(), scaled.weight.grad!.ToArray<float>());
        Assert.True(precision.Clip(scaled.parameters(), 1e9));

        // The scale is a power of two: nothing is rounded.
        Assert.Equal(plain.weight.grad!.ToArray<float>(), scaled.weight.grad!.ToArray<float>());
        precision.Backward(scaled.forward(x).square().sum() * 1e37);
        Assert.False(precision.Clip(scaled.parameters(), 1));
        Assert.Equal((32768.0, 1L), (precision.Scaler.Scale, precision.Scaler.Overflows));
    }
}
