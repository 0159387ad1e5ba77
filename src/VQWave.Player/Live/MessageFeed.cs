namespace VQWave.Player.Live;

/// <summary>What the user is told, for any number of readers: each sees every message that is still kept, in order, once.</summary>
/// <remarks>Threading: any thread. Reading allocates nothing.</remarks>
internal sealed class MessageFeed
{
    private const int Capacity = 1024;

    private readonly Lock gate = new();
    private readonly LiveMessage[] messages = new LiveMessage[Capacity];
    private long end;

    /// <summary>Adds a message; the oldest makes room.</summary>
    public void Add(in LiveMessage message)
    {
        lock (gate)
        {
            messages[end & (Capacity - 1)] = message;
            Volatile.Write(ref end, end + 1);
        }
    }

    /// <summary>A reader from the first message on that is kept.</summary>
    public Reader Read() => new(this);

    /// <summary>One reader's place. For one thread at a time.</summary>
    internal sealed class Reader(MessageFeed feed)
    {
        private long next;

        /// <summary>Takes the next message.</summary>
        public bool TryRead(out LiveMessage message)
        {
            message = default;
            if (Volatile.Read(ref feed.end) <= next)
            {
                return false;
            }

            lock (feed.gate)
            {
                next = Math.Max(next, feed.end - Capacity);
                message = feed.messages[next++ & (Capacity - 1)];
            }

            return true;
        }
    }
}
