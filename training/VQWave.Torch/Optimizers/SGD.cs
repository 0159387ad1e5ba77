using VQWave.Torch.Modules;

namespace VQWave.Torch.Optimizers;

/// <summary>Gradient descent, with momentum if asked for.</summary>
public sealed class SGD : Optimizer
{
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly bool _nesterov;
    private readonly Tensor[] _buffers;
    private readonly nint[] _bufferHandles;

    /// <summary>PyTorch's arrangement: velocity = momentum × velocity + gradient.</summary>
    /// <exception cref="TorchException">Momentum or decay is negative.</exception>
    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double weight_decay = 0, bool nesterov = false)
        : base(parameters, lr)
    {
        if (momentum < 0 || weight_decay < 0)
        {
            throw new TorchException($"SGD: momentum {momentum} and weight decay {weight_decay} are not negative.");
        }

        (_momentum, _weightDecay, _nesterov) = (momentum, weight_decay, nesterov);
        _buffers = momentum == 0 ? [] : ZeroBuffers();
        _bufferHandles = torch.Handles(_buffers);
    }

    private protected override void Step()
    {
        Tensor.Check(
            Native.vqt_sgd_step(Handles, _bufferHandles, Handles.Length, StepCount == 0, LearningRate, _momentum, _weightDecay, _nesterov),
            operation: nameof(SGD)
        );
        StepCount++;
        GC.KeepAlive(this);
    }

    private protected override IEnumerable<(string name, Tensor[] buffers)> Buffers() =>
        _buffers.Length == 0 ? [] : [("momentum_buffer", _buffers)];
}
