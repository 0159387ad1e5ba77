namespace VQWave.Surface;

/// <summary>Moves of parameters on their way to the player: of several of one parameter the last counts, so that a flood of them stays a trickle.</summary>
/// <remarks>Threading: any thread.</remarks>
internal sealed class ParameterMoves(int parameters, Action<int, float> send)
{
    private readonly Lock gate = new();
    private readonly float[] values = new float[parameters];
    private readonly bool[] isWaiting = new bool[parameters];
    private readonly Queue<int> order = new(parameters);

    /// <summary>Moves a parameter.</summary>
    public void Add(int index, float plain)
    {
        lock (gate)
        {
            values[index] = plain;
            if (!isWaiting[index])
            {
                isWaiting[index] = true;
                order.Enqueue(index);
            }
        }
    }

    /// <summary>Sends what waits: now and then, and before anything that must come after it.</summary>
    public void Flush()
    {
        lock (gate)
        {
            while (order.TryDequeue(out var index))
            {
                isWaiting[index] = false;
                send(index, values[index]);
            }
        }
    }
}
