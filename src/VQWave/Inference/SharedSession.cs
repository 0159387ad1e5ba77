using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>A native session that several stages may hold: ten instruments of one pack keep one copy of its weights.</summary>
/// <remarks>
/// Sessions on the CPU are shared by file, hash and threads; ONNX Runtime allows runs of one session to overlap. Those on a GPU are not: each
/// has its stream of work. Threading: any; opening and disposing lock, and are for control threads.
/// </remarks>
internal sealed class SharedSession : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(string Path, string Hash, int Threads), SharedSession> Shared = [];
    private readonly (string Path, string Hash, int Threads)? key;
    private int holders = 1;

    private SharedSession(InferenceSession session, (string Path, string Hash, int Threads)? key)
    {
        Session = session;
        this.key = key;
    }

    /// <summary>How many sessions of files in a folder are shared now, for tests: others run at the same time.</summary>
    public static int CountIn(string folder)
    {
        lock (Gate)
        {
            return Shared.Keys.Count(k => k.Path.StartsWith(folder, StringComparison.Ordinal));
        }
    }

    /// <summary>The native session.</summary>
    public InferenceSession Session { get; }

    /// <summary>Opens a graph, or joins those who have it open. Each caller disposes of what it got, once.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack, whose manifest has the file's hash.</param>
    /// <param name="path">The graph's file.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    public static SharedSession Open(InferenceRuntime runtime, ModelPack pack, string path)
    {
        if (runtime.Provider != ExecutionProvider.Cpu || !pack.Manifest.Files.TryGetValue(Path.GetFileName(path), out var file))
        {
            return new SharedSession(Load(runtime, path), null);
        }

        var wanted = (path, file.Sha256, runtime.Options.Threads);
        lock (Gate)
        {
            if (Shared.TryGetValue(wanted, out var found))
            {
                found.holders++;
                return found;
            }

            var opened = new SharedSession(Load(runtime, path), wanted);
            Shared.Add(wanted, opened);
            return opened;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--holders > 0)
            {
                return;
            }

            if (key is { } own)
            {
                Shared.Remove(own);
            }
        }

        Session.Dispose();
    }

    private static InferenceSession Load(InferenceRuntime runtime, string path)
    {
        using var options = runtime.CreateSessionOptions();
        return new InferenceSession(path, options);
    }
}
