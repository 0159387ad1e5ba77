namespace VQWave.Inference;

/// <summary>An execution provider of ONNX Runtime that networks run on.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU, with what TensorRT can run in TensorRT.</summary>
    TensorRt,
}
