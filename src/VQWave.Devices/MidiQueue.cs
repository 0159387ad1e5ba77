using System.Numerics;

namespace VQWave.Devices;

/// <summary>MIDI messages on their way from one thread to another, without locks.</summary>
/// <remarks>
/// One thread writes and one thread reads; both are real-time safe. The counters may be read from any thread. When the queue is
/// full, new messages are counted and dropped: what is queued is older and its notes must end.
/// </remarks>
public sealed class MidiQueue
{
    private readonly TimedMidi[] messages;
    private readonly int mask;
    private long written;
    private long read;
    private long dropped;
    private long skipped;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="capacity">Messages that it holds, rounded up to a power of two.</param>
    public MidiQueue(int capacity = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 20);
        messages = new TimedMidi[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        mask = messages.Length - 1;
    }

    /// <summary>Messages that it holds.</summary>
    public int Capacity => messages.Length;

    /// <summary>Messages that wait.</summary>
    public int Count => (int)Math.Max(0, Volatile.Read(ref written) - Volatile.Read(ref read));

    /// <summary>Messages that were lost because the queue was full.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Messages that were left out because they have more than <see cref="TimedMidi.MaxLength"/> bytes.</summary>
    public long Skipped => Volatile.Read(ref skipped);

    /// <summary>Real-time safe; the writing thread. Adds a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryWrite(in TimedMidi message)
    {
        long at = written;
        if (at - Volatile.Read(ref read) >= messages.Length)
        {
            Volatile.Write(ref dropped, dropped + 1);
            return false;
        }

        messages[(int)at & mask] = message;
        Volatile.Write(ref written, at + 1);
        return true;
    }

    /// <summary>Real-time safe; the reading thread. Takes the oldest message.</summary>
    /// <param name="message">Receives it.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryRead(out TimedMidi message)
    {
        if (!TryPeek(out message))
        {
            return false;
        }

        Volatile.Write(ref read, read + 1);
        return true;
    }

    /// <summary>Real-time safe; the reading thread. Looks at the oldest message and leaves it.</summary>
    /// <param name="message">Receives it.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryPeek(out TimedMidi message)
    {
        long at = read;
        if (at >= Volatile.Read(ref written))
        {
            message = default;
            return false;
        }

        message = messages[(int)at & mask];
        return true;
    }

    /// <summary>Real-time safe; the writing thread. Adds raw bytes, or counts them where they are too long.</summary>
    internal void Write(long time, int source, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (bytes.Length > TimedMidi.MaxLength)
        {
            Volatile.Write(ref skipped, skipped + 1);
            return;
        }

        _ = TryWrite(TimedMidi.From(time, source, bytes));
    }
}
