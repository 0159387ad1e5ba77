using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <content>Functions of one tensor, and of two or of one and a number, element by element: those that <c>ops.cpp</c> makes by its macros.</content>
internal static unsafe partial class Native
{
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
}
