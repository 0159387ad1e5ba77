using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Training.Networks;

namespace VQWave.Training.Training;

/// <summary>The precision of a run's steps: where to cast, and how to scale the loss.</summary>
public sealed class MixedPrecision
{
    private readonly TrainingPrecision _precision;

    /// <summary>Prepares a run.</summary>
    /// <param name="precision">Of convolutions and matrix products.</param>
    /// <param name="device">Where they run.</param>
    /// <exception cref="VQWaveException">The device cannot compute so.</exception>
    public MixedPrecision(TrainingPrecision precision, Device device)
    {
        if (precision == TrainingPrecision.Fp16 && device.Type != DeviceType.CUDA)
        {
            throw new VQWaveException(
                "fp16 needs --device cuda, as libtorch has no half-precision convolutions on the CPU; use --precision bf16 there."
            );
        }

        _precision = precision;
    }

    // For tests of the scaling, which does not depend on where the networks run.
    internal MixedPrecision(TrainingPrecision precision) => _precision = precision;

    /// <summary>The factor on the loss, of fp16 alone.</summary>
    public LossScaler Scaler { get; } = new();

    /// <summary>What the progress line says of it; empty unless steps may overflow.</summary>
    public string Status => _precision == TrainingPrecision.Fp16 ? $" scale {Scaler.Scale:0} overflows {Scaler.Overflows}" : "";

    /// <summary>Has networks on this thread compute in this precision until the result is disposed.</summary>
    public IDisposable Begin() =>
        Autocast.To(
            _precision switch
            {
                TrainingPrecision.Bf16 => ScalarType.BFloat16,
                TrainingPrecision.Fp16 => ScalarType.Float16,
                _ => null,
            }
        );

    /// <summary>Computes the gradients of a loss, scaled where that is needed.</summary>
    public void Backward(Tensor loss)
    {
        if (_precision != TrainingPrecision.Fp16)
        {
            loss.backward();
            return;
        }

        using var scaled = loss * Scaler.Scale;
        scaled.backward();
    }

    /// <summary>Undoes the scaling and clips.</summary>
    /// <param name="parameters">All that have gradients.</param>
    /// <param name="clipNorm">Largest norm of all gradients together.</param>
    /// <returns>Whether the optimiser may take a step; false after an overflow.</returns>
    /// <exception cref="VQWaveException">Gradients overflow without any scaling.</exception>
    public bool Clip(IEnumerable<Parameter> parameters, double clipNorm)
    {
        Parameter[] all = [.. parameters];
        if (_precision != TrainingPrecision.Fp16)
        {
            torch.nn.utils.clip_grad_norm_(all, clipNorm);
            return true;
        }

        using (torch.no_grad())
        {
            foreach (var parameter in all)
            {
                using var gradient = parameter.grad;
                gradient?.mul_(1 / Scaler.Scale);
            }
        }

        var finite = double.IsFinite(torch.nn.utils.clip_grad_norm_(all, clipNorm));
        Scaler.Update(finite);
        return finite;
    }
}
