using System.Globalization;

namespace VQWave.OnnxExport;

/// <summary>A named network's weight: float32 values in row-major order and their shape.</summary>
public sealed class WeightTensor
{
    /// <summary>Wraps values without copying them; neither array may change afterwards.</summary>
    /// <param name="shape">Sizes, outermost first.</param>
    /// <param name="data">As many values as the product of the sizes.</param>
    /// <exception cref="ArgumentException">A size is negative, or the number of values does not fit the shape.</exception>
    public WeightTensor(long[] shape, float[] data)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(data);
        var count = 1L;
        foreach (var size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            count = checked(count * size);
        }

        if (count != data.Length)
        {
            throw new ArgumentException($"A weight of shape {Describe(shape)} has {count} values, not {data.Length}.", nameof(data));
        }

        Shape = shape;
        Data = data;
    }

    /// <summary>Sizes, outermost first.</summary>
    public long[] Shape { get; }

    /// <summary>The values in row-major order.</summary>
    public float[] Data { get; }

    /// <summary>A shape as messages spell it, such as <c>(32, 1, 6)</c>.</summary>
    public static string Describe(IEnumerable<long> shape) =>
        "(" + string.Join(", ", shape.Select(s => s.ToString(CultureInfo.InvariantCulture))) + ")";

    /// <inheritdoc/>
    public override string ToString() => "float32 " + Describe(Shape);
}
