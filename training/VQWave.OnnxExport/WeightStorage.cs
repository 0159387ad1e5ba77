namespace VQWave.OnnxExport;

/// <summary>How a graph stores its weights; it computes in float32 either way.</summary>
public enum WeightStorage
{
    /// <summary>As they are.</summary>
    Float32,

    /// <summary>
    /// Matrices, kernels and tables in half the space, widened by a Cast that ONNX Runtime folds when it loads the graph. Biases
    /// stay float32, as does a weight that float16 cannot hold.
    /// </summary>
    Float16,
}
