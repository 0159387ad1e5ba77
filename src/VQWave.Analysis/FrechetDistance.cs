namespace VQWave.Analysis;

/// <summary>
/// Fréchet distance of two Gaussians (Dowson and Landau 1982), as the Fréchet audio distance (Kilgour et al. 2019) takes it of
/// embeddings; here of log mel frames, so that no foreign network is needed. It tells how far one body of sound is from another;
/// its figures compare only with others taken in the same way.
/// </summary>
public static class FrechetDistance
{
    /// <summary>d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2·(Σ₁^½·Σ₂·Σ₁^½)^½).</summary>
    /// <param name="first">One fit.</param>
    /// <param name="second">Another of as many dimensions.</param>
    /// <returns>d² in squared units of the vectors (nepers² for log mel frames); 0 for equal Gaussians.</returns>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    /// <exception cref="InvalidOperationException">A fit has fewer than two vectors.</exception>
    public static double Squared(GaussianFit first, GaussianFit second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Dimensions != second.Dimensions)
        {
            throw new ArgumentException($"The fits have {first.Dimensions} and {second.Dimensions} dimensions.");
        }

        double[] mean1 = first.Mean();
        double[] mean2 = second.Mean();
        double[,] covariance1 = first.Covariance();
        double[,] covariance2 = second.Covariance();
        double[,] root = SymmetricEigen.SquareRoot(covariance1);
        double[,] inner = Multiply(Multiply(root, covariance2), root);
        double result = 0;
        for (int i = 0; i < mean1.Length; i++)
        {
            result += ((mean1[i] - mean2[i]) * (mean1[i] - mean2[i])) + covariance1[i, i] + covariance2[i, i];
            for (int j = 0; j < i; j++)
            {
                // Equal but for rounding; the decomposition wants them equal.
                inner[i, j] = inner[j, i] = 0.5 * (inner[i, j] + inner[j, i]);
            }
        }

        foreach (double value in SymmetricEigen.Decompose(inner).Values)
        {
            result -= 2 * Math.Sqrt(Math.Max(0, value));
        }

        return Math.Max(0, result);
    }

    /// <summary>d² between the log mel frames (80 bands) of two sounds.</summary>
    /// <param name="first">Mono samples, at least two frames of 2048 with hop 512.</param>
    /// <param name="second">Mono samples, of any other length.</param>
    /// <param name="sampleRate">Samples per second of both.</param>
    /// <returns>nepers²; 0 for equal statistics.</returns>
    /// <exception cref="InvalidOperationException">A sound has fewer than two frames.</exception>
    public static double SquaredOfLogMel(ReadOnlySpan<float> first, ReadOnlySpan<float> second, int sampleRate)
    {
        MelFilterBank bank = new(sampleRate);
        GaussianFit fit1 = new(bank.Bands);
        GaussianFit fit2 = new(bank.Bands);
        fit1.AddLogMel(first, bank);
        fit2.AddLogMel(second, bank);
        return Squared(fit1, fit2);
    }

    private static double[,] Multiply(double[,] a, double[,] b)
    {
        int n = a.GetLength(0);
        double[,] product = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < n; k++)
            {
                double value = a[i, k];
                for (int j = 0; j < n; j++)
                {
                    product[i, j] += value * b[k, j];
                }
            }
        }

        return product;
    }
}
