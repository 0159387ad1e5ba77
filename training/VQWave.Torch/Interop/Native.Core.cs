using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <content>Tensors, devices, random numbers and autograd: <c>core.cpp</c>.</content>
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial int vqt_abi_version();

    [LibraryImport(Library)]
    internal static partial nint vqt_last_error();

    [LibraryImport(Library)]
    internal static partial nint vqt_version();

    [LibraryImport(Library)]
    internal static partial long vqt_live_tensors();

    [LibraryImport(Library)]
    internal static partial void vqt_free(nint t);

    [LibraryImport(Library)]
    internal static partial nint vqt_alias(nint t);

    [LibraryImport(Library)]
    internal static partial nint vqt_empty(ReadOnlySpan<long> size, long n, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_zeros(ReadOnlySpan<long> size, long n, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_full(ReadOnlySpan<long> size, long n, Scalar value, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_rand(ReadOnlySpan<long> size, long n, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_randn(ReadOnlySpan<long> size, long n, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_randint(long low, long high, ReadOnlySpan<long> size, long n, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_randperm(long n, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_arange(Scalar start, Scalar end, Scalar step, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_hann_window(long length, [MarshalAs(UnmanagedType.U1)] bool periodic, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial nint vqt_from_data(void* data, ReadOnlySpan<long> size, long n, int type, int kind, int index);

    [LibraryImport(Library)]
    internal static partial long vqt_dim(nint t);

    [LibraryImport(Library)]
    internal static partial long vqt_numel(nint t);

    [LibraryImport(Library)]
    internal static partial long vqt_element_size(nint t);

    [LibraryImport(Library)]
    internal static partial void vqt_sizes(nint t, Span<long> sizes);

    [LibraryImport(Library)]
    internal static partial int vqt_dtype(nint t);

    [LibraryImport(Library)]
    internal static partial int vqt_device_kind(nint t);

    [LibraryImport(Library)]
    internal static partial int vqt_device_index(nint t);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_is_contiguous(nint t);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_is_same(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int vqt_copy_to(nint t, void* destination);

    [LibraryImport(Library)]
    internal static partial int vqt_copy_from(nint t, void* source);

    [LibraryImport(Library)]
    internal static partial int vqt_item_double(nint t, out double value);

    [LibraryImport(Library)]
    internal static partial int vqt_item_int64(nint t, out long value);

    [LibraryImport(Library)]
    internal static partial nint vqt_to(nint t, int type, int kind, int index, [MarshalAs(UnmanagedType.U1)] bool copy);

    [LibraryImport(Library)]
    internal static partial nint vqt_to_dtype(nint t, int type);

    [LibraryImport(Library)]
    internal static partial nint vqt_to_device(nint t, int kind, int index);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_requires_grad(nint t);

    [LibraryImport(Library)]
    internal static partial int vqt_set_requires_grad(nint t, [MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_is_leaf(nint t);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_has_grad(nint t);

    [LibraryImport(Library)]
    internal static partial nint vqt_grad(nint t);

    [LibraryImport(Library)]
    internal static partial int vqt_set_grad(nint t, nint grad);

    [LibraryImport(Library)]
    internal static partial nint vqt_detach(nint t);

    [LibraryImport(Library)]
    internal static partial int vqt_set_data(nint t, nint data);

    [LibraryImport(Library)]
    internal static partial int vqt_backward(
        nint t,
        nint gradient,
        [MarshalAs(UnmanagedType.U1)] bool retainGraph,
        [MarshalAs(UnmanagedType.U1)] bool createGraph
    );

    [LibraryImport(Library)]
    internal static partial int vqt_autograd_grad(
        ReadOnlySpan<nint> outputs,
        long nOutputs,
        ReadOnlySpan<nint> inputs,
        long nInputs,
        ReadOnlySpan<nint> gradOutputs,
        [MarshalAs(UnmanagedType.U1)] bool retainGraph,
        [MarshalAs(UnmanagedType.U1)] bool createGraph,
        [MarshalAs(UnmanagedType.U1)] bool allowUnused,
        Span<nint> results
    );

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_grad_enabled();

    [LibraryImport(Library)]
    internal static partial void vqt_set_grad_enabled([MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    internal static partial int vqt_zero_grad(ReadOnlySpan<nint> parameters, long n, [MarshalAs(UnmanagedType.U1)] bool setToNone);

    [LibraryImport(Library)]
    internal static partial int vqt_manual_seed(long seed);

    [LibraryImport(Library)]
    internal static partial nint vqt_get_rng_state(int kind, int index);

    [LibraryImport(Library)]
    internal static partial int vqt_set_rng_state(nint state, int kind, int index);

    [LibraryImport(Library)]
    internal static partial int vqt_set_num_threads(int n);

    [LibraryImport(Library)]
    internal static partial int vqt_get_num_threads();

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_cuda_is_available();

    [LibraryImport(Library)]
    internal static partial int vqt_cuda_device_count();

    [LibraryImport(Library)]
    internal static partial int vqt_cuda_synchronize(int index);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool vqt_set_flush_denormal([MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    internal static partial int vqt_set_deterministic([MarshalAs(UnmanagedType.U1)] bool value);

    [LibraryImport(Library)]
    internal static partial void vqt_set_allow_tf32([MarshalAs(UnmanagedType.U1)] bool value);
}
