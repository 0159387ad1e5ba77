namespace VQWave.Torch;

/// <summary>Where tensors live.</summary>
public enum DeviceType
{
    /// <summary>The processor's memory.</summary>
    CPU = 0,

    /// <summary>An NVIDIA GPU's memory.</summary>
    CUDA = 1,
}
