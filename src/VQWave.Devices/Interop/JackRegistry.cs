namespace VQWave.Devices.Interop;

/// <summary>
/// Counts this process's JACK clients. libjack shares one state among them that outlives a dead server until the last client has
/// closed: a client opened before that would talk to the new server through the old server's memory.
/// </summary>
/// <remarks>Any thread; no function waits.</remarks>
internal static class JackRegistry
{
    private static readonly Lock Gate = new();
    private static int clients;
    private static bool serverDied;
    private static bool isStuck;

    /// <summary>A server died: whoever holds a client of it is to close it. Raised on a thread of the pool.</summary>
    internal static event EventHandler? ServerDied;

    /// <summary>Why <see cref="TryEnter"/> says no.</summary>
    internal static string Refusal
    {
        get
        {
            lock (Gate)
            {
                return isStuck
                    ? "PortAudio cannot let go of a JACK server that ended, and keeps this program from reaching another: restart the program."
                    : "The JACK server has ended and its clients are still being closed: try again in a moment.";
            }
        }
    }

    /// <summary>Whether a server died whose clients are not all closed yet: every holder of a client is to close it now.</summary>
    internal static bool IsServerDead
    {
        get
        {
            lock (Gate)
            {
                return serverDied;
            }
        }
    }

    /// <summary>Announces a client that is about to be opened; balance with <see cref="Leave"/>.</summary>
    /// <returns>False while clients of a dead server are still open: try again soon.</returns>
    internal static bool TryEnter()
    {
        lock (Gate)
        {
            if (serverDied)
            {
                return false;
            }

            clients++;
            return true;
        }
    }

    /// <summary>Announces that a client was closed, or could not be opened.</summary>
    internal static void Leave()
    {
        lock (Gate)
        {
            if (--clients == 0)
            {
                serverDied = false;
            }
        }
    }

    /// <summary>Announces that a client of a dead server can never be closed.</summary>
    internal static void ReportStuck()
    {
        lock (Gate)
        {
            serverDied = true;
            isStuck = true;
        }
    }

    /// <summary>Announces that the server of the clients now open is gone.</summary>
    internal static void ReportServerDeath()
    {
        lock (Gate)
        {
            serverDied = clients > 0;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static _ => ServerDied?.Invoke(null, EventArgs.Empty), null);
    }
}
