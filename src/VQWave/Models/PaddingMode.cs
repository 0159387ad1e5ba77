namespace VQWave.Models;

/// <summary>How a convolution network sees past the ends of its input, and so how far it looks ahead.</summary>
public enum PaddingMode
{
    /// <summary>Zeros on both sides as Keras' 'same' lays them: total / 2 on the left, the rest on the right.</summary>
    Same,

    /// <summary>Zeros on the left only: output i depends on inputs up to i.</summary>
    Causal,

    /// <summary>
    /// The causal network on a signal moved ahead by a number of codes: output i depends on inputs up to i + lookahead.
    /// </summary>
    Lookahead,
}
