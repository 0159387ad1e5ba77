namespace VQWave.Training.Training;

/// <summary>
/// The factor on the loss that keeps gradients of half precision from vanishing (Micikevicius et al. 2018): halved after an overflow, doubled after
/// <paramref name="growthInterval"/> steps without one.
/// </summary>
/// <param name="growthInterval">Steps without an overflow before the factor grows.</param>
public sealed class LossScaler(int growthInterval = 2000)
{
    private const double First = 65536;
    private const double Largest = 1 << 24;
    private long _goodSteps;

    /// <summary>The factor.</summary>
    public double Scale { get; private set; } = First;

    /// <summary>Steps that were skipped.</summary>
    public long Overflows { get; private set; }

    /// <summary>All of it, for a checkpoint.</summary>
    public long[] State
    {
        get => [BitConverter.DoubleToInt64Bits(Scale), _goodSteps, Overflows];
        set
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, 3);
            (Scale, _goodSteps, Overflows) = (BitConverter.Int64BitsToDouble(value[0]), value[1], value[2]);
        }
    }

    /// <summary>Takes note of a step.</summary>
    /// <param name="finite">Whether all gradients were finite.</param>
    /// <exception cref="VQWaveException">Gradients overflow without any scaling.</exception>
    public void Update(bool finite)
    {
        if (finite)
        {
            _goodSteps++;
            if (_goodSteps >= growthInterval)
            {
                Scale = Math.Min(Scale * 2, Largest);
                _goodSteps = 0;
            }

            return;
        }

        Overflows++;
        _goodSteps = 0;
        Scale /= 2;
        if (Scale < 1)
        {
            throw new VQWaveException(
                "Half precision overflows even without loss scaling; go on with --precision bf16, or a smaller --learning-rate."
            );
        }
    }
}
