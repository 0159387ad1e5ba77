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
    private static readonly SharedPool<Key, SharedSession> Pool = new();

    // What the session reads, where that is of the managed heap.
    private readonly byte[]? memory;

    private SharedSession((InferenceSession Session, byte[]? Memory) loaded) => (Session, memory) = loaded;

    /// <summary>How many sessions of files in a folder are shared now, for tests: others run at the same time.</summary>
    public static int CountIn(string folder) => Pool.Count(k => k.Path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>The native session.</summary>
    public InferenceSession Session { get; }

    /// <summary>Opens a graph, or joins those who have it open.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack, whose manifest has the file's hash.</param>
    /// <param name="path">The graph's file.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph.</exception>
    public static Shared<SharedSession> Open(InferenceRuntime runtime, ModelPack pack, string path)
    {
        if (runtime.Provider != ExecutionProvider.Cpu || !pack.Manifest.Files.TryGetValue(Path.GetFileName(path), out var file))
        {
            return Pool.Open(null, () => new SharedSession(Load(runtime, path)));
        }

        var key = new Key(path, file.Sha256, runtime.Options.Threads);
        return Pool.Open(key, () => new SharedSession(Load(runtime, path, file.Sha256)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        GC.KeepAlive(memory);
    }

    private static (InferenceSession, byte[]?) Load(InferenceRuntime runtime, string path, string sha256) =>
        runtime.Options.GraphCache is { } folder ? new GraphCache(folder).Open(runtime, path, sha256) : Load(runtime, path);

    private static (InferenceSession, byte[]?) Load(InferenceRuntime runtime, string path)
    {
        using var options = runtime.CreateSessionOptions();
        return (new InferenceSession(path, options), null);
    }

    private sealed record Key(string Path, string Hash, int Threads);
}
