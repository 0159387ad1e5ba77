using System.Runtime.InteropServices;

namespace VQWave.Streaming;

/// <summary>A queue of a fixed capacity between one producing and one consuming thread.</summary>
/// <remarks>
/// Threading: one producer and one consumer at a time. All members are real-time safe: they allocate nothing, lock nothing and wait
/// for nothing.
/// </remarks>
/// <typeparam name="T">A small value.</typeparam>
internal sealed class SpscQueue<T>
    where T : struct
{
    private readonly T[] items;
    private readonly int mask;
    private SpscIndexes indexes;

    /// <summary>Creates an empty queue.</summary>
    /// <param name="capacity">At least so many values fit; rounded up to a power of two.</param>
    public SpscQueue(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        items = new T[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        mask = items.Length - 1;
    }

    /// <summary>Values in the queue, at least so many for its consumer.</summary>
    public int Count => (int)(Volatile.Read(ref indexes.Written) - Volatile.Read(ref indexes.Taken));

    /// <summary>Values that still fit, at least so many for its producer.</summary>
    public int Free => items.Length - Count;

    /// <summary>Puts a value in; false where the queue is full.</summary>
    public bool TryEnqueue(in T item)
    {
        var written = indexes.Written;
        if (written - Volatile.Read(ref indexes.Taken) >= items.Length)
        {
            return false;
        }

        items[(int)written & mask] = item;
        Volatile.Write(ref indexes.Written, written + 1);
        return true;
    }

    /// <summary>Takes the oldest value out; false where the queue is empty.</summary>
    public bool TryDequeue(out T item)
    {
        var taken = indexes.Taken;
        if (taken >= Volatile.Read(ref indexes.Written))
        {
            item = default;
            return false;
        }

        item = items[(int)taken & mask];
        Volatile.Write(ref indexes.Taken, taken + 1);
        return true;
    }
}

/// <summary>The two counters of a queue, each on cache lines of its own: the two threads would else take them from each other.</summary>
[StructLayout(LayoutKind.Explicit, Size = 384)]
internal struct SpscIndexes
{
    [FieldOffset(128)]
    public long Written;

    [FieldOffset(256)]
    public long Taken;
}
