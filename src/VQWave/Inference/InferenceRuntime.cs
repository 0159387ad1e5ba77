using Microsoft.ML.OnnxRuntime;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// ONNX Runtime with the provider that sessions run on. Owns nothing but the choice; sessions are disposed of by those who open them.
/// </summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed class InferenceRuntime
{
    private static readonly Lock EnvironmentGate = new();

    private InferenceRuntime(InferenceOptions options, ExecutionProvider provider, string? notice)
    {
        Options = options;
        Provider = provider;
        Notice = notice;
    }

    /// <summary>The user's choice.</summary>
    public InferenceOptions Options { get; }

    /// <summary>What sessions run on.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>The provider's name as options spell it: <c>cpu</c>, <c>cuda</c> or <c>tensorrt</c>.</summary>
    public string ProviderName =>
        Provider switch
        {
            ExecutionProvider.Cuda => "cuda",
            ExecutionProvider.TensorRt => "tensorrt",
            _ => "cpu",
        };

    /// <summary>Whether generators write blocks of codes that they draw themselves, as suits a GPU, rather than a step at a time.</summary>
    public bool UsesBlocks => Provider != ExecutionProvider.Cpu || Options.ForcesBlocks;

    /// <summary>Whether the blocks' networks compute in float16.</summary>
    internal bool IsHalf => UsesBlocks && Options.Precision == InferencePrecision.Float16;

    /// <summary>One sentence on why the provider is not the one asked for, or how it was chosen; null where there is nothing to say.</summary>
    public string? Notice { get; }

    /// <summary>Version of the native ONNX Runtime.</summary>
    public static string LibraryVersion => Environment().GetVersionString();

    /// <summary>Loads the native ONNX Runtime in the background, while there is other work; nothing is said of problems, which come again when it is used.</summary>
    public static void Preload() =>
        _ = Task.Run(() =>
        {
            try
            {
                Environment();
            }
            catch (VQWaveException)
            {
                // Whoever uses it is told.
            }
        });

    /// <summary>Loads ONNX Runtime and chooses the provider.</summary>
    /// <param name="options">The user's choice.</param>
    /// <param name="pack">The pack that is to run: 'auto' measures its finest generator where there is more than one provider.</param>
    /// <exception cref="VQWaveException">The native library is missing or cannot be loaded.</exception>
    public static InferenceRuntime Create(InferenceOptions options, ModelPack? pack = null)
    {
        var chosen = Choose(options, pack);
        var generators = GeneratorEngine.Explain(chosen, pack);
        return new InferenceRuntime(
            options,
            chosen.Provider,
            chosen.Notice is not null && generators is not null ? $"{chosen.Notice} {generators}" : chosen.Notice ?? generators
        );
    }

    private static InferenceRuntime Choose(InferenceOptions options, ModelPack? pack)
    {
        _ = Environment();
        if (options.Device == InferenceDevice.Cpu)
        {
            return new InferenceRuntime(options, ExecutionProvider.Cpu, null);
        }

        var provider = options.Device == InferenceDevice.TensorRt ? ExecutionProvider.TensorRt : ExecutionProvider.Cuda;
        var candidate = new InferenceRuntime(options, provider, null);
        if (candidate.FindProblem(pack) is { } problem)
        {
            var name = provider == ExecutionProvider.TensorRt ? "TensorRT" : "CUDA";
            var notice = options.Device == InferenceDevice.Auto ? null : $"{name} is not available ({problem}): using the CPU.";
            return new InferenceRuntime(options, ExecutionProvider.Cpu, notice);
        }

        if (options.Device != InferenceDevice.Auto || pack is null)
        {
            return candidate;
        }

        var cpu = new InferenceRuntime(options, ExecutionProvider.Cpu, null);
        var (faster, comparison) = GeneratorTimer.Choose(cpu, candidate, pack);
        return new InferenceRuntime(options, faster.Provider, comparison);
    }

    /// <summary>Options of a session on the chosen provider; the caller disposes of them.</summary>
    /// <param name="memory">The stream on which a GPU is to run it; null for one of the session's own.</param>
    /// <param name="isCaptured">
    /// Whether a GPU is to capture the graph and replay it: every shape and address is fixed. Such graphs are CUDA's alone, whatever else there is.
    /// </param>
    internal SessionOptions CreateSessionOptions(DeviceMemory? memory = null, bool isCaptured = false)
    {
        var session = new SessionOptions
        {
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = Options.Threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            // A pool that spins between Runs takes the other sessions' cores.
            session.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            GpuProviders.Append(session, Provider, memory, isCaptured);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // The provider's own libraries (cuBLAS, cuDNN, TensorRT, the driver) are only looked for when a session is made.
    private string? FindProblem(ModelPack? pack)
    {
        if (!GpuProviders.IsInstalled(Provider))
        {
            return "its provider is not installed; 'make setup GPU=1' and a new build add it";
        }

        try
        {
            // Blocks are CUDA's: this asks for TensorRT too.
            CreateSessionOptions().Dispose();
            if (pack is null)
            {
                return null;
            }

            using var timer = new GeneratorTimer(this, pack, pack.Configuration.Levels.Count - 1);
            timer.Run();
            return null;
        }
        catch (Exception e) when (e is OnnxRuntimeException or VQWaveException or EntryPointNotFoundException or DllNotFoundException)
        {
            return FirstLine((e.InnerException ?? e).Message);
        }
    }

    private static OrtEnv Environment()
    {
        lock (EnvironmentGate)
        {
            return OpenEnvironment();
        }
    }

    private static OrtEnv OpenEnvironment()
    {
        try
        {
            if (OrtEnv.IsCreated)
            {
                return OrtEnv.Instance();
            }

            // Problems become exceptions with a sentence; ONNX Runtime's own log lines would only repeat them.
            var options = new EnvironmentCreationOptions { logId = "vqwave", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            return OrtEnv.CreateInstanceWithOptions(ref options);
        }
        catch (Exception e)
            when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new VQWaveException(
                $"ONNX Runtime's native library cannot be loaded: run 'make setup build', or put {NativeName()} beside the program.",
                e
            );
        }
    }

    private static string NativeName()
    {
        if (OperatingSystem.IsWindows())
        {
            return "onnxruntime.dll";
        }

        return OperatingSystem.IsMacOS() ? "libonnxruntime.dylib" : "libonnxruntime.so";
    }

    /// <summary>What ONNX Runtime says, without its code, its further lines and its last stop.</summary>
    internal static string FirstLine(string text)
    {
        var start = text.StartsWith("[ErrorCode:", StringComparison.Ordinal) ? text.IndexOf(']') + 1 : 0;
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? text[start..] : text[start..end]).Trim().TrimEnd('.', ' ');
    }
}
