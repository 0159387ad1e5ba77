namespace VQWave.Controls;

/// <summary>
/// Tells from the first values of a controller whether it is a knob with positions or an encoder that sends steps, and which. Real-time safe.
/// </summary>
/// <remarks>
/// An encoder turned at a steady pace repeats the same small steps (1 1 2 1, 127 127, 65 65, 63 63); a knob or fader sends a value only when it
/// differs from the last. So values that are all small steps of one encoding and repeat at least twice are an encoder's. What one direction alone
/// leaves open (1 is up in two encodings, 65 in one and down in another) the other direction settles. One thread at a time.
/// </remarks>
internal sealed class EncodingDetector
{
    /// <summary>Messages of a position before it is settled: time for the fine part of a 14-bit controller to show.</summary>
    internal const int Needed = 4;

    /// <summary>Small values without repetition after which they are taken for positions.</summary>
    internal const int Patience = 8;

    /// <summary>Messages after which the encoding is settled whatever comes.</summary>
    internal const int Enough = 64;

    private const int LargestStep = 15;

    private int last = -1;
    private int repeats;
    private bool smallUp;
    private bool smallDown;
    private bool belowCentre;
    private bool aboveCentre;
    private bool isPosition;

    /// <summary>Values seen.</summary>
    internal int Seen { get; private set; }

    /// <summary>The latest value.</summary>
    internal int Last => last;

    /// <summary>What the values mean, as far as one can tell.</summary>
    internal ControllerEncoding Encoding { get; private set; }

    /// <summary>Whether enough was seen to act on <see cref="Encoding"/>.</summary>
    internal bool IsUsable => isPosition || repeats >= 2 || Seen >= Patience;

    /// <summary>Whether nothing that follows can change <see cref="Encoding"/>.</summary>
    internal bool IsSettled => Seen >= Enough || (isPosition && Seen >= Needed) || (repeats >= 2 && Families >= 2);

    // Which of the four groups of small steps were seen: two of them tell the encodings apart.
    private int Families => (smallUp ? 1 : 0) + (smallDown ? 1 : 0) + (belowCentre ? 1 : 0) + (aboveCentre ? 1 : 0);

    internal void Begin()
    {
        last = -1;
        repeats = 0;
        smallUp = false;
        smallDown = false;
        belowCentre = false;
        aboveCentre = false;
        isPosition = false;
        Seen = 0;
        Encoding = ControllerEncoding.Absolute;
    }

    internal void Add(int value)
    {
        Seen++;
        repeats += value == last ? 1 : 0;
        last = value;
        switch (value)
        {
            case >= 1 and <= LargestStep:
                smallUp = true;
                break;
            case >= 128 - LargestStep:
                smallDown = true;
                break;
            case >= 64 - LargestStep and < 64:
                belowCentre = true;
                break;
            case > 64 and <= 64 + LargestStep:
                aboveCentre = true;
                break;
            default:
                isPosition = true;
                break;
        }

        Encoding = Decide();
    }

    private ControllerEncoding Decide()
    {
        if (isPosition || repeats < 2)
        {
            return ControllerEncoding.Absolute;
        }

        return (smallUp, smallDown, belowCentre, aboveCentre) switch
        {
            (_, _, false, false) => ControllerEncoding.RelativeTwosComplement,
            (true, false, false, true) => ControllerEncoding.RelativeSignMagnitude,
            (false, false, _, _) => ControllerEncoding.RelativeBinaryOffset,
            _ => ControllerEncoding.Absolute,
        };
    }
}
