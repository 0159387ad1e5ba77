using Microsoft.ML.OnnxRuntime;
using VQWave.Inference.Blocks;

namespace VQWave.Inference;

/// <summary>ONNX Runtime's providers for NVIDIA GPUs: libraries of their own beside the program, which load cuBLAS, the CUDA runtime and the driver.</summary>
/// <remarks>Threading: any.</remarks>
internal static class GpuProviders
{
    private static readonly Lazy<List<OrtEpDevice>> CudaDevices = new(FindCudaDevices);

    /// <summary>The GPU.</summary>
    /// <exception cref="VQWaveException">There is none.</exception>
    public static OrtEpDevice Device => CudaDevices.Value[0];

    /// <summary>Whether the libraries of a provider are there.</summary>
    public static bool IsInstalled(ExecutionProvider provider) =>
        File.Exists(Library("cuda")) && (provider != ExecutionProvider.TensorRt || File.Exists(Library("tensorrt")));

    /// <summary>Has a session run on a provider.</summary>
    /// <param name="session">Options of the session.</param>
    /// <param name="provider">The provider; nothing is to be done for the processor.</param>
    /// <param name="memory">The stream to run on; null for one of the session's own.</param>
    /// <param name="isCaptured">Whether CUDA is to capture the graph and replay it.</param>
    /// <exception cref="OnnxRuntimeException">A library or the driver is missing.</exception>
    /// <exception cref="VQWaveException">There is no GPU.</exception>
    public static void Append(SessionOptions session, ExecutionProvider provider, DeviceMemory? memory, bool isCaptured)
    {
        if (provider == ExecutionProvider.Cpu)
        {
            return;
        }

        // ONNX Runtime asks the providers in this order: what TensorRT does not take is CUDA's.
        if (provider == ExecutionProvider.TensorRt && !isCaptured)
        {
            using var tensorRt = new OrtTensorRTProviderOptions();
            tensorRt.UpdateOptions(new Dictionary<string, string>(StringComparer.Ordinal) { ["device_id"] = "0" });
            session.AppendExecutionProvider_Tensorrt(tensorRt);
        }

        session.AppendExecutionProvider(OrtEnv.Instance(), CudaDevices.Value, CudaOptions(memory?.StreamAddress, isCaptured));
    }

    /// <summary>The CUDA provider's options.</summary>
    /// <param name="stream">The address of the stream to run on; null for one of the session's own.</param>
    /// <param name="isCaptured">Whether it is to capture the graph and replay it.</param>
    internal static Dictionary<string, string> CudaOptions(string? stream, bool isCaptured)
    {
        // Windows of every length at the beginning of a piece would each be searched for the best algorithm, for longer than a tick lasts.
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["cudnn_conv_algo_search"] = "HEURISTIC" };
        if (stream is not null)
        {
            options["user_compute_stream"] = stream;
        }

        if (isCaptured)
        {
            options["enable_cuda_graph"] = "1";
        }

        return options;
    }

    private static string Library(string name) =>
        Path.Combine(
            AppContext.BaseDirectory,
            OperatingSystem.IsWindows() ? $"onnxruntime_providers_{name}.dll" : $"libonnxruntime_providers_{name}.so"
        );

    private static List<OrtEpDevice> FindCudaDevices()
    {
        OrtEnv.Instance().RegisterExecutionProviderLibrary("vqwave.cuda", Library("cuda"));
        var devices = OrtEnv
            .Instance()
            .GetEpDevices()
            .Where(d => d.EpName.Contains("CUDA", StringComparison.OrdinalIgnoreCase))
            .Take(1)
            .ToList();
        return devices.Count > 0 ? devices : throw new VQWaveException("no CUDA device was found");
    }
}
