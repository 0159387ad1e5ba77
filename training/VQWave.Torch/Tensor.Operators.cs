namespace VQWave.Torch;

public partial class Tensor
{
    /// <summary>Sums.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

    /// <summary>Sums.</summary>
    public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

    /// <summary>Differences.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

    /// <summary>Differences.</summary>
    public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

    /// <summary>Products.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

    /// <summary>Products.</summary>
    public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

    /// <summary>Quotients.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

    /// <summary>Quotients.</summary>
    public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

    /// <summary>Remainders with the divisor's sign.</summary>
    /// <exception cref="TorchException">The kinds or sizes do not fit.</exception>
    public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

    /// <summary>Remainders with the divisor's sign.</summary>
    public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

    /// <summary>Sums.</summary>
    public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

    /// <summary>Products.</summary>
    public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

    /// <summary>Differences.</summary>
    public static Tensor operator -(Scalar left, Tensor right) => Made(Native.vqt_rsub_scalar(right.Handle, left), right, operation: "sub");

    /// <summary>Quotients.</summary>
    public static Tensor operator /(Scalar left, Tensor right) => Made(Native.vqt_rdiv_scalar(right.Handle, left), right, operation: "div");

    /// <summary>Negatives.</summary>
    public static Tensor operator -(Tensor value) => Made(Native.vqt_neg(value.Handle), value, operation: "neg");
}
