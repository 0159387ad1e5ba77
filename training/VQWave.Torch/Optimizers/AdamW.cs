using VQWave.Torch.Modules;

namespace VQWave.Torch.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019): the weights themselves shrink.</summary>
public sealed class AdamW(
    IEnumerable<Parameter> parameters,
    double lr = 1e-3,
    double beta1 = 0.9,
    double beta2 = 0.999,
    double eps = 1e-8,
    double weight_decay = 1e-2
) : AdamBase(parameters, lr, beta1, beta2, eps, weight_decay, decoupled: true);
