using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <summary>A number that keeps its kind: an integer tensor times the integer 2 stays an integer tensor.</summary>
/// <remarks>Laid out as VqtScalar of the native library.</remarks>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly double _number;
    private readonly long _integer;
    private readonly int _kind;

    private Scalar(double number, long integer, int kind)
    {
        _number = number;
        _integer = integer;
        _kind = kind;
    }

    /// <summary>A floating-point number.</summary>
    public static implicit operator Scalar(double value) => new(value, 0, 0);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(value, value, 1);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(value, value, 1);

    /// <summary>A Boolean.</summary>
    public static implicit operator Scalar(bool value) => new(value ? 1 : 0, value ? 1 : 0, 2);

    /// <summary>Same kind, same value.</summary>
    public bool Equals(Scalar other) => _kind == other._kind && _integer == other._integer && _number.Equals(other._number);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_number, _integer, _kind);

    /// <summary>Same kind, same value.</summary>
    public static bool operator ==(Scalar left, Scalar right) => left.Equals(right);

    /// <summary>Another kind or another value.</summary>
    public static bool operator !=(Scalar left, Scalar right) => !left.Equals(right);

    /// <summary>The number as text.</summary>
    public override string ToString() => _kind == 0 ? _number.ToString() : _integer.ToString();
}
