namespace VQWave.Training.Training;

/// <summary>How a generator does on held-out codes.</summary>
/// <param name="BitsPerCode">Cross entropy in bits per code.</param>
/// <param name="UnigramBits">Entropy in bits of the histogram of the same codes: what they cost where nothing is known but how frequent each is.</param>
/// <param name="Codes">Codes that were asked for.</param>
public sealed record HeldOutBits(double BitsPerCode, double UnigramBits, long Codes);
