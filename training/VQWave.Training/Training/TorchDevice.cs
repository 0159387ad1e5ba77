using VQWave.Torch;

namespace VQWave.Training.Training;

/// <summary>Devices as the command line names them.</summary>
public static class TorchDevice
{
    /// <summary>The device with a name.</summary>
    /// <exception cref="VQWaveException">There is no such device, or this libtorch cannot use it.</exception>
    public static Device Parse(string name)
    {
        Device device;
        try
        {
            device = Device.Parse(name);
        }
        catch (Exception e) when (e is TorchException or ArgumentException or FormatException)
        {
            throw new VQWaveException($"'{name}' is not a device; use cpu, cuda or cuda:N.", e);
        }

        if (device.Type == DeviceType.CUDA && !torch.cuda_is_available())
        {
            throw new VQWaveException(
                "This libtorch finds no CUDA device; use --device cpu, or build the native library against a CUDA libtorch (docs/training.md)."
            );
        }

        return device;
    }
}
