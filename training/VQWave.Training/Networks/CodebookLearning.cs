namespace VQWave.Training.Networks;

/// <summary>How code vectors are learnt.</summary>
public enum CodebookLearning
{
    /// <summary>Exponential moving averages of the latents that choose each code.</summary>
    Ema,

    /// <summary>Gradient descent on the distance to the latents.</summary>
    Gradient,
}
