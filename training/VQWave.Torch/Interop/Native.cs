using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <summary>The functions of libvqwave_torch, one for one; <c>training/native/src</c> says what each does.</summary>
/// <remarks>A tensor handle of zero is a failure (or, as an argument, a missing tensor); so is a non-zero status.</remarks>
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

    [LibraryImport(Library)]
    internal static partial nint vqt_abs(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_neg(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_square(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_sqrt(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_rsqrt(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_reciprocal(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_exp(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_log(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_log1p(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_log2(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_sin(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_cos(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_tanh(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_sigmoid(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_relu(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_sign(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_floor(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_round(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_isfinite(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_isnan(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_logical_not(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_clone(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_t(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_view_as_real(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_view_as_complex(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_angle(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_zeros_like(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_ones_like(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_empty_like(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_rand_like(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_randn_like(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_softplus(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_all(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_any(nint a);

    [LibraryImport(Library)]
    internal static partial nint vqt_nonzero(nint a);

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
    internal static partial nint vqt_add(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_add_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_sub(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_sub_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_mul(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_mul_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_div(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_div_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_remainder(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_remainder_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_floor_divide(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_floor_divide_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_pow(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_pow_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_eq(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_eq_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_ne(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_ne_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_lt(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_lt_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_le(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_le_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_gt(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_gt_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_ge(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_ge_scalar(nint a, Scalar b);

    [LibraryImport(Library)]
    internal static partial nint vqt_maximum(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_minimum(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_matmul(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_mm(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_bmm(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_logical_and(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint vqt_logical_or(nint a, nint b);

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

    [LibraryImport(Library)]
    internal static partial nint vqt_conv1d(nint input, nint weight, nint bias, long stride, long padding, long dilation, long groups);

    [LibraryImport(Library)]
    internal static partial nint vqt_conv_transpose1d(
        nint input,
        nint weight,
        nint bias,
        long stride,
        long padding,
        long outputPadding,
        long groups,
        long dilation
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_pad(nint input, ReadOnlySpan<long> pad, long n, int mode, Scalar value);

    [LibraryImport(Library)]
    internal static partial nint vqt_avg_pool1d(
        nint input,
        long kernel,
        long stride,
        long padding,
        [MarshalAs(UnmanagedType.U1)] bool ceilMode,
        [MarshalAs(UnmanagedType.U1)] bool countIncludePad
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_linear(nint input, nint weight, nint bias);

    [LibraryImport(Library)]
    internal static partial nint vqt_embedding(nint weight, nint indices);

    [LibraryImport(Library)]
    internal static partial nint vqt_one_hot(nint indices, long classes);

    [LibraryImport(Library)]
    internal static partial nint vqt_dropout(nint input, double p, [MarshalAs(UnmanagedType.U1)] bool train);

    [LibraryImport(Library)]
    internal static partial nint vqt_layer_norm(nint input, ReadOnlySpan<long> shape, long n, nint weight, nint bias, double eps);

    [LibraryImport(Library)]
    internal static partial nint vqt_cross_entropy(
        nint logits,
        nint targets,
        nint weight,
        int reduction,
        long ignoreIndex,
        double labelSmoothing
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_mse_loss(nint input, nint target, int reduction);

    [LibraryImport(Library)]
    internal static partial nint vqt_l1_loss(nint input, nint target, int reduction);

    [LibraryImport(Library)]
    internal static partial int vqt_lstm(
        nint input,
        nint h0,
        nint c0,
        ReadOnlySpan<nint> weights,
        long n,
        [MarshalAs(UnmanagedType.U1)] bool hasBiases,
        long numLayers,
        double dropout,
        [MarshalAs(UnmanagedType.U1)] bool train,
        [MarshalAs(UnmanagedType.U1)] bool bidirectional,
        [MarshalAs(UnmanagedType.U1)] bool batchFirst,
        Span<nint> results
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_stft(
        nint input,
        long nFft,
        long hop,
        long win,
        nint window,
        [MarshalAs(UnmanagedType.U1)] bool center,
        [MarshalAs(UnmanagedType.U1)] bool normalized,
        [MarshalAs(UnmanagedType.U1)] bool onesided,
        [MarshalAs(UnmanagedType.U1)] bool returnComplex
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_istft(
        nint input,
        long nFft,
        long hop,
        long win,
        nint window,
        [MarshalAs(UnmanagedType.U1)] bool center,
        [MarshalAs(UnmanagedType.U1)] bool normalized,
        [MarshalAs(UnmanagedType.U1)] bool onesided,
        long length
    );

    [LibraryImport(Library)]
    internal static partial nint vqt_rfft(nint input, long n, long dim);

    [LibraryImport(Library)]
    internal static partial nint vqt_irfft(nint input, long n, long dim);

    [LibraryImport(Library)]
    internal static partial int vqt_adam_step(
        ReadOnlySpan<nint> parameters,
        ReadOnlySpan<nint> expAvg,
        ReadOnlySpan<nint> expAvgSq,
        long n,
        long step,
        double lr,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        [MarshalAs(UnmanagedType.U1)] bool decoupled
    );

    [LibraryImport(Library)]
    internal static partial int vqt_sgd_step(
        ReadOnlySpan<nint> parameters,
        ReadOnlySpan<nint> buffers,
        long n,
        [MarshalAs(UnmanagedType.U1)] bool first,
        double lr,
        double momentum,
        double weightDecay,
        [MarshalAs(UnmanagedType.U1)] bool nesterov
    );

    [LibraryImport(Library)]
    internal static partial int vqt_clip_grad_norm(ReadOnlySpan<nint> parameters, long n, double maxNorm, out double norm);

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
