namespace VQWave.Plugin;

/// <summary>
/// The one thread that loads and disposes of packs for all instances of the module, so that neither a host's audio thread nor its main thread
/// does. It is there while there are instances.
/// </summary>
/// <remarks>
/// It looks at the instances every few milliseconds: an audio thread must not wake anybody. Threading: entering and leaving are for control threads.
/// </remarks>
internal static class Workshop
{
    private const int PauseMilliseconds = 20;
    private static readonly Lock Gate = new();
    private static readonly AutoResetEvent Bell = new(false);
    private static Processor[] processors = [];
    private static Thread? thread;

    /// <summary>Whether the thread runs.</summary>
    public static bool IsOpen
    {
        get
        {
            lock (Gate)
            {
                return thread is { IsAlive: true };
            }
        }
    }

    /// <summary>Takes care of an instance from now on.</summary>
    public static void Enter(Processor processor)
    {
        lock (Gate)
        {
            processors = [.. processors, processor];
            if (thread is null)
            {
                thread = new Thread(Run) { Name = "vqwave packs", IsBackground = true };
                thread.Start();
            }
        }

        Ring();
    }

    /// <summary>Lets an instance go; what is being loaded for it is finished first. The last one ends the thread.</summary>
    public static void Leave(Processor processor)
    {
        Thread? ended = null;
        lock (Gate)
        {
            processors = [.. processors.Where(p => p != processor)];
            if (processors.Length == 0)
            {
                ended = thread;
                thread = null;
            }
        }

        Ring();
        ended?.Join();
        processor.WaitForWork();
    }

    /// <summary>Looks after the instances at once. For control threads.</summary>
    public static void Ring() => Bell.Set();

    /// <summary>Ends the thread whatever instances there are: the module is about to be unloaded.</summary>
    public static void Close()
    {
        Thread? ended;
        lock (Gate)
        {
            processors = [];
            ended = thread;
            thread = null;
        }

        Ring();
        ended?.Join();
    }

    private static void Run()
    {
        while (true)
        {
            Processor[] current;
            lock (Gate)
            {
                if (thread != Thread.CurrentThread)
                {
                    return;
                }

                current = processors;
            }

            foreach (var processor in current)
            {
                processor.Maintain();
            }

            Bell.WaitOne(PauseMilliseconds);
        }
    }
}
