using Microsoft.ML.OnnxRuntime;

namespace VQWave.Inference.Blocks;

/// <summary>Copies of some tensors between the host's memory and the provider's; nothing where they are the same.</summary>
/// <remarks>Threading: one caller at a time. <see cref="Run"/> allocates nothing on the managed heap.</remarks>
internal sealed class DeviceTransfer
{
    private readonly DeviceTensor[] tensors;
    private readonly bool isUpload;
    private readonly TensorTransfer? transfer;

    /// <summary>Prepares the copies.</summary>
    /// <param name="tensors">What is to be copied.</param>
    /// <param name="isUpload">Whether from the host.</param>
    /// <param name="isGpu">Whether the provider has a memory of its own.</param>
    /// <param name="stream">What a GPU's copies are queued on.</param>
    public DeviceTransfer(DeviceTensor[] tensors, bool isUpload, bool isGpu, OrtSyncStream? stream)
    {
        this.tensors = tensors;
        this.isUpload = isUpload;
        if (isGpu)
        {
            var host = Array.ConvertAll(tensors, t => t.Host);
            var device = Array.ConvertAll(tensors, t => t.Device);
            transfer = new TensorTransfer(OrtEnv.Instance(), isUpload ? host : device, isUpload ? device : host, stream!);
        }
    }

    /// <summary>Copies.</summary>
    /// <exception cref="OnnxRuntimeException">The device fails.</exception>
    public void Run()
    {
        if (transfer is not null)
        {
            transfer.Run();
            return;
        }

        foreach (var tensor in tensors)
        {
            if (isUpload)
            {
                tensor.Stage();
            }
            else
            {
                tensor.Unstage();
            }
        }
    }
}
