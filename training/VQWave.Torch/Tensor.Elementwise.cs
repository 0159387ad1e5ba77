using System.Runtime.CompilerServices;

namespace VQWave.Torch;

public partial class Tensor
{
    /// <summary>Absolute values; magnitudes of complex elements.</summary>
    public Tensor abs() => Made(Native.vqt_abs(Handle), this);

    /// <summary>Squares.</summary>
    public Tensor square() => Made(Native.vqt_square(Handle), this);

    /// <summary>Square roots.</summary>
    public Tensor sqrt() => Made(Native.vqt_sqrt(Handle), this);

    /// <summary>Reciprocal square roots.</summary>
    public Tensor rsqrt() => Made(Native.vqt_rsqrt(Handle), this);

    /// <summary>Reciprocals.</summary>
    public Tensor reciprocal() => Made(Native.vqt_reciprocal(Handle), this);

    /// <summary>Powers of e.</summary>
    public Tensor exp() => Made(Native.vqt_exp(Handle), this);

    /// <summary>Natural logarithms.</summary>
    public Tensor log() => Made(Native.vqt_log(Handle), this);

    /// <summary>Natural logarithms of one plus each element.</summary>
    public Tensor log1p() => Made(Native.vqt_log1p(Handle), this);

    /// <summary>Binary logarithms.</summary>
    public Tensor log2() => Made(Native.vqt_log2(Handle), this);

    /// <summary>Sines of radians.</summary>
    public Tensor sin() => Made(Native.vqt_sin(Handle), this);

    /// <summary>Cosines of radians.</summary>
    public Tensor cos() => Made(Native.vqt_cos(Handle), this);

    /// <summary>Hyperbolic tangents.</summary>
    public Tensor tanh() => Made(Native.vqt_tanh(Handle), this);

    /// <summary>Logistic function.</summary>
    public Tensor sigmoid() => Made(Native.vqt_sigmoid(Handle), this);

    /// <summary>Negative elements become zero.</summary>
    public Tensor relu() => Made(Native.vqt_relu(Handle), this);

    /// <summary>Gaussian error linear units, exact.</summary>
    public Tensor gelu() => Made(Native.vqt_gelu(Handle), this);

    /// <summary>log(1 + exp(x)).</summary>
    public Tensor softplus() => Made(Native.vqt_softplus(Handle), this);

    /// <summary>−1, 0 or 1.</summary>
    public Tensor sign() => Made(Native.vqt_sign(Handle), this);

    /// <summary>Next integers below.</summary>
    public Tensor floor() => Made(Native.vqt_floor(Handle), this);

    /// <summary>Nearest integers, halves to even.</summary>
    public Tensor round() => Made(Native.vqt_round(Handle), this);

    /// <summary>Where elements are neither infinite nor NaN: Booleans.</summary>
    public Tensor isfinite() => Made(Native.vqt_isfinite(Handle), this);

    /// <summary>Where elements are NaN: Booleans.</summary>
    public Tensor isnan() => Made(Native.vqt_isnan(Handle), this);

    /// <summary>Where elements are zero: Booleans.</summary>
    public Tensor logical_not() => Made(Native.vqt_logical_not(Handle), this);

    /// <summary>Arguments of complex elements, in radians.</summary>
    public Tensor angle() => Made(Native.vqt_angle(Handle), this);

    /// <summary>Zeros of this tensor's sizes and kind.</summary>
    public Tensor zeros_like() => Made(Native.vqt_zeros_like(Handle), this);

    /// <summary>Ones of this tensor's sizes and kind.</summary>
    public Tensor ones_like() => Made(Native.vqt_ones_like(Handle), this);

    /// <summary>Unset memory of this tensor's sizes and kind.</summary>
    public Tensor empty_like() => Made(Native.vqt_empty_like(Handle), this);

    /// <summary>Uniform numbers in [0, 1) of this tensor's sizes and kind.</summary>
    public Tensor rand_like() => Made(Native.vqt_rand_like(Handle), this);

    /// <summary>Standard normal numbers of this tensor's sizes and kind.</summary>
    public Tensor randn_like() => Made(Native.vqt_randn_like(Handle), this);

    /// <summary>The real parts of complex elements, a view.</summary>
    public Tensor real() => Made(Native.vqt_real(Handle), this);

    /// <summary>The imaginary parts of complex elements, a view.</summary>
    public Tensor imag() => Made(Native.vqt_imag(Handle), this);

    /// <summary>Complex elements as pairs in a last dimension of 2, a view.</summary>
    public Tensor view_as_real() => Made(Native.vqt_view_as_real(Handle), this);

    /// <summary>Pairs in the last dimension as complex elements, a view.</summary>
    public Tensor view_as_complex() => Made(Native.vqt_view_as_complex(Handle), this);

    /// <summary>Exponential linear unit: x where positive, else alpha (exp(x) − 1).</summary>
    public Tensor elu(double alpha = 1) => Made(Native.vqt_elu(Handle, alpha), this);

    /// <summary>x where positive, else a share of it.</summary>
    public Tensor leaky_relu(double negative_slope = 0.01) => Made(Native.vqt_leaky_relu(Handle, negative_slope), this);

    /// <summary>Where elements are equal: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor eq(Tensor other) => Made(Native.vqt_eq(Handle, other.Handle), this, other);

    /// <summary>Where elements are equal: Booleans.</summary>
    public Tensor eq(Scalar other) => Made(Native.vqt_eq_scalar(Handle, other), this);

    /// <summary>Where elements differ: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor ne(Tensor other) => Made(Native.vqt_ne(Handle, other.Handle), this, other);

    /// <summary>Where elements differ: Booleans.</summary>
    public Tensor ne(Scalar other) => Made(Native.vqt_ne_scalar(Handle, other), this);

