namespace VQWave.Training.Networks;

/// <summary>How the gradient of the reconstruction gets past the choice of codes.</summary>
public enum QuantizerGradient
{
    /// <summary>As if the latents had passed unchanged (van den Oord et al. 2017). The decoder hears the code vectors.</summary>
    StraightThrough,

    /// <summary>
    /// The decoder hears, in training, the latents with noise as long as the error of quantisation in its place (Vali and Bäckström 2022). The gradient is a true one:
    /// the encoder is drawn to where quantisation costs little, and does not drift from its codes.
    /// </summary>
    NoiseSubstitution,
}
