namespace VQWave.Controls;

/// <summary>
/// Makes messages of a stream of MIDI bytes, however it is cut: running status, real-time bytes between the bytes of other messages,
/// system-exclusive data (passed over), stray and undefined bytes (passed over). Real-time safe.
/// </summary>
/// <remarks>Threading: one thread at a time, one parser for each source; nothing allocates, locks or waits.</remarks>
public sealed class MidiParser
{
    // The status that data bytes belong to; 0 where there is none.
    private byte status;
    private byte first;
    private bool hasFirst;

    /// <summary>Forgets the bytes so far: the next message needs its status byte.</summary>
    public void Reset()
    {
        status = 0;
        hasFirst = false;
    }

    /// <summary>Takes one byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="message">The message that it completes.</param>
    /// <returns>Whether it completes one.</returns>
    public bool TryParse(byte value, out MidiMessage message)
    {
        message = default;
        if (value >= 0xF8)
        {
            // Real-time bytes may come anywhere and leave everything as it is; 0xF9 and 0xFD are undefined.
            message = new MidiMessage(value, 0, 0);
            return MidiMessage.DataLength(value) == 0;
        }

        if (value >= 0x80)
        {
            return BeginMessage(value, out message);
        }

        if (status == 0)
        {
            // Data of a system-exclusive message, or without a status.
            return false;
        }

        if (MidiMessage.DataLength(status) == 2 && !hasFirst)
        {
            first = value;
            hasFirst = true;
            return false;
        }

        message = hasFirst ? new MidiMessage(status, first, value) : new MidiMessage(status, value, 0);
        hasFirst = false;
        // System common messages have no running status.
        status = status >= 0xF0 ? (byte)0 : status;
        return true;
    }

    /// <summary>Takes bytes until they end or the messages' room does.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="messages">Receives the messages.</param>
    /// <param name="consumed">How many bytes were taken; fewer than all only where the room was full.</param>
    /// <returns>How many messages were written.</returns>
    public int Parse(ReadOnlySpan<byte> bytes, Span<MidiMessage> messages, out int consumed)
    {
        var count = 0;
        consumed = 0;
        while (consumed < bytes.Length && count < messages.Length)
        {
            if (TryParse(bytes[consumed++], out var message))
            {
                messages[count++] = message;
            }
        }

        return count;
    }

    private bool BeginMessage(byte value, out MidiMessage message)
    {
        message = default;
        hasFirst = false;
        var length = MidiMessage.DataLength(value);
        status = length > 0 ? value : (byte)0;
        if (length != 0)
        {
            return false;
        }

        message = new MidiMessage(value, 0, 0);
        return true;
    }
}
