using VQWave.Player.Hosting.Interop;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>An effect behind the generator, watched: where it misbehaves, the sound before it is faded in and it is not called again.</summary>
/// <remarks>
/// <see cref="Process"/> is real-time safe and for the audio thread; <see cref="Prepare"/> never overlaps it; <see cref="TryReadNews"/> is for one
/// control thread; the properties are for any.
/// </remarks>
internal sealed class InsertSlot
{
    /// <summary>Louder than this, for <see cref="LoudSeconds"/> on end, is too loud: +24 dB of full scale.</summary>
    public const float LoudPeak = 15.848932f;

    /// <summary>Louder than this is too loud at once: +60 dB of full scale.</summary>
    public const float RunawayPeak = 1000f;

    /// <summary>How long a loud sound is borne.</summary>
    public const double LoudSeconds = 0.25;

    /// <summary>
    /// How many slow blocks are borne; a hundred good ones make up for one. A block in which the thread hardly worked counts for
    /// <see cref="WaitingShare"/>: mostly it is the machine that had other things to do.
    /// </summary>
    public const int SlowBlocks = 8;

    /// <summary>What a slow block counts for that was spent waiting.</summary>
    public const double WaitingShare = 0.1;

    /// <summary>How long the fade to the bypass takes.</summary>
    public const double FadeSeconds = 0.01;

    private readonly IStereoEffect effect;
    private readonly TimeProvider time;
    private readonly Func<double> threadTime;
    private float[] dryLeft = [];
    private float[] dryRight = [];
    private float heldLeft;
    private float heldRight;
    private int rate = 1;
    private int loudFrames;
    private double slow;
    private int fadeFrames;
    private int fadeLeft;
    private int verdict;
    private int code;
    private int told;
    private string? refusal;

    /// <summary>Watches an effect.</summary>
    /// <param name="effect">The effect.</param>
    /// <param name="time">A clock; null for the system's.</param>
    /// <param name="threadTime">Seconds that the calling thread has worked; null for what the system says.</param>
    public InsertSlot(IStereoEffect effect, TimeProvider? time = null, Func<double>? threadTime = null)
    {
        this.effect = effect;
        this.time = time ?? TimeProvider.System;
        this.threadTime = threadTime ?? (static () => ThreadTime.Now);
    }

    /// <summary>The effect.</summary>
    public IStereoEffect Effect => effect;

    /// <summary>Why it is bypassed.</summary>
    public InsertVerdict Verdict => (InsertVerdict)Volatile.Read(ref verdict);

    /// <summary>Makes the effect ready, and takes back a bypass that only the last format was to blame for. Not while processing.</summary>
    public void Prepare(int sampleRate, int maxFrames)
    {
        rate = sampleRate;
        fadeFrames = Math.Max(1, (int)(FadeSeconds * sampleRate));
        fadeLeft = 0;
        loudFrames = 0;
        slow = 0;
        if (dryLeft.Length != maxFrames)
        {
            dryLeft = new float[maxFrames];
            dryRight = new float[maxFrames];
        }

        if (Verdict is not (InsertVerdict.None or InsertVerdict.Refused))
        {
            return;
        }

        try
        {
            effect.Prepare(sampleRate, maxFrames);
            Set(InsertVerdict.None);
        }
        catch (Vst3Exception e)
        {
            Volatile.Write(ref refusal, e.Message);
            Set(InsertVerdict.Refused);
        }
    }

