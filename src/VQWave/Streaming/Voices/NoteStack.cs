namespace VQWave.Streaming.Voices;

/// <summary>
/// The held notes of one voice, the last one played sounding; when it is let go, the one held before it sounds again. Real-time safe.
/// </summary>
/// <remarks>
/// With the sustain pedal down, notes whose keys are let go stay held until it comes up. A fixed number of notes is kept: where one more
/// is played, the oldest is dropped. Threading: one thread at a time; nothing allocates, locks or waits.
/// </remarks>
public sealed class NoteStack
{
    private readonly HeldNote[] notes;
    private readonly bool[] keyIsUp;

    /// <summary>Creates an empty stack.</summary>
    /// <param name="capacity">How many notes are kept, 1 to 128.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is out of range.</exception>
    public NoteStack(int capacity = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 128);
        notes = new HeldNote[capacity];
        keyIsUp = new bool[capacity];
    }

    /// <summary>How many notes are held.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the sustain pedal is down.</summary>
    public bool Sustain { get; private set; }

    /// <summary>The note that sounds, the last one played of those held; null where none is.</summary>
    public HeldNote? Current => Count > 0 ? notes[Count - 1] : null;

    /// <summary>The held notes, the oldest first.</summary>
    public ReadOnlySpan<HeldNote> Notes => notes.AsSpan(0, Count);

    /// <summary>A key goes down. One that is held already becomes the last played, with its new velocity.</summary>
    /// <param name="note">0 to 127; others are ignored.</param>
    /// <param name="velocity">1 to 127; 0 is the key coming up, as MIDI has it.</param>
    public void NoteOn(int note, int velocity)
    {
        if (velocity <= 0)
        {
            NoteOff(note);
            return;
        }

        if (note is < 0 or > 127)
        {
            return;
        }

        var at = Find(note);
        if (at >= 0)
        {
            RemoveAt(at);
        }
        else if (Count == notes.Length)
        {
            RemoveAt(0);
        }

        notes[Count] = new HeldNote((byte)note, (byte)Math.Min(velocity, 127));
        keyIsUp[Count] = false;
        Count++;
    }

    /// <summary>A key comes up.</summary>
    /// <param name="note">0 to 127; one that is not held is ignored.</param>
    public void NoteOff(int note)
    {
        var at = Find(note);
        if (at < 0)
        {
            return;
        }

        if (Sustain)
        {
            keyIsUp[at] = true;
        }
        else
        {
            RemoveAt(at);
        }
    }

    /// <summary>The sustain pedal goes down or comes up.</summary>
    /// <param name="down">Whether it is down.</param>
    public void SetSustain(bool down)
    {
        Sustain = down;
        if (down)
        {
            return;
        }

        for (var i = Count - 1; i >= 0; i--)
        {
            if (keyIsUp[i])
            {
                RemoveAt(i);
            }
        }
    }

    /// <summary>Lets all notes go, those of the pedal too.</summary>
    public void Clear() => Count = 0;

    private int Find(int note)
    {
        for (var i = 0; i < Count; i++)
        {
            if (notes[i].Note == note)
            {
                return i;
            }
        }

        return -1;
    }

    private void RemoveAt(int at)
    {
        Count--;
        Array.Copy(notes, at + 1, notes, at, Count - at);
        Array.Copy(keyIsUp, at + 1, keyIsUp, at, Count - at);
    }
}