    /// <summary>Where elements are less: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor lt(Tensor other) => Made(Native.vqt_lt(Handle, other.Handle), this, other);

    /// <summary>Where elements are less: Booleans.</summary>
    public Tensor lt(Scalar other) => Made(Native.vqt_lt_scalar(Handle, other), this);

    /// <summary>Where elements are less or equal: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor le(Tensor other) => Made(Native.vqt_le(Handle, other.Handle), this, other);

    /// <summary>Where elements are less or equal: Booleans.</summary>
    public Tensor le(Scalar other) => Made(Native.vqt_le_scalar(Handle, other), this);

    /// <summary>Where elements are greater: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor gt(Tensor other) => Made(Native.vqt_gt(Handle, other.Handle), this, other);

    /// <summary>Where elements are greater: Booleans.</summary>
    public Tensor gt(Scalar other) => Made(Native.vqt_gt_scalar(Handle, other), this);

    /// <summary>Where elements are greater or equal: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor ge(Tensor other) => Made(Native.vqt_ge(Handle, other.Handle), this, other);

    /// <summary>Where elements are greater or equal: Booleans.</summary>
    public Tensor ge(Scalar other) => Made(Native.vqt_ge_scalar(Handle, other), this);

    /// <summary>Sums.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor add(Tensor other) => Made(Native.vqt_add(Handle, other.Handle), this, other);

    /// <summary>Sums.</summary>
    public Tensor add(Scalar other) => Made(Native.vqt_add_scalar(Handle, other), this);

    /// <summary>Differences.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor sub(Tensor other) => Made(Native.vqt_sub(Handle, other.Handle), this, other);

    /// <summary>Differences.</summary>
    public Tensor sub(Scalar other) => Made(Native.vqt_sub_scalar(Handle, other), this);

    /// <summary>Products.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor mul(Tensor other) => Made(Native.vqt_mul(Handle, other.Handle), this, other);

    /// <summary>Products.</summary>
    public Tensor mul(Scalar other) => Made(Native.vqt_mul_scalar(Handle, other), this);

    /// <summary>Quotients, never rounded.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor div(Tensor other) => Made(Native.vqt_div(Handle, other.Handle), this, other);

    /// <summary>Quotients, never rounded.</summary>
    public Tensor div(Scalar other) => Made(Native.vqt_div_scalar(Handle, other), this);

    /// <summary>Remainders with the divisor's sign.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor remainder(Tensor other) => Made(Native.vqt_remainder(Handle, other.Handle), this, other);

    /// <summary>Remainders with the divisor's sign.</summary>
    public Tensor remainder(Scalar other) => Made(Native.vqt_remainder_scalar(Handle, other), this);

    /// <summary>Quotients rounded down.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor floor_divide(Tensor other) => Made(Native.vqt_floor_divide(Handle, other.Handle), this, other);

    /// <summary>Quotients rounded down.</summary>
    public Tensor floor_divide(Scalar other) => Made(Native.vqt_floor_divide_scalar(Handle, other), this);

    /// <summary>Powers.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor pow(Tensor other) => Made(Native.vqt_pow(Handle, other.Handle), this, other);

    /// <summary>Powers.</summary>
    public Tensor pow(Scalar other) => Made(Native.vqt_pow_scalar(Handle, other), this);

    /// <summary>The greater of each pair.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor maximum(Tensor other) => Made(Native.vqt_maximum(Handle, other.Handle), this, other);

    /// <summary>The lesser of each pair.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor minimum(Tensor other) => Made(Native.vqt_minimum(Handle, other.Handle), this, other);

    /// <summary>Where both are non-zero: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor logical_and(Tensor other) => Made(Native.vqt_logical_and(Handle, other.Handle), this, other);

    /// <summary>Where either is non-zero: Booleans.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor logical_or(Tensor other) => Made(Native.vqt_logical_or(Handle, other.Handle), this, other);

    /// <summary>Matrix products over the last two dimensions.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor matmul(Tensor other) => Made(Native.vqt_matmul(Handle, other.Handle), this, other);

    /// <summary>The product of two matrices.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor mm(Tensor other) => Made(Native.vqt_mm(Handle, other.Handle), this, other);

    /// <summary>Products of two batches of matrices.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor bmm(Tensor other) => Made(Native.vqt_bmm(Handle, other.Handle), this, other);

    /// <summary>This plus weight times (end − this).</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor lerp(Tensor end, Scalar weight) => Made(Native.vqt_lerp(Handle, end.Handle, weight), this, end);

    /// <summary>Elements bounded from below, above or both.</summary>
    /// <exception cref="TorchException">Neither bound is given.</exception>
    public Tensor clamp(Scalar? min = null, Scalar? max = null) =>
        Made(Native.vqt_clamp(Handle, min ?? 0, max ?? 0, Bounds(min, max)), this);

    /// <summary>The elements where the mask is true are replaced.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public Tensor masked_fill(Tensor mask, Scalar value) => Made(Native.vqt_masked_fill(Handle, mask.Handle, value), this, mask);

    /// <summary>Exponentials that sum to one along a dimension.</summary>
    public Tensor softmax(long dim) => Made(Native.vqt_softmax(Handle, dim), this);

    /// <summary>Logarithms of <see cref="softmax"/>.</summary>
    public Tensor log_softmax(long dim) => Made(Native.vqt_log_softmax(Handle, dim), this);

    private static int Bounds(Scalar? min, Scalar? max, [CallerMemberName] string operation = "")
    {
        int which = (min is null ? 0 : 1) | (max is null ? 0 : 2);
        return which != 0 ? which : throw new TorchException($"{operation}: give a lower bound, an upper bound or both.");
    }
}
