using System.Runtime.InteropServices;

namespace VQWave.Torch;

/// <summary>PyTorch's module of that name: creation, random state, functions of several tensors, threads, devices.</summary>
public static partial class torch
{
    /// <summary>libtorch's version, such as 1.13.1.</summary>
    public static string version => Marshal.PtrToStringUTF8(Native.vqt_version()) ?? "";

    /// <summary>Tensors that live in the native library now: what leak tests count.</summary>
    public static long live_tensors => Native.vqt_live_tensors();

    /// <summary>Threads that one operation may use.</summary>
    public static int get_num_threads() => Native.vqt_get_num_threads();

    /// <summary>Sets how many threads one operation may use; one until this is called, unless OMP_NUM_THREADS is set.</summary>
    /// <exception cref="TorchException">The count is not positive.</exception>
    public static void set_num_threads(int count) => Tensor.Check(Native.vqt_set_num_threads(count));

    /// <summary>Whether libtorch was built with CUDA and finds a GPU.</summary>
    public static bool cuda_is_available() => Native.vqt_cuda_is_available();

    /// <summary>The number of GPUs.</summary>
    public static int cuda_device_count() => Native.vqt_cuda_device_count();

    /// <summary>Waits until a GPU has done all that it was given; −1 is the current one.</summary>
    /// <exception cref="TorchException">There is no such GPU.</exception>
    public static void cuda_synchronize(int device = -1) => Tensor.Check(Native.vqt_cuda_synchronize(device));

    /// <summary>Whether numbers too small for the normal range become zero; false where the processor cannot.</summary>
    public static bool set_flush_denormal(bool mode) => Native.vqt_set_flush_denormal(mode);

    /// <summary>Whether operations without a repeatable algorithm fail rather than vary.</summary>
    public static void use_deterministic_algorithms(bool mode) => Tensor.Check(Native.vqt_set_deterministic(mode));

    /// <summary>Whether a GPU may round the factors of 32-bit products to 19 bits, which is faster.</summary>
    public static void set_allow_tf32(bool mode) => Native.vqt_set_allow_tf32(mode);

    /// <summary>Seeds the generators of all devices.</summary>
    public static void manual_seed(long seed) => Tensor.Check(Native.vqt_manual_seed(seed));

    /// <summary>The state of a device's generator, bytes to give back to <see cref="set_rng_state"/>.</summary>
    public static Tensor get_rng_state(Device device = default) => Tensor.Made(Native.vqt_get_rng_state((int)device.Type, IndexOf(device)));

    /// <summary>Restores the state of a device's generator.</summary>
    /// <exception cref="TorchException">The bytes are no state of such a generator.</exception>
    public static void set_rng_state(Tensor state, Device device = default) =>
        Tensor.Check(Native.vqt_set_rng_state(state.Handle, (int)device.Type, IndexOf(device)), state);

    /// <summary>Whether this thread records operations for differentiation.</summary>
    public static bool is_grad_enabled() => Native.vqt_grad_enabled();

    /// <summary>Stops recording on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Records on this thread until the result is disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Opens a scope that disposes, at its end, the tensors made within on this thread.</summary>
    public static DisposeScope NewDisposeScope() => new();

    // A default Device is the processor with index 0, which the native side ignores.
    private static int IndexOf(Device device) => device.Index;

    private sealed class GradMode : IDisposable
    {
        private readonly bool _before = Native.vqt_grad_enabled();
        private bool _disposed;

        public GradMode(bool enabled) => Native.vqt_set_grad_enabled(enabled);

        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                Native.vqt_set_grad_enabled(_before);
            }
        }
    }
}
