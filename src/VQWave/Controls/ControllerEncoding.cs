namespace VQWave.Controls;

/// <summary>What the values of a controller mean.</summary>
public enum ControllerEncoding
{
    /// <summary>A position of 7 bits.</summary>
    Absolute,

    /// <summary>A position of 14 bits: the controller (0 to 31) and, 32 above it, its fine part.</summary>
    Absolute14,

    /// <summary>Steps in two's complement: 1 is up, 127 is down.</summary>
    RelativeTwosComplement,

    /// <summary>Steps around 64: 65 is up, 63 is down.</summary>
    RelativeBinaryOffset,

    /// <summary>Steps with a sign bit: 1 is up, 65 is down.</summary>
    RelativeSignMagnitude,
}
