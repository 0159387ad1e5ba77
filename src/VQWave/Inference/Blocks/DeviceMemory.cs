using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VQWave.Inference.Blocks;

/// <summary>
/// The memory that a provider computes in and, on a GPU, the stream on which its copies and graphs are queued one after the other.
/// </summary>
/// <remarks>
/// Tensors and copies are freed with it. Threading: one caller at a time. On the processor there is neither a second memory nor a stream; with
/// <see cref="InferenceOptions.StagesTensors"/> the tensors have two places in the host's memory all the same, so that tests see every copy that a GPU needs.
/// </remarks>
internal sealed class DeviceMemory : IDisposable
{
    /// <summary>The run option with which a run returns as soon as it is queued.</summary>
    public const string DoNotWait = "disable_synchronize_execution_providers";

    private readonly OrtAllocator? allocator;
    private readonly bool isStaged;
    private readonly List<DeviceTensor> tensors = [];
    private readonly List<DeviceTransfer> transfers = [];

    /// <summary>Finds the provider's memory and makes a stream.</summary>
    /// <param name="runtime">The provider.</param>
    /// <exception cref="VQWaveException">The provider offers no memory.</exception>
    public DeviceMemory(InferenceRuntime runtime)
    {
        if (runtime.Provider == ExecutionProvider.Cpu)
        {
            isStaged = runtime.Options.StagesTensors;
            return;
        }

        var device = GpuProviders.Device;
        allocator =
            OrtEnv.Instance().GetSharedAllocator(device.GetMemoryInfo(OrtDeviceMemoryType.DEFAULT))
            ?? throw new VQWaveException("The CUDA provider of ONNX Runtime offers no memory.");
        Stream = device.CreateSyncStream(new Dictionary<string, string>(StringComparer.Ordinal));
    }

    /// <summary>
    /// Whether a GPU is to capture the blocks that run, and to replay those that it has captured: not while they are loaded, since graphs are captured anew for
    /// each thread, and no other thread may take memory of the GPU meanwhile.
    /// </summary>
    public bool IsCapturing { get; set; }

    /// <summary>What work is queued on; null on the processor, where it is done at once.</summary>
    public OrtSyncStream? Stream { get; }

    /// <summary>The stream's address as a session's option spells it; null without one.</summary>
    public string? StreamAddress => Stream?.GetHandle().ToString(CultureInfo.InvariantCulture);

    /// <summary>A tensor whose values are all zero on the host and, before the first copy, anything on a device.</summary>
    public DeviceTensor Create(TensorElementType type, params long[] shape)
    {
        var size = type switch
        {
            TensorElementType.Float16 => 2,
            TensorElementType.Float => 4,
            TensorElementType.Int64 or TensorElementType.Double => 8,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type that blocks need."),
        };
        var tensor = new DeviceTensor(type, size, shape, allocator, isStaged);
        tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Copies of the host's values to the provider.</summary>
    public DeviceTransfer Upload(params IEnumerable<DeviceTensor> tensors) =>
        Own(DeviceTransfer.OfHost([.. tensors], isUpload: true, allocator is not null, Stream));

    /// <summary>Copies of the provider's values to the host, which wait for what was queued before.</summary>
    public DeviceTransfer Download(params IEnumerable<DeviceTensor> tensors) =>
        Own(DeviceTransfer.OfHost([.. tensors], isUpload: false, allocator is not null, Stream));

    /// <summary>A copy of some elements within the provider's memory.</summary>
    public DeviceTransfer Copy(DeviceTensor source, int sourceStart, DeviceTensor destination, int destinationStart, int count) =>
        Own(DeviceTransfer.Within(source, sourceStart, destination, destinationStart, count, allocator is not null, Stream));

    /// <inheritdoc/>
    public void Dispose()
    {
        transfers.ForEach(t => t.Dispose());
        transfers.Clear();
        tensors.ForEach(t => t.Dispose());
        tensors.Clear();
        Stream?.Dispose();
    }

    private DeviceTransfer Own(DeviceTransfer transfer)
    {
        transfers.Add(transfer);
        return transfer;
    }
}
