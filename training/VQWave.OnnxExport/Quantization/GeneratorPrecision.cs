namespace VQWave.OnnxExport.Quantization;

/// <summary>In what numbers a pack's generators hold their matrices.</summary>
public enum GeneratorPrecision
{
    /// <summary>Float, as <see cref="WeightStorage"/> says.</summary>
    Float32,

    /// <summary>8 bits, with a scale for each block.</summary>
    Int8,

    /// <summary>4 bits where it costs little, 8 where it would not; with a scale for each block.</summary>
    Int4,
}
