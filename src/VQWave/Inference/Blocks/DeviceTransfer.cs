using Microsoft.ML.OnnxRuntime;

namespace VQWave.Inference.Blocks;

/// <summary>Copies between the host's memory and the provider's, nothing where they are the same, or within the provider's.</summary>
/// <remarks>Threading: one caller at a time. <see cref="Run"/> allocates nothing on the managed heap; on a GPU it queues the copies.</remarks>
internal sealed class DeviceTransfer : IDisposable
{
    private readonly Action? copy;
    private readonly TensorTransfer? transfer;
    private readonly List<OrtValue> views = [];

    private DeviceTransfer(Action? copy, TensorTransfer? transfer)
    {
        this.copy = copy;
        this.transfer = transfer;
    }

    /// <summary>From the host to the provider, or back.</summary>
    /// <param name="tensors">What is to be copied.</param>
    /// <param name="isUpload">Whether from the host.</param>
    /// <param name="isGpu">Whether the provider has a memory of its own.</param>
    /// <param name="stream">What a GPU's copies are queued on.</param>
    public static DeviceTransfer OfHost(DeviceTensor[] tensors, bool isUpload, bool isGpu, OrtSyncStream? stream)
    {
        if (!isGpu)
        {
            return new DeviceTransfer(() => Array.ForEach(tensors, isUpload ? t => t.Stage() : t => t.Unstage()), null);
        }

        var host = Array.ConvertAll(tensors, t => t.Host);
        var device = Array.ConvertAll(tensors, t => t.Device);
        return new DeviceTransfer(null, new TensorTransfer(OrtEnv.Instance(), isUpload ? host : device, isUpload ? device : host, stream!));
    }

    /// <summary>Some elements of a tensor into another of the same type, both in the provider's memory.</summary>
    /// <param name="source">The tensor to copy from.</param>
    /// <param name="sourceStart">Its first element.</param>
    /// <param name="destination">The tensor to copy to.</param>
    /// <param name="destinationStart">Its first element.</param>
    /// <param name="count">How many.</param>
    /// <param name="isGpu">Whether the provider has a memory of its own.</param>
    /// <param name="stream">What a GPU's copies are queued on.</param>
    public static DeviceTransfer Within(
        DeviceTensor source,
        int sourceStart,
        DeviceTensor destination,
        int destinationStart,
        int count,
        bool isGpu,
        OrtSyncStream? stream
    )
    {
        if (!isGpu)
        {
            return new DeviceTransfer(
                () => source.DeviceBytes(sourceStart, count).CopyTo(destination.DeviceBytes(destinationStart, count)),
                null
            );
        }

        var from = source.View(sourceStart, count);
        var to = destination.View(destinationStart, count);
        var made = new DeviceTransfer(null, new TensorTransfer(OrtEnv.Instance(), [from], [to], stream!));
        made.views.AddRange([from, to]);
        return made;
    }

    /// <summary>Copies.</summary>
    /// <exception cref="OnnxRuntimeException">The device fails.</exception>
    public void Run()
    {
        copy?.Invoke();
        transfer?.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        views.ForEach(v => v.Dispose());
        views.Clear();
    }
}
