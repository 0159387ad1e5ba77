namespace VQWave.Player.Live.Views;

/// <summary>The latest messages. Allocates nothing after its construction.</summary>
internal sealed class MessageLog
{
    private const int Capacity = 32;

    private readonly LiveMessage[] messages = new LiveMessage[Capacity];
    private long end;

    /// <summary>How many there are.</summary>
    public int Count => (int)Math.Min(end, Capacity);

    /// <summary>A message by its age: 0 is the newest.</summary>
    public LiveMessage this[int age] => messages[(end - 1 - age) & (Capacity - 1)];

    /// <summary>Adds a message.</summary>
    public void Add(in LiveMessage message)
    {
        messages[end++ & (Capacity - 1)] = message;
    }
}
