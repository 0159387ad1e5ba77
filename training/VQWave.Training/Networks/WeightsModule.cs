using VQWave.Torch;
using VQWave.Torch.Modules;

namespace VQWave.Training.Networks;

/// <summary>A weight and, if there is one, a bias, named as PyTorch names them.</summary>
internal sealed class WeightsModule : Module
{
    public WeightsModule(Parameter weight, int? biasSize = null)
    {
        Weight = register_parameter("weight", weight);
        if (biasSize is { } size)
        {
            using var zeros = torch.zeros([size]);
            Bias = register_parameter("bias", new Parameter(zeros));
        }
    }

    public Parameter Weight { get; }

    public Parameter? Bias { get; }
}
