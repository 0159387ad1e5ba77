namespace VQWave.Analysis;

/// <summary>Mean and full covariance of a set of vectors.</summary>
/// <remarks>Add from one thread; the results may be read at any time.</remarks>
public sealed class GaussianFit
{
    private readonly double[] sums;
    private readonly double[,] products;

    /// <summary>Creates an empty fit.</summary>
    /// <param name="dimensions">Components of each vector.</param>
    public GaussianFit(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        Dimensions = dimensions;
        sums = new double[dimensions];
        products = new double[dimensions, dimensions];
    }

    /// <summary>Components of each vector.</summary>
    public int Dimensions { get; }

    /// <summary>Vectors added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a vector.</summary>
    /// <param name="vector">Its components.</param>
    /// <exception cref="ArgumentException">The vector has another number of components.</exception>
    public void Add(ReadOnlySpan<float> vector)
    {
        if (vector.Length != Dimensions)
        {
            throw new ArgumentException($"The vector has {vector.Length} components, not {Dimensions}.", nameof(vector));
        }

        for (int i = 0; i < vector.Length; i++)
        {
            sums[i] += vector[i];
            for (int j = 0; j <= i; j++)
            {
                products[i, j] += (double)vector[i] * vector[j];
            }
        }

        Count++;
    }

    /// <summary>Adds the log mel frames of a sound.</summary>
    /// <param name="samples">Mono samples at the bank's rate.</param>
    /// <param name="bank">Filters with as many bands as the fit has dimensions.</param>
    public void AddLogMel(ReadOnlySpan<float> samples, MelFilterBank bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        foreach (float[] frame in bank.LogMagnitudes(samples))
        {
            Add(frame);
        }
    }

    /// <summary>The mean.</summary>
    /// <returns>One value a component.</returns>
    /// <exception cref="InvalidOperationException">Fewer than two vectors were added.</exception>
    public double[] Mean()
    {
        Guard();
        return Array.ConvertAll(sums, sum => sum / Count);
    }

    /// <summary>The unbiased covariance (divided by the count less one).</summary>
    /// <returns>A symmetric matrix of dimensions × dimensions.</returns>
    /// <exception cref="InvalidOperationException">Fewer than two vectors were added.</exception>
    public double[,] Covariance()
    {
        Guard();
        double[,] result = new double[Dimensions, Dimensions];
        for (int i = 0; i < Dimensions; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double value = (products[i, j] - (sums[i] * sums[j] / Count)) / (Count - 1);
                result[i, j] = value;
                result[j, i] = value;
            }
        }

        return result;
    }

    private void Guard()
    {
        if (Count < 2)
        {
            throw new InvalidOperationException($"A covariance needs at least 2 vectors, and {Count} were added.");
        }
    }
}
