namespace VQWave.Streaming.Voices;

/// <summary>A value that goes to its target in a ramp of a given number of samples and arrives exactly. Real-time safe.</summary>
/// <remarks>
/// Each value is computed from the number of samples since the target was set, so that block sizes make no difference.
/// Threading: one thread at a time; nothing allocates, locks or waits.
/// </remarks>
public sealed class SmoothedValue
{
    private readonly RampShape shape;
    private double start;
    private double range;
    private double logarithm;
    private bool isGeometric;
    private int length;
    private int position;

    /// <summary>Creates a value at rest.</summary>
    /// <param name="value">The first value.</param>
    /// <param name="shape">The shape of its ramps.</param>
    public SmoothedValue(float value, RampShape shape = RampShape.Linear)
    {
        this.shape = shape;
        Reset(value);
    }

    /// <summary>The value of the latest sample.</summary>
    public float Current { get; private set; }

    /// <summary>The value that the ramp leads to.</summary>
    public float Target { get; private set; }

    /// <summary>Whether the target is reached.</summary>
    public bool IsSteady => position == length;

    /// <summary>Jumps to a value.</summary>
    /// <param name="value">The value; one that is not finite is ignored.</param>
    public void Reset(float value)
    {
        if (float.IsFinite(value))
        {
            Current = value;
            Target = value;
            length = 0;
            position = 0;
        }
    }

    /// <summary>Begins a ramp from the present value. The same target again changes nothing, so that it may be set in every block.</summary>
    /// <param name="target">Where to go; a value that is not finite is ignored.</param>
    /// <param name="samples">After how many samples to be there; 0 or less jumps.</param>
    public void SetTarget(float target, int samples)
    {
        if (!float.IsFinite(target) || target == Target)
        {
            return;
        }

        if (samples <= 0)
        {
            Reset(target);
            return;
        }

        start = Current;
        Target = target;
        range = target - start;
        isGeometric = shape == RampShape.Exponential && start > 0 && target > 0;
        logarithm = isGeometric ? Math.Log(target / start) : 0;
        length = samples;
        position = 0;
    }

    /// <summary>Moves one sample on and gives the value there.</summary>
    public float Next()
    {
        if (position < length)
        {
            MoveTo(position + 1);
        }

        return Current;
    }

    /// <summary>Moves so many samples on.</summary>
    /// <param name="samples">0 or more.</param>
    public void Skip(int samples)
    {
        if (position < length && samples > 0)
        {
            MoveTo((int)Math.Min(length, (long)position + samples));
        }
    }

    /// <summary>Writes the values of the next samples.</summary>
    /// <param name="values">Receives one value a sample.</param>
    public void Fill(Span<float> values)
    {
        var i = 0;
        for (; i < values.Length && position < length; i++)
        {
            values[i] = Next();
        }

        values[i..].Fill(Current);
    }

    /// <summary>Multiplies samples by the values: a gain without steps.</summary>
    /// <param name="samples">Changed in place.</param>
    public void Apply(Span<float> samples)
    {
        var i = 0;
        for (; i < samples.Length && position < length; i++)
        {
            samples[i] *= Next();
        }

        if (Current != 1)
        {
            for (; i < samples.Length; i++)
            {
                samples[i] *= Current;
            }
        }
    }

    private void MoveTo(int sample)
    {
        position = sample;
        var share = (double)sample / length;
        Current =
            sample == length ? Target
            : isGeometric ? (float)(start * Math.Exp(logarithm * share))
            : (float)(start + (range * share));
    }
}
