namespace VQWave.Player.Live.Views;

/// <summary>Keys on their way from the thread that waits for them to the view.</summary>
/// <remarks>Threading: any. A queue that is full drops the newest: nobody types so far ahead of a view that draws.</remarks>
internal sealed class KeyQueue
{
    private const int Capacity = 256;

    private readonly Lock gate = new();
    private readonly ConsoleKeyInfo[] keys = new ConsoleKeyInfo[Capacity];
    private int first;
    private int count;

    /// <summary>Adds a key.</summary>
    public void Add(ConsoleKeyInfo key)
    {
        lock (gate)
        {
            if (count < Capacity)
            {
                keys[(first + count++) % Capacity] = key;
            }
        }
    }

    /// <summary>Takes the oldest key.</summary>
    public bool TryTake(out ConsoleKeyInfo key)
    {
        lock (gate)
        {
            key = keys[first];
            if (count == 0)
            {
                return false;
            }

            first = (first + 1) % Capacity;
            count--;
            return true;
        }
    }
}
