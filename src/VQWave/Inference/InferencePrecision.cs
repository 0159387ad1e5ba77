namespace VQWave.Inference;

/// <summary>In how many bits the generators' weights are read, which is what a step costs.</summary>
public enum InferencePrecision
{
    /// <summary>
    /// 8 bits where the processor has AVX2 and the pack's weights are float; otherwise as the pack has them. It depends on nothing that is
    /// measured: the same pack gives the same samples on the same kind of processor.
    /// </summary>
    Auto,

    /// <summary>The pack's own weights, computed in float32. A quantised pack stays quantised.</summary>
    Float32,

    /// <summary>The pack's own weights, computed in float16: on a GPU only. Draws are computed as with <see cref="Float32"/>.</summary>
    Float16,

    /// <summary>8 bits with a scale for each row of a block of columns; activations in 8 bits too.</summary>
    Int8,

    /// <summary>
    /// The LSTM layers in 4 bits with a scale for each row of a block of columns, the two layers after them in 8; activations in 8 bits. For
    /// networks whose 8 bits are too much for the machine: it can be heard in the figures.
    /// </summary>
    Int4,
}
