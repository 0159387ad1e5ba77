namespace VQWave.Training.Training;

/// <summary>Numbers that convolutions and matrix products are computed in. Weights, their moments and all else stay in single precision.</summary>
public enum TrainingPrecision
{
    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16: the range of single precision, 8 bits of it.</summary>
    Bf16,

    /// <summary>Half precision with dynamic loss scaling, on CUDA only.</summary>
    Fp16,
}
