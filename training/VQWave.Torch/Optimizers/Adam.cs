using VQWave.Torch.Modules;

namespace VQWave.Torch.Optimizers;

/// <summary>Adam (Kingma and Ba 2015); weight decay is added to the gradient.</summary>
public sealed class Adam(
    IEnumerable<Parameter> parameters,
    double lr = 1e-3,
    double beta1 = 0.9,
    double beta2 = 0.999,
    double eps = 1e-8,
    double weight_decay = 0
) : AdamBase(parameters, lr, beta1, beta2, eps, weight_decay, decoupled: false);
