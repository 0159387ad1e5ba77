using VQWave.Torch;
using VQWave.Training.Reporting;

namespace VQWave.Training.Training;

/// <content>What is measured and written after each epoch.</content>
public sealed partial class VqvaeTrainer
{
    /// <summary>
    /// Held-out audio through the networks as they are trained at this moment (with the codebook, once there is one), all files together; at most 30 s of each file.
    /// </summary>
    /// <param name="progress">Told that this is going on.</param>
    /// <param name="cancellation">Breaks it off.</param>
    /// <returns>The figures; null when cancelled.</returns>
    public HeldOutFigures? Validate(ProgressLine? progress = null, CancellationToken cancellation = default)
    {
        var validation = _validation ?? throw new InvalidOperationException("There is no validation data.");
        double target = 0,
            cross = 0,
            estimateEnergy = 0,
            loss = 0,
            weight = 0;
        var compression = _options.Level.Compression;
        foreach (var file in validation.Files)
        {
            if (cancellation.IsCancellationRequested)
            {
                return null;
            }

            progress?.Report(_state.Step, () => "validating");
            var length = (int)Math.Min(file.Length, 30L * _options.Configuration.SampleRate) / compression * compression;

            // Spectral losses need as many samples as a crop has.
            var samples = new float[Math.Max(length, _options.InputLength)];
            file.Read(0, samples.AsSpan(0, length));
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            var audio = torch.tensor(samples, 1, samples.Length).to(_device);
            var decoded = Reconstruct(audio);
            loss += _heldOutLoss!.Compute(audio, decoded).ToDouble() * length;
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
            return new HeldOutFigures(double.NaN, loss / weight);
        }

        // Projection of the estimate on the target against what remains (Le Roux et al. 2019).
        var projected = cross * cross / Math.Max(target, 1e-20);
        return new HeldOutFigures(10 * Math.Log10(projected / Math.Max(estimateEnergy - projected, 1e-20)), loss / weight);
    }

    private void EndEpoch(RunKeeper run, RunFolder? folder, MetricsLog? log, ProgressLine progress, CancellationToken cancellation)
    {
        HeldOutFigures? heldOut = null;
        _processes.OnFirst(() =>
        {
            heldOut = _validation is null ? new HeldOutFigures(double.NaN, double.NaN) : Validate(progress, cancellation);
            if (heldOut is not null)
            {
                WriteEpoch(heldOut, run, folder!, log!, progress);
            }
        });
        if (_processes.Any(_processes.IsFirst && heldOut is null))
        {
            return;
        }

        EpochLosses.Add(run.MeanLoss);

        // Networks without a codebook are no codec yet, however well they do.
        run.EpochDone(_quantizing ? _processes.OfFirst(heldOut?.Loss ?? double.NaN) : double.NaN, _codes.Clear);
        _processes.OnFirst(() => progress.WriteLine(RunReport.Write(folder!, _options.Level.CodebookSize, run.Best).Text));
    }

    private void WriteEpoch(HeldOutFigures heldOut, RunKeeper run, RunFolder folder, MetricsLog log, ProgressLine progress)
    {
        var (perplexity, bits) = _codes.Total > 0 ? (_codes.Perplexity, _codes.EntropyBits) : (double.NaN, double.NaN);
        log.Add(
            _state.Step,
            run.Epoch,
            _state.Seconds,
            run.MeanLoss,
            _optimizer.LearningRate,
            _codes.Used,
            perplexity,
            bits,
            heldOut.SiSdrDecibels,
            heldOut.Loss
        );
        var line =
            $"{Name} epoch {run.Epoch}: {_loss.Name} {run.MeanLoss:0.0000}, {Usage()}, "
            + (double.IsNaN(heldOut.Loss) ? "" : $"held-out {heldOut.Loss:0.0000}, SI-SDR {heldOut.SiSdrDecibels:0.0} dB, ")
            + $"{_state.Seconds / 60:0.0} min";
        progress.WriteLine(line);
        folder.Log(line);
        if (_validation is not null && _options.SampleEpochs > 0 && run.Epoch % _options.SampleEpochs == 0)
        {
            CropSamples.Write(
                folder.Samples,
                _validation,
                _options.Level.Compression,
                _options.Configuration.SampleRate,
                run.Epoch,
                Reconstruct
            );
        }
    }

    private string Usage() =>
        _codes.Total == 0
            ? "unquantised"
            : $"codes {_codes.Used}/{_options.Level.CodebookSize} ({100.0 * _codes.Used / _options.Level.CodebookSize:0} %) perplexity {_codes.Perplexity:0} {_codes.EntropyBits:0.00} bits";

    // As the networks are trained at this moment: through the codebook, or unquantised.
    private Tensor Reconstruct(Tensor audio) =>
        _quantizing ? _model.DecodeCodes(_model.EncodeCodes(audio)) : _model.DecodeVectors(_model.EncodeLatents(audio));

    private float[] Reconstruct(float[] samples)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return Reconstruct(torch.tensor(samples, 1, samples.Length).to(_device)).to("cpu").ToArray<float>();
    }
}
