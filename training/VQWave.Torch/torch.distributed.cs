using VQWave.Torch.Distributed;

namespace VQWave.Torch;

public static partial class torch
{
    /// <summary>Computing with several processes.</summary>
    public static class distributed
    {
        /// <summary>Whether the native library was built with Gloo.</summary>
        public static bool is_available() => Native.vqt_distributed_is_available();

        /// <summary>Waits until all processes have come and connects them.</summary>
        /// <exception cref="TorchException">They did not come in time, the port is taken, or the library was built without Gloo.</exception>
        public static ProcessGroup init_process_group(ProcessGroupOptions options)
        {
            ArgumentNullException.ThrowIfNull(options);
            return new ProcessGroup(options);
        }
    }
}
