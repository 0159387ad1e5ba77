using VQWave.Torch;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Networks;

/// <summary>
/// Convolutions and matrix products in a shorter type, as PyTorch's autocast has them: operands are cast, results come back in single precision, so that
/// activations, losses and weights keep theirs. The type holds for the thread that set it.
/// </summary>
internal static class Autocast
{
    [ThreadStatic]
    private static ScalarType? _type;

    /// <summary>Sets the type, or none, until the result is disposed.</summary>
    public static IDisposable To(ScalarType? type) => new Scope(type);

    /// <summary><see cref="F.conv1d"/>.</summary>
    public static Tensor Conv1d(Tensor x, Tensor weight, Tensor? bias = null, long stride = 1, long padding = 0, long dilation = 1) =>
        _type is { } type
            ? F.conv1d(x.to(type), weight.to(type), bias?.to(type), stride, padding, dilation).to(ScalarType.Float32)
            : F.conv1d(x, weight, bias, stride, padding, dilation);

    /// <summary><see cref="F.conv_transpose1d"/>; on the CPU in single precision always, where libtorch 1.13 gives results of a wrong length for bfloat16.</summary>
    public static Tensor ConvTranspose1d(Tensor x, Tensor weight, Tensor? bias, long stride) =>
        _type is { } type && x.device.Type == DeviceType.CUDA
            ? F.conv_transpose1d(x.to(type), weight.to(type), bias?.to(type), stride).to(ScalarType.Float32)
            : F.conv_transpose1d(x, weight, bias, stride);

    /// <summary><see cref="F.linear"/>.</summary>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias) =>
        _type is { } type ? F.linear(x.to(type), weight.to(type), bias?.to(type)).to(ScalarType.Float32) : F.linear(x, weight, bias);

    private sealed class Scope : IDisposable
    {
        private readonly ScalarType? _before = _type;

        public Scope(ScalarType? type) => _type = type;

        public void Dispose() => _type = _before;
    }
}