    /// <summary>Real-time safe. Processes a block in place.</summary>
    public void Process(Span<float> left, Span<float> right)
    {
        if (verdict != (int)InsertVerdict.None)
        {
            Fade(left, right, left, right);
            return;
        }

        var dryL = dryLeft.AsSpan(0, left.Length);
        var dryR = dryRight.AsSpan(0, left.Length);
        left.CopyTo(dryL);
        right.CopyTo(dryR);
        var start = time.GetTimestamp();
        var worked = threadTime();
        var result = effect.Process(left, right);
        worked = threadTime() - worked;
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        var good = result == Vst3Result.Ok ? CountGood(left, right) : 0;
        var judged = Judge(result, good, left, right, seconds, worked);
        if (good > 0)
        {
            heldLeft = left[good - 1];
            heldRight = right[good - 1];
        }

        if (judged == InsertVerdict.None)
        {
            return;
        }

        // What cannot be heard is replaced by the last that could, so that nothing jumps.
        left[good..].Fill(heldLeft);
        right[good..].Fill(heldRight);
        code = result;
        fadeLeft = fadeFrames;
        Fade(left, right, dryL, dryR);
        Set(judged);
    }

    /// <summary>Tells once that the effect was bypassed, or is back.</summary>
    public bool TryReadNews(out string text)
    {
        var now = Volatile.Read(ref verdict);
        text = "";
        if (now == told)
        {
            return false;
        }

        told = now;
        text = (InsertVerdict)now switch
        {
            InsertVerdict.None => $"{effect.Name} is back.",
            InsertVerdict.Refused => $"{effect.Name} is bypassed: {Volatile.Read(ref refusal)}",
            InsertVerdict.Failed => $"{effect.Name} is bypassed: it gave an error in place of sound ({Vst3Result.Describe(code)}).",
            InsertVerdict.NotFinite => $"{effect.Name} is bypassed: it gave a value that is not a finite number.",
            InsertVerdict.TooLoud => $"{effect.Name} is bypassed: it was louder than +24 dB of full scale.",
            _ => $"{effect.Name} is bypassed: it took longer than its sound lasts, several times.",
        };
        return true;
    }

    private static int CountGood(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if (!float.IsFinite(left[i]) || !float.IsFinite(right[i]))
            {
                return i;
            }
        }

        return left.Length;
    }

    private void Set(InsertVerdict now) => Volatile.Write(ref verdict, (int)now);

    private InsertVerdict Judge(int result, int good, ReadOnlySpan<float> left, ReadOnlySpan<float> right, double seconds, double worked)
    {
        if (result != Vst3Result.Ok)
        {
            return InsertVerdict.Failed;
        }

        if (good < left.Length)
        {
            return InsertVerdict.NotFinite;
        }

        var peak = 0f;
        for (var i = 0; i < left.Length; i++)
        {
            peak = MathF.Max(peak, MathF.Max(MathF.Abs(left[i]), MathF.Abs(right[i])));
        }

        loudFrames = peak > LoudPeak ? loudFrames + left.Length : 0;
        if (peak > RunawayPeak || loudFrames >= LoudSeconds * rate)
        {
            return InsertVerdict.TooLoud;
        }

        var duration = (double)left.Length / rate;
        slow =
            seconds <= duration ? Math.Max(0, slow - 0.01)
            : worked > 0.5 * duration ? slow + 1
            : slow + WaitingShare;
        return slow >= SlowBlocks - 1e-9 ? InsertVerdict.TooSlow : InsertVerdict.None;
    }

    // From the effect's sound (first its block, then its last sample, held) to the sound before it.
    private void Fade(Span<float> left, Span<float> right, ReadOnlySpan<float> dryL, ReadOnlySpan<float> dryR)
    {
        var isHeld = verdict != (int)InsertVerdict.None;
        for (var i = 0; i < left.Length; i++)
        {
            if (fadeLeft == 0)
            {
                dryL[i..].CopyTo(left[i..]);
                dryR[i..].CopyTo(right[i..]);
                return;
            }

            var wet = (float)fadeLeft / fadeFrames;
            left[i] = dryL[i] + (wet * ((isHeld ? heldLeft : left[i]) - dryL[i]));
            right[i] = dryR[i] + (wet * ((isHeld ? heldRight : right[i]) - dryR[i]));
            fadeLeft--;
        }
    }
}
