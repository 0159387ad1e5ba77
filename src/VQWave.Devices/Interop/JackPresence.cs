namespace VQWave.Devices.Interop;

/// <summary>Signs of a JACK server, without asking libjack: to ask it again and again where nobody answers costs work, and every call is a risk.</summary>
internal static class JackPresence
{
    private const string SharedMemory = "/dev/shm";

    /// <summary>
    /// Whether a server, or PipeWire in its place, seems to run: JACK leaves its sockets in shared memory, PipeWire has one in the user's run-time folder. A server
    /// that was killed may have left such files; one that was built for other places has none.
    /// </summary>
    public static bool IsLikely => !OperatingSystem.IsLinux() || HasSocket(Server) || HasPipeWire;

    private static string Server => Environment.GetEnvironmentVariable("JACK_DEFAULT_SERVER") is { Length: > 0 } name ? name : "default";

    private static bool HasPipeWire =>
        (Environment.GetEnvironmentVariable("PIPEWIRE_RUNTIME_DIR") ?? Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"))
            is { Length: > 0 } folder
        && File.Exists(
            Path.Combine(folder, Environment.GetEnvironmentVariable("PIPEWIRE_REMOTE") is { Length: > 0 } remote ? remote : "pipewire-0")
        );

    // jack_SERVER_USER_0 (JACK 2), jack-USER/SERVER (JACK 1).
    private static bool HasSocket(string server)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(SharedMemory, $"jack_{server}_*").Any()
                || Directory.EnumerateDirectories(SharedMemory, "jack-*").Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
