using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Torch.Optimizers;
using VQWave.Training.Distributed;

namespace VQWave.Training.Training;

/// <summary>
/// The half of a step that comes after the loss, the same for all networks: gradients, their mean over all processes, clipping, and Adam.
/// </summary>
internal sealed class GradientDescent : IDisposable
{
    private readonly MixedPrecision _precision;
    private readonly DataParallel _processes;
    private readonly Module _model;
    private readonly double _clipNorm;
    private double _lastLoss = double.NaN;

    /// <summary>Begins with moments of zero.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="model">The networks; parameters that need no gradient stay as they are.</param>
    public GradientDescent(TrainingSetup setup, Module model)
    {
        (_precision, _processes, _model, _clipNorm) = (setup.Precision, setup.Processes, model, setup.Options.ClipNorm);
        Optimizer = new Adam(model.parameters().Where(p => p.requires_grad), setup.Options.LearningRate, beta1: 0.9, beta2: 0.99);
    }

    /// <summary>The optimiser, for the checkpoint.</summary>
    public Adam Optimizer { get; }

    /// <summary>Computes the gradients of a loss of this process's share of the batch.</summary>
    public void Backward(Tensor loss)
    {
        Optimizer.zero_grad();
        _precision.Backward(loss);
    }

    /// <summary>
    /// Averages the gradients over all processes and takes the step. After an overflow of half precision, in any process and so in the gradients of all, the step is
    /// left out.
    /// </summary>
    /// <param name="loss">This process's loss, as it is reported.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="mean">Mean of the losses of all processes; after an overflow, where it is not finite, that of the step before.</param>
    /// <returns>Whether the step was taken; where not, nothing else that it would have changed may change.</returns>
    /// <exception cref="LostProcessException">Another process is gone; nothing has changed.</exception>
    public bool TryStep(Tensor loss, double learningRate, out double mean)
    {
        mean = _processes.AverageGradients(_model.parameters(), loss);
        var finite = _precision.Clip(_model.parameters(), _clipNorm);
        Optimizer.LearningRate = learningRate;
        if (finite)
        {
            Optimizer.step();
        }
        else if (!double.IsFinite(mean))
        {
            mean = _lastLoss;
        }

        _lastLoss = mean;
        return finite;
    }

    /// <inheritdoc/>
    public void Dispose() => Optimizer.Dispose();
}
