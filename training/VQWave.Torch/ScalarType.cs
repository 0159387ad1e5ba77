namespace VQWave.Torch;

/// <summary>The kind of a tensor's elements, numbered as in libtorch.</summary>
public enum ScalarType
{
    /// <summary>Unsigned 8-bit integers.</summary>
    UInt8 = 0,

    /// <summary>Signed 8-bit integers.</summary>
    Int8 = 1,

    /// <summary>Signed 16-bit integers.</summary>
    Int16 = 2,

    /// <summary>Signed 32-bit integers.</summary>
    Int32 = 3,

    /// <summary>Signed 64-bit integers.</summary>
    Int64 = 4,

    /// <summary>IEEE half precision.</summary>
    Float16 = 5,

    /// <summary>IEEE single precision.</summary>
    Float32 = 6,

    /// <summary>IEEE double precision.</summary>
    Float64 = 7,

    /// <summary>Complex numbers of two singles.</summary>
    ComplexFloat32 = 9,

    /// <summary>Complex numbers of two doubles.</summary>
    ComplexFloat64 = 10,

    /// <summary>Booleans, one byte each.</summary>
    Bool = 11,

    /// <summary>The upper half of a single: 8 bits of exponent, 7 of fraction.</summary>
    BFloat16 = 15,
}
