using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// ONNX Runtime with the provider that sessions run on. Owns nothing but the choice; sessions are disposed of by those who open them.
/// </summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed class InferenceRuntime
{
    private static readonly string CudaLibrary = Path.Combine(
        AppContext.BaseDirectory,
        OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so"
    );

    private static readonly Lock EnvironmentGate = new();

    private static readonly Lazy<List<OrtEpDevice>> CudaDevices = new(FindCudaDevices);

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

    /// <summary>The provider's name as options spell it: <c>cpu</c> or <c>cuda</c>.</summary>
    public string ProviderName => Provider == ExecutionProvider.Cuda ? "cuda" : "cpu";

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

        var problem = File.Exists(CudaLibrary)
            ? TryCuda(options, pack)
            : "its provider is not installed; 'make setup GPU=1' and a new build add it";
        if (problem is not null)
        {
            var notice = options.Device == InferenceDevice.Cuda ? $"CUDA is not available ({problem}): using the CPU." : null;
            return new InferenceRuntime(options, ExecutionProvider.Cpu, notice);
        }

        var cuda = new InferenceRuntime(options, ExecutionProvider.Cuda, null);
        if (options.Device == InferenceDevice.Cuda || pack is null)
        {
            return cuda;
        }

        var cpuTime = MeasureStep(new InferenceRuntime(options, ExecutionProvider.Cpu, null), pack);
        var cudaTime = MeasureStep(cuda, pack);
        var faster = cudaTime < cpuTime ? ExecutionProvider.Cuda : ExecutionProvider.Cpu;
        return new InferenceRuntime(
            options,
            faster,
            $"Using the {(faster == ExecutionProvider.Cuda ? "GPU" : "CPU")}: a step takes {cpuTime * 1e6:F0} µs on the CPU and {cudaTime * 1e6:F0} µs on the GPU."
        );
    }

    /// <summary>Options of a session on the chosen provider; the caller disposes of them.</summary>
    internal SessionOptions CreateSessionOptions()
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
            if (Provider == ExecutionProvider.Cuda)
            {
                session.AppendExecutionProvider(
                    OrtEnv.Instance(),
                    CudaDevices.Value,
                    new Dictionary<string, string>(StringComparer.Ordinal)
                );
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // The CUDA provider is a library of its own beside the program; registering it loads cuBLAS, the CUDA runtime and the driver.
    private static List<OrtEpDevice> FindCudaDevices()
    {
        OrtEnv.Instance().RegisterExecutionProviderLibrary("vqwave.cuda", CudaLibrary);
        var devices = OrtEnv
            .Instance()
            .GetEpDevices()
            .Where(d => d.EpName.Contains("CUDA", StringComparison.OrdinalIgnoreCase))
            .Take(1)
            .ToList();
        return devices.Count > 0 ? devices : throw new VQWaveException("no CUDA device was found");
    }

    // The provider's own libraries (cuBLAS, cuDNN, the driver) are only looked for when a session is made.
    private static string? TryCuda(InferenceOptions options, ModelPack? pack)
    {
        var candidate = new InferenceRuntime(options, ExecutionProvider.Cuda, null);
        try
        {
            if (pack is null)
            {
                using var session = candidate.CreateSessionOptions();
                return null;
            }

            using var stepper = new GeneratorStepper(candidate, pack, pack.Configuration.Levels.Count - 1);
            stepper.Step();
            return null;
        }
        catch (Exception e) when (e is OnnxRuntimeException or VQWaveException or EntryPointNotFoundException or DllNotFoundException)
        {
            return FirstLine((e.InnerException ?? e).Message);
        }
    }

    private static double MeasureStep(InferenceRuntime runtime, ModelPack pack)
    {
        const int Warm = 20;
        const int Measured = 100;
        using var stepper = new GeneratorStepper(runtime, pack, pack.Configuration.Levels.Count - 1);
        for (var i = 0; i < Warm; i++)
        {
            stepper.Step();
        }

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Measured; i++)
        {
            stepper.Step();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / Measured;
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

    internal static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? text : text[..end]).TrimEnd('.', ' ');
    }
}
