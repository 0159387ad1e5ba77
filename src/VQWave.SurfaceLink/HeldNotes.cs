namespace VQWave.SurfaceLink;

/// <summary>The notes that somebody holds, so that they can be let go where he vanishes without a word: a tablet that sleeps, a process that is ended.</summary>
/// <remarks>Threading: one caller at a time. Allocates nothing after its construction.</remarks>
public sealed class HeldNotes
{
    private const byte NoteOff = 0x80;
    private const byte NoteOn = 0x90;
    private const int Notes = 128;
    private const int Channels = 16;

    // Beside the channels of MIDI one for the page's own keys, which the player plays on the channel that it listens to.
    private readonly bool[] isHeld = new bool[(Channels + 1) * Notes];

    /// <summary>Whether a MIDI message lets a note go.</summary>
    public static bool IsRelease(byte status, byte data2) => (status & 0xF0) == NoteOff || ((status & 0xF0) == NoteOn && data2 == 0);

    /// <summary>Notes a key of a page's own.</summary>
    /// <param name="note">0 to 127.</param>
    /// <param name="velocity">0 lets it go.</param>
    public void Play(int note, int velocity) => isHeld[(Channels * Notes) + note] = velocity > 0;

    /// <summary>Notes a MIDI message; all but notes are passed over.</summary>
    public void Play(byte status, byte data1, byte data2)
    {
        if ((status & 0xE0) == NoteOff)
        {
            isHeld[((status & 0x0F) * Notes) + data1] = !IsRelease(status, data2);
        }
    }

    /// <summary>Lets all go that are held.</summary>
    /// <param name="key">Lets a key of a page's own go: the note.</param>
    /// <param name="midi">Lets a note of a channel go: the status byte and the note.</param>
    public void Release(Action<int> key, Action<byte, byte> midi)
    {
        for (var i = 0; i < isHeld.Length; i++)
        {
            if (!isHeld[i])
            {
                continue;
            }

            isHeld[i] = false;
            var (channel, note) = (i / Notes, i % Notes);
            if (channel == Channels)
            {
                key(note);
            }
            else
            {
                midi((byte)(NoteOff | channel), (byte)note);
            }
        }
    }
}
