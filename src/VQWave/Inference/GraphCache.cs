using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using VQWave.Interop;

namespace VQWave.Inference;

/// <summary>
/// Graphs as ONNX Runtime has optimised them for this processor, kept in a folder of the user, so that a later process opens them without
/// doing it again. A cache: whoever deletes the folder loses milliseconds.
/// </summary>
/// <remarks>
/// <para>
/// An entry is found by a hash of the graph's own hash, ONNX Runtime's version, the processor's features and the session's options, and ends in its key and a
/// checksum of its contents: what is damaged or is somebody else's is passed over and written anew. Entries appear whole, by renaming. A folder
/// that cannot be written to is no cache, and nobody is told.
/// </para>
/// <para>
/// Threading: any, and any number of processes. It reads and writes files: for control threads.
/// </para>
/// </remarks>
internal sealed class GraphCache
{
    /// <summary>The most bytes that entries may take; the longest unused ones go first.</summary>
    public const long DefaultCapacity = 256L << 20;

    // ONNX Runtime's own format, which it reads faster than ONNX; its version is part of the key.
    private const string Format = "ORT";
    private const string Extension = ".graph";
    private const string PartialExtension = ".partial";
    private const int KeyBytes = SHA256.HashSizeInBytes;
    private const int TrailerBytes = KeyBytes + sizeof(uint);
    private static readonly TimeSpan PartialLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan StampInterval = TimeSpan.FromDays(1);

    private readonly string folder;
    private readonly long capacity;

    /// <summary>A cache in a folder, which is made when something is first written.</summary>
    /// <param name="folder">The folder, for nothing else.</param>
    /// <param name="capacity">The most bytes of all entries.</param>
    public GraphCache(string folder, long capacity = DefaultCapacity)
    {
        this.folder = folder;
        this.capacity = capacity;
    }

    /// <summary>Opens a graph: from the cache, or from its own file, and then the cache has it for the next time.</summary>
    /// <param name="runtime">Makes the options of sessions.</param>
    /// <param name="path">The graph's file.</param>
    /// <param name="sha256">The file's hash.</param>
    /// <returns>The session, and memory of the managed heap that it reads for as long as it lives; keep both.</returns>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses the graph itself.</exception>
    public (InferenceSession Session, byte[]? Memory) Open(InferenceRuntime runtime, string path, string sha256)
    {
        var key = KeyOf(sha256, runtime.Options.Threads);
        var entry = Path.Combine(folder, Convert.ToHexStringLower(key) + Extension);
        return TryRead(runtime, entry, key) ?? (OpenAndKeep(runtime, path, entry, key), null);
    }

    private static byte[] KeyOf(string sha256, int threads) =>
        SHA256.HashData(
            Encoding.UTF8.GetBytes(
                string.Join(
                    '\n',
                    "vqwave graph 1",
                    sha256,
                    InferenceRuntime.LibraryVersion,
                    ProcessorFeatures.Description,
                    $"cpu {threads}"
                )
            )
        );

    // Null where there is no entry, or none that can be used.
    private static (InferenceSession, byte[]?)? TryRead(InferenceRuntime runtime, string entry, byte[] key)
    {
        try
        {
            var graph = ReadEntry(entry, key);
            if (graph is null)
            {
                return null;
            }

            using var options = runtime.CreateSessionOptions();
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            options.AddSessionConfigEntry("session.load_model_format", Format);
            // The weights stay where they were read to, on the heap of objects that do not move: copying them would take what the cache saves.
            options.AddSessionConfigEntry("session.use_ort_model_bytes_directly", "1");
            options.AddSessionConfigEntry("session.use_ort_model_bytes_for_initializers", "1");
            var session = new InferenceSession(graph, options);
            Stamp(entry);
            return (session, graph);
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[]? ReadEntry(string entry, byte[] key)
    {
        if (!File.Exists(entry))
        {
            return null;
        }

        using var file = File.OpenHandle(entry);
        var length = RandomAccess.GetLength(file) - TrailerBytes;
        if (length is not (> 0 and <= int.MaxValue))
        {
            return null;
        }

        Span<byte> trailer = stackalloc byte[TrailerBytes];
        var graph = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
        return
            RandomAccess.Read(file, trailer, length) == TrailerBytes
            && trailer[..KeyBytes].SequenceEqual(key)
            && RandomAccess.Read(file, graph, 0) == length
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer[KeyBytes..]) == Checksum(graph)
            ? graph
            : null;
    }

    // So that what is used stays; once a day is enough to know.
    private static void Stamp(string entry)
    {
        var now = DateTime.UtcNow;
        if (now - File.GetLastWriteTimeUtc(entry) > StampInterval)
        {
            File.SetLastWriteTimeUtc(entry, now);
        }
    }

    // CRC-32C, in which a span of eight bytes is one instruction: damage is to be seen, and nothing else.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var at = 0;
        for (; at + sizeof(ulong) <= bytes.Length; at += sizeof(ulong))
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        }

        for (; at < bytes.Length; at++)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, bytes[at]);
        }

        return ~crc;
    }

    private static InferenceSession OpenPlain(InferenceRuntime runtime, string path)
    {
        using var options = runtime.CreateSessionOptions();
        return new InferenceSession(path, options);
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, and is looked at again another time.
        }
    }

    private InferenceSession OpenAndKeep(InferenceRuntime runtime, string path, string entry, byte[] key)
    {
        var partial = Path.Combine(folder, Guid.NewGuid().ToString("N") + PartialExtension);
        try
        {
            Directory.CreateDirectory(folder);
            // ONNX Runtime's own message for a file that it cannot write does not differ from others: a file that can be made is made first.
            File.Create(partial).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OpenPlain(runtime, path);
        }

        InferenceSession session;
        try
        {
            using var options = runtime.CreateSessionOptions();
            options.OptimizedModelFilePath = partial;
            options.AddSessionConfigEntry("session.save_model_format", Format);
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException)
        {
            // The disk may be full; if it was the graph, it says so again.
            Remove(partial);
            return OpenPlain(runtime, path);
        }

        try
        {
            Seal(partial, key);
            File.Move(partial, entry, overwrite: true);
            Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(partial);
        }

        return session;
    }

    private static void Seal(string partial, byte[] key)
    {
        var trailer = new byte[TrailerBytes];
        key.CopyTo(trailer, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(KeyBytes), Checksum(File.ReadAllBytes(partial)));
        using var file = new FileStream(partial, FileMode.Append, FileAccess.Write);
        file.Write(trailer);
        // Not flushed to the disk: what a crash of the machine leaves is seen by its checksum.
    }

    // What others left half written, and the longest unused entries beyond the capacity.
    private void Trim()
    {
        var now = DateTime.UtcNow;
        var files = new DirectoryInfo(folder).GetFiles();
        foreach (var left in files.Where(f => f.Extension == PartialExtension && now - f.LastWriteTimeUtc > PartialLifetime))
        {
            Remove(left.FullName);
        }

        long kept = 0;
        foreach (var entry in files.Where(f => f.Extension == Extension).OrderByDescending(f => f.LastWriteTimeUtc))
        {
            kept += entry.Length;
            if (kept > capacity)
            {
                Remove(entry.FullName);
            }
        }
    }
}
