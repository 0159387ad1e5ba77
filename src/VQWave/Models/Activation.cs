namespace VQWave.Models;

/// <summary>What follows a convolution.</summary>
public enum Activation
{
    /// <summary>Nothing.</summary>
    Linear,

    /// <summary>Exponential linear unit, alpha 1.</summary>
    Elu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,
}
