using VQWave.Torch.Modules;

namespace VQWave.Torch.Optimizers;

/// <summary>What Adam and AdamW share: the running means of gradients and of their squares.</summary>
public abstract class AdamBase : Optimizer
{
    private readonly Tensor[] _expAvg;
    private readonly Tensor[] _expAvgSq;
    private readonly nint[] _expAvgHandles;
    private readonly nint[] _expAvgSqHandles;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _eps;
    private readonly double _weightDecay;
    private readonly bool _decoupled;

    private protected AdamBase(
        IEnumerable<Parameter> parameters,
        double lr,
        double beta1,
        double beta2,
        double eps,
        double weightDecay,
        bool decoupled
    )
        : base(parameters, lr)
    {
        if (beta1 is not (>= 0 and < 1) || beta2 is not (>= 0 and < 1) || eps < 0 || weightDecay < 0)
        {
            throw new TorchException(
                $"Adam: beta1 {beta1} and beta2 {beta2} lie in [0, 1), eps {eps} and weight decay {weightDecay} are not negative."
            );
        }

        (_beta1, _beta2, _eps, _weightDecay, _decoupled) = (beta1, beta2, eps, weightDecay, decoupled);
        _expAvg = ZeroBuffers();
        _expAvgSq = ZeroBuffers();
        _expAvgHandles = torch.Handles(_expAvg);
        _expAvgSqHandles = torch.Handles(_expAvgSq);
    }

    private protected override void Step()
    {
        ObjectDisposedException.ThrowIf(_expAvg[0].IsDisposed, this);
        int status = Native.vqt_adam_step(
            Handles,
            _expAvgHandles,
            _expAvgSqHandles,
            Handles.Length,
            StepCount + 1,
            LearningRate,
            _beta1,
            _beta2,
            _eps,
            _weightDecay,
            _decoupled
        );
        Tensor.Check(status, operation: GetType().Name);
        StepCount++;
        GC.KeepAlive(this);
    }

    private protected override IEnumerable<(string name, Tensor[] buffers)> Buffers() => [("exp_avg", _expAvg), ("exp_avg_sq", _expAvgSq)];
}
