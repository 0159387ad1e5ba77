using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <content>All other functions of tensors: <c>ops.cpp</c>.</content>
internal static unsafe partial class Native
{
    [LibraryImport(Library)]
    internal static partial nint vqt_real(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_imag(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_contiguous(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_elu(nint a, double alpha);

    [LibraryImport(Library)]
    internal static partial nint vqt_gelu(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_leaky_relu(nint a, double slope);

    [LibraryImport(Library)]
    internal static partial nint vqt_rsub_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_rdiv_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_where(nint condition, nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_addmm(nint bias, nint a, nint b, Scalar beta, Scalar alpha);

    [LibraryImport(Library)]
    internal static partial nint vqt_lerp(nint a, nint b, Scalar weight);

    [LibraryImport(Library)]
    internal static partial nint vqt_cdist(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_clamp(nint a, Scalar low, Scalar high, int which);

    [LibraryImport(Library)]
    internal static partial int vqt_clamp_(nint a, Scalar low, Scalar high, int which);

    [LibraryImport(Library)]
    internal static partial int vqt_add_(nint a, nint b, Scalar alpha);

    [LibraryImport(Library)]
    internal static partial int vqt_add_scalar_(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial int vqt_sub_(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int vqt_mul_(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int vqt_mul_scalar_(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial int vqt_div_(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int vqt_div_scalar_(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial int vqt_addcmul_(nint a, nint b, nint c, Scalar value);

    [LibraryImport(Library)]
    internal static partial int vqt_addcdiv_(nint a, nint b, nint c, Scalar value);

    [LibraryImport(Library)]
    internal static partial int vqt_lerp_(nint a, nint b, Scalar weight);

    [LibraryImport(Library)]
    internal static partial int vqt_copy_(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int vqt_zero_(nint a);

    [LibraryImport(Library)]
    internal static partial int vqt_fill_(nint a, Scalar value);

    [LibraryImport(Library)]
    internal static partial int vqt_normal_(nint a, double mean, double std);

    [LibraryImport(Library)]
    internal static partial int vqt_uniform_(nint a, double low, double high);

    [LibraryImport(Library)]
    internal static partial int vqt_index_add_(nint a, long dim, nint index, nint source, Scalar alpha);

    [LibraryImport(Library)]
    internal static partial int vqt_index_copy_(nint a, long dim, nint index, nint source);

    [LibraryImport(Library)]
    internal static partial int vqt_index_fill_(nint a, long dim, nint index, Scalar value);

    [LibraryImport(Library)]
    internal static partial int vqt_scatter_(nint a, long dim, nint index, nint source);

    [LibraryImport(Library)]
    internal static partial int vqt_scatter_add_(nint a, long dim, nint index, nint source);

    [LibraryImport(Library)]
    internal static partial int vqt_masked_fill_(nint a, nint mask, Scalar value);

    [LibraryImport(Library)]
    internal static partial nint vqt_transpose(nint a, long first, long second);

    [LibraryImport(Library)]
    internal static partial nint vqt_permute(nint a, ReadOnlySpan<long> dims, long n);

    [LibraryImport(Library)]
    internal static partial nint vqt_reshape(nint a, ReadOnlySpan<long> size, long n);

    [LibraryImport(Library)]
    internal static partial nint vqt_view(nint a, ReadOnlySpan<long> size, long n);

    [LibraryImport(Library)]
    internal static partial nint vqt_expand(nint a, ReadOnlySpan<long> size, long n);

    [LibraryImport(Library)]
    internal static partial nint vqt_repeat(nint a, ReadOnlySpan<long> times, long n);

    [LibraryImport(Library)]
    internal static partial nint vqt_repeat_interleave(nint a, long times, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_flip(nint a, ReadOnlySpan<long> dims, long n);

    [LibraryImport(Library)]
    internal static partial nint vqt_roll(nint a, long shift, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_squeeze(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_squeeze_dim(nint a, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_unsqueeze(nint a, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_flatten(nint a, long start, long end);

    [LibraryImport(Library)]
    internal static partial nint vqt_slice(nint a, long dim, long start, long end, long step);

    [LibraryImport(Library)]
    internal static partial nint vqt_narrow(nint a, long dim, long start, long length);

    [LibraryImport(Library)]
    internal static partial nint vqt_select(nint a, long dim, long index);

    [LibraryImport(Library)]
    internal static partial nint vqt_unfold(nint a, long dim, long size, long step);

    [LibraryImport(Library)]
    internal static partial nint vqt_cat(ReadOnlySpan<nint> tensors, long n, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_stack(ReadOnlySpan<nint> tensors, long n, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_index_select(nint a, long dim, nint index);

    [LibraryImport(Library)]
    internal static partial nint vqt_gather(nint a, long dim, nint index);

    [LibraryImport(Library)]
    internal static partial nint vqt_masked_fill(nint a, nint mask, Scalar value);

    [LibraryImport(Library)]
    internal static partial nint vqt_masked_select(nint a, nint mask);

    [LibraryImport(Library)]
    internal static partial nint vqt_sum(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_sum_dim(nint a, ReadOnlySpan<long> dims, long n, [MarshalAs(UnmanagedType.U1)] bool keepdim);

    [LibraryImport(Library)]
    internal static partial nint vqt_mean(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_mean_dim(nint a, ReadOnlySpan<long> dims, long n, [MarshalAs(UnmanagedType.U1)] bool keepdim);

    [LibraryImport(Library)]
    internal static partial nint vqt_var(nint a, [MarshalAs(UnmanagedType.U1)] bool unbiased);

    [LibraryImport(Library)]
    internal static partial nint vqt_var_dim(
        nint a,
        ReadOnlySpan<long> dims,
        long n,
        [MarshalAs(UnmanagedType.U1)] bool unbiased,
        [MarshalAs(UnmanagedType.U1)] bool keepdim
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_std(nint a, [MarshalAs(UnmanagedType.U1)] bool unbiased);

    [LibraryImport(Library)]
    internal static partial nint vqt_std_dim(
        nint a,
        ReadOnlySpan<long> dims,
        long n,
        [MarshalAs(UnmanagedType.U1)] bool unbiased,
        [MarshalAs(UnmanagedType.U1)] bool keepdim
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_norm(nint a, double p);

    [LibraryImport(Library)]
    internal static partial nint vqt_norm_dim(
        nint a,
        double p,
        ReadOnlySpan<long> dims,
        long n,
        [MarshalAs(UnmanagedType.U1)] bool keepdim
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_logsumexp(nint a, ReadOnlySpan<long> dims, long n, [MarshalAs(UnmanagedType.U1)] bool keepdim);

    [LibraryImport(Library)]
    internal static partial nint vqt_max(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_min(nint a);

    [LibraryImport(Library)]
    internal static partial int vqt_max_dim(nint a, long dim, [MarshalAs(UnmanagedType.U1)] bool keepdim, Span<nint> results);

    [LibraryImport(Library)]
    internal static partial int vqt_min_dim(nint a, long dim, [MarshalAs(UnmanagedType.U1)] bool keepdim, Span<nint> results);

    [LibraryImport(Library)]
    internal static partial nint vqt_argmax(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_argmin(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_argmax_dim(nint a, long dim, [MarshalAs(UnmanagedType.U1)] bool keepdim);

    [LibraryImport(Library)]
    internal static partial nint vqt_argmin_dim(nint a, long dim, [MarshalAs(UnmanagedType.U1)] bool keepdim);

    [LibraryImport(Library)]
    internal static partial nint vqt_cumsum(nint a, long dim);

    [LibraryImport(Library)]
    internal static partial int vqt_topk(
        nint a,
        long k,
        long dim,
        [MarshalAs(UnmanagedType.U1)] bool largest,
        [MarshalAs(UnmanagedType.U1)] bool sorted,
        Span<nint> results
    );

    [LibraryImport(Library)]
    internal static partial int vqt_sort(nint a, long dim, [MarshalAs(UnmanagedType.U1)] bool descending, Span<nint> results);

    [LibraryImport(Library)]
    internal static partial nint vqt_bincount(nint a, nint weights, long minlength);

    [LibraryImport(Library)]
    internal static partial int vqt_unique(nint a, Span<nint> results);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint vqt_einsum(string equation, ReadOnlySpan<nint> tensors, long n);

    [LibraryImport(Library)]
    internal static partial nint vqt_multinomial(nint a, long samples, [MarshalAs(UnmanagedType.U1)] bool replacement);

    [LibraryImport(Library)]
    internal static partial nint vqt_softmax(nint a, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_log_softmax(nint a, long dim);

    [LibraryImport(Library)]
    internal static partial int vqt_qr(nint a, Span<nint> results);
}
