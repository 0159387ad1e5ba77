namespace VQWave.Inference;

/// <summary>Where networks are to run.</summary>
public enum InferenceDevice
{
    /// <summary>The faster of what is there, measured.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU through ONNX Runtime's CUDA provider.</summary>
    Cuda,

    /// <summary>An NVIDIA GPU: context networks and decoders through ONNX Runtime's TensorRT provider, generators as with <see cref="Cuda"/>.</summary>
    TensorRt,
}
