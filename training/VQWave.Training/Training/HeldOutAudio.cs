using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Losses;
using VQWave.Training.Reporting;

namespace VQWave.Training.Training;

/// <summary>Held-out audio through the networks of a VQ-VAE as they are trained at this moment.</summary>
/// <param name="audio">The audio; disposed of with this.</param>
/// <param name="loss">The loss that is trained, of this process alone; disposed of with this.</param>
/// <param name="options">The run's options.</param>
/// <param name="device">Where the networks are.</param>
/// <param name="reconstruct">Audio (batch, samples) through the networks.</param>
internal sealed class HeldOutAudio(
    U16Dataset audio,
    LossMix loss,
    VqvaeTrainingOptions options,
    Device device,
    Func<Tensor, Tensor> reconstruct
) : IDisposable
{
    /// <summary>All files together, at most 30 s of each.</summary>
    /// <param name="stillThere">Called now and then.</param>
    /// <param name="cancellation">Breaks it off.</param>
    /// <returns>The figures; null when cancelled.</returns>
    public HeldOutFigures? Measure(Action stillThere, CancellationToken cancellation)
    {
        double target = 0,
            cross = 0,
            estimateEnergy = 0,
            sum = 0,
            weight = 0;
        var compression = options.Level.Compression;
        foreach (var file in audio.Files)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            stillThere();
            var length = (int)Math.Min(file.Length, 30L * options.Configuration.SampleRate) / compression * compression;

            // Spectral losses need as many samples as a crop has.
            var samples = new float[Math.Max(length, options.InputLength)];
            file.Read(0, samples.AsSpan(0, length));
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            var original = torch.tensor(samples, 1, samples.Length).to(device);
            var decoded = reconstruct(original);
            sum += loss.Compute(original, decoded).ToDouble() * length;
            weight += length;
            var estimate = decoded.to("cpu").ToArray<float>();
            for (var i = 0; i < length; i++)
            {
                target += (double)samples[i] * samples[i];
                cross += (double)samples[i] * estimate[i];
                estimateEnergy += (double)estimate[i] * estimate[i];
            }
        }

        if (target == 0)
        {
            return new HeldOutFigures(double.NaN, sum / weight);
        }

        // Projection of the estimate on the target against what remains (Le Roux et al. 2019).
        var projected = cross * cross / Math.Max(target, 1e-20);
        return new HeldOutFigures(10 * Math.Log10(projected / Math.Max(estimateEnergy - projected, 1e-20)), sum / weight);
    }

    /// <summary>Writes original and reconstruction of some pieces, in an epoch in which they are due.</summary>
    /// <param name="folder">The run's folder of samples.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    public void WriteSamples(string folder, int epoch)
    {
        if (options.SampleEpochs > 0 && epoch % options.SampleEpochs == 0)
        {
            CropSamples.Write(folder, audio, options.Level.Compression, options.Configuration.SampleRate, epoch, Reconstruct);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loss.Dispose();
        audio.Dispose();
    }

    private float[] Reconstruct(float[] samples)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return reconstruct(torch.tensor(samples, 1, samples.Length).to(device)).to("cpu").ToArray<float>();
    }
}
