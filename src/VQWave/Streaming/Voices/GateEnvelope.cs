namespace VQWave.Streaming.Voices;

/// <summary>
/// The gain of a gated voice: rises when the gate opens, falls when it closes, always from where it is, so that a gate that opens again
/// during the release makes no click. Real-time safe.
/// </summary>
/// <remarks>
/// Each movement is the cubic 3u² − 2u³, whose slope is 0 at both ends; it takes the attack or release time in proportion to the way
/// that is left. The gain moves by at most 1.5 / (attack samples) in a sample. Block sizes make no difference.
/// Threading: one thread at a time; nothing allocates, locks or waits.
/// </remarks>
public sealed class GateEnvelope
{
    private readonly double samplesPerMillisecond;
    private double attackMilliseconds;
    private double releaseMilliseconds;
    private double start;
    private double end;
    private int length;
    private int position;

    /// <summary>Creates a closed gate.</summary>
    /// <param name="sampleRate">Samples per second, 1 or more.</param>
    /// <param name="attackMilliseconds">Time from silence to full, 0 or more; at least one sample is taken.</param>
    /// <param name="releaseMilliseconds">Time from full to silence, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public GateEnvelope(int sampleRate, double attackMilliseconds, double releaseMilliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        samplesPerMillisecond = sampleRate / 1000.0;
        AttackMilliseconds = attackMilliseconds;
        ReleaseMilliseconds = releaseMilliseconds;
    }

    /// <summary>Time from silence to full; a change holds from the next opening on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 60,000.</exception>
    public double AttackMilliseconds
    {
        get => attackMilliseconds;
        set => attackMilliseconds = Checked(value);
    }

    /// <summary>Time from full to silence; a change holds from the next closing on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 to 60,000.</exception>
    public double ReleaseMilliseconds
    {
        get => releaseMilliseconds;
        set => releaseMilliseconds = Checked(value);
    }

    /// <summary>Whether the gate is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The gain of the latest sample, 0 to 1.</summary>
    public float Level { get; private set; }

    /// <summary>Whether the gate is closed and the release over: what follows is silence until it opens.</summary>
    public bool IsSilent => !IsOpen && Level == 0;

    /// <summary>Samples until the gain rests: 0 where it does.</summary>
    public int Remaining => length - position;

    /// <summary>Opens the gate; an open gate stays as it is (legato).</summary>
    public void Open()
    {
        if (!IsOpen)
        {
            IsOpen = true;
            Begin(1, attackMilliseconds);
        }
    }

    /// <summary>Closes the gate.</summary>
    public void Close()
    {
        if (IsOpen)
        {
            IsOpen = false;
            Begin(0, releaseMilliseconds);
        }
    }

    /// <summary>Closes the gate and is silent at once: for what follows a break in the sound anyway.</summary>
    public void Reset()
    {
        IsOpen = false;
        Level = 0;
        length = 0;
        position = 0;
    }

    /// <summary>Writes the gains of the next samples.</summary>
    /// <param name="gains">Receives one gain a sample.</param>
    public void Fill(Span<float> gains)
    {
        var i = 0;
        for (; i < gains.Length && position < length; i++)
        {
            gains[i] = Next();
        }

        gains[i..].Fill(Level);
    }

    /// <summary>Multiplies samples by the gains.</summary>
    /// <param name="samples">Changed in place.</param>
    /// <returns>Whether any of it may sound; false where the whole block is silence.</returns>
    public bool Apply(Span<float> samples)
    {
        var sounds = Level > 0 || position < length;
        var i = 0;
        for (; i < samples.Length && position < length; i++)
        {
            samples[i] *= Next();
        }

        if (Level == 0)
        {
            samples[i..].Clear();
        }
        else if (Level != 1)
        {
            for (; i < samples.Length; i++)
            {
                samples[i] *= Level;
            }
        }

        return sounds;
    }

    private float Next()
    {
        position++;
        var share = (double)position / length;
        Level = position == length ? (float)end : (float)(start + ((end - start) * share * share * (3 - (2 * share))));
        return Level;
    }

    private void Begin(double target, double milliseconds)
    {
        start = Level;
        end = target;
        position = 0;
        length = start == end ? 0 : Math.Max(1, (int)Math.Ceiling(milliseconds * samplesPerMillisecond * Math.Abs(end - start)));
    }

    private static double Checked(double milliseconds) =>
        milliseconds is >= 0 and <= 60_000
            ? milliseconds
            : throw new ArgumentOutOfRangeException(nameof(milliseconds), milliseconds, "The time is 0 to 60,000 ms.");
}
