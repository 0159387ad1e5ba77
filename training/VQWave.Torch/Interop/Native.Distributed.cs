using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <content>Collectives between processes: <c>dist.cpp</c>.</content>
internal static unsafe partial class Native
{
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint vqt_process_group_new(
        string address,
        int port,
        int rank,
        int size,
        string? networkInterface,
        string host,
        long joinTimeout,
        long timeout,
        [MarshalAs(UnmanagedType.U1)] bool nccl
    );

    [LibraryImport(Library)]
    internal static partial void vqt_process_group_free(nint group);

    [LibraryImport(Library)]
    internal static partial int vqt_process_group_backend(nint group, int kind);

    [LibraryImport(Library)]
    internal static partial int vqt_all_reduce(nint group, nint t, int operation);

    [LibraryImport(Library)]
    internal static partial int vqt_broadcast(nint group, nint t, int source);

    [LibraryImport(Library)]
    internal static partial nint vqt_all_gather(nint group, nint t);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_distributed_is_available();
}
