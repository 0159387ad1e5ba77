using System.Diagnostics;
using VQWave.Torch;
using VQWave.Training.Distributed;

namespace VQWave.Training.Training;

/// <summary>
/// What the loops of both trainers share: steps, time and the sums of an epoch, and the files that let a run survive. A run that is killed between any two
/// instructions goes on from its last checkpoint and ends as if nothing had happened.
/// </summary>
/// <remarks>
/// Every process of a run has one and calls the same members in the same order: all count and decide alike, by the clock of the first, which alone writes. What is
/// exchanged comes before what it changes, so that a process that loses another is left with the whole state of a step.
/// </remarks>
internal sealed class RunKeeper
{
    private readonly TrainingOptions _options;
    private readonly string _name;
    private readonly TrainingState _state;
    private readonly DataParallel _processes;
    private readonly Action<int?> _saveWeights;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _secondsBefore;
    private long _savedStep;
    private double _savedSeconds;
    private double _sum;
    private long _count;

    /// <summary>Begins or goes on with a run.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="name">The network's name, such as <c>vqvae_8</c>.</param>
    /// <param name="state">The state, read back already where the run is resumed.</param>
    /// <param name="processes">Who trains together.</param>
    /// <param name="weightBytes">Size of the weights of an epoch.</param>
    /// <param name="sampleBytes">Size of the sounds that the run keeps.</param>
    /// <param name="saveWeights">Writes the weights of an epoch, or the final ones for null.</param>
    /// <exception cref="VQWaveException">The disk has too little room.</exception>
    public RunKeeper(
        TrainingOptions options,
        string name,
        TrainingState state,
        DataParallel processes,
        long weightBytes,
        long sampleBytes,
        Action<int?> saveWeights
    )
    {
        (_options, _name, _state, _processes, _saveWeights) = (options, name, state, processes, saveWeights);
        CheckpointPath = TrainingState.PathIn(options.OutputDirectory, name);
        _secondsBefore = state.Seconds;
        (_savedStep, _savedSeconds) = (options.Resume ? state.Step : -1, state.Seconds);
        if (state.Extra.TryGetValue("epoch_sums", out var sums))
        {
            (_sum, _count) = (BitConverter.Int64BitsToDouble(sums[0]), sums[1]);
        }

        if (state.Extra.TryGetValue("best", out var best))
        {
            Best = new BestEpoch((int)best[0], best[1], BitConverter.Int64BitsToDouble(best[2]));
        }

        state.Saving += StoreCounts;
        processes.OnFirst(() =>
        {
            Clean();
            RequireRoom(weightBytes, sampleBytes);
        });
    }

    /// <summary>The run's checkpoint.</summary>
    public string CheckpointPath { get; }

    /// <summary>The best epoch so far, where there is held-out music.</summary>
    public BestEpoch? Best { get; private set; }

    /// <summary>Mean loss of the epoch so far.</summary>
    public double MeanLoss => _sum / _count;

    /// <summary>Epoch that the last step belongs to, from 1.</summary>
    public int Epoch => (int)((_state.Step + _options.Steps - 1) / _options.Steps);

    /// <summary>Whether an epoch has ended and is not written down yet: also after a resume, where its evaluation was broken off.</summary>
    public bool EpochIsDue => _count > 0 && (_state.Step % _options.Steps == 0 || TimeIsUp);

    /// <summary>The last step whose metrics may be written down already: a run can be broken off between an epoch's metrics and its checkpoint.</summary>
    public long LoggedStep => EpochIsDue ? _state.Step - 1 : _state.Step;

    /// <summary>Whether all steps are done or the time is over.</summary>
    public bool IsComplete => _state.Step >= _options.TotalSteps || TimeIsUp;

    /// <summary>Share of the run that is done, 0 to 1: by steps, or by time where the limit comes first.</summary>
    public double Progress
    {
        get
        {
            var steps = (double)_state.Step / _options.TotalSteps;
            return _options.TimeLimitMinutes > 0 ? Math.Max(steps, _state.Seconds / (_options.TimeLimitMinutes * 60)) : steps;
        }
    }

    private bool TimeIsUp => _options.TimeLimitMinutes > 0 && _state.Seconds >= _options.TimeLimitMinutes * 60;

    /// <summary>Counts a step, and writes a checkpoint where one is due by steps or by time.</summary>
    /// <exception cref="VQWaveException">The loss is not finite, or the checkpoint cannot be written.</exception>
    public void StepDone(double loss)
    {
        if (!double.IsFinite(loss))
        {
            throw new VQWaveException(
                $"The loss of {_name} is no longer finite at step {_state.Step}; go on from the last epoch with a smaller --learning-rate."
            );
        }

        _sum += loss;
        _count++;
        _state.Step++;
        _state.Commit();
        _state.Seconds = _processes.OfFirst(_secondsBefore + _clock.Elapsed.TotalSeconds);
        var bySteps = _options.CheckpointSteps > 0 && _state.Step % _options.CheckpointSteps == 0;
        var byTime = _options.CheckpointMinutes > 0 && _state.Seconds - _savedSeconds >= _options.CheckpointMinutes * 60;
        if ((bySteps || byTime) && !EpochIsDue)
        {
            SaveCheckpoint();
        }
    }

    /// <summary>Writes down an epoch: numbered weights, which epoch is the best, checkpoint, in this order.</summary>
    /// <param name="heldOut">Held-out figure, lower being better; NaN where there is none.</param>
    /// <param name="beginNext">Forgets what the trainer has counted in the epoch.</param>
    /// <exception cref="VQWaveException">Something cannot be written.</exception>
    public void EpochDone(double heldOut, Action? beginNext = null)
    {
        var isBest = double.IsFinite(heldOut) && (Best is null || heldOut < Best.HeldOut);
        var best = isBest ? new BestEpoch(Epoch, _state.Step, heldOut) : Best;
        _processes.OnFirst(() =>
        {
            Saving("weights", () => _saveWeights(Epoch));
            if (isBest)
            {
                Saving("best epoch", () => best!.Write(_options.OutputDirectory, _name));
            }
        });
        Best = best;
        (_sum, _count) = (0, 0);
        beginNext?.Invoke();
        SaveCheckpoint();
    }

    /// <summary>Writes what the end of a run leaves: the final weights, or a checkpoint to go on from.</summary>
    /// <returns>Whether the run is complete.</returns>
    /// <exception cref="VQWaveException">Something cannot be written.</exception>
    public bool Finish()
    {
        var complete = IsComplete && !EpochIsDue;
        if (complete)
        {
            _processes.OnFirst(() => Saving("weights", () => _saveWeights(null)));
        }
        else
        {
            SaveCheckpoint();
        }

        return complete;
    }

    private void StoreCounts()
    {
        _state.Extra["epoch_sums"] = [BitConverter.DoubleToInt64Bits(_sum), _count];
        if (Best is not null)
        {
            _state.Extra["best"] = [Best.Epoch, Best.Step, BitConverter.DoubleToInt64Bits(Best.HeldOut)];
        }
    }

    private void SaveCheckpoint()
    {
        _processes.OnFirst(() => Saving("checkpoint", () => _state.Save(CheckpointPath)));
        (_savedStep, _savedSeconds) = (_state.Step, _state.Seconds);
    }

    private void Saving(string what, Action save)
    {
        try
        {
            save();
        }
        catch (Exception e) when (e is TorchException or VQWaveException)
        {
            var reason = (e.InnerException?.InnerException ?? e.InnerException ?? e).Message.TrimEnd('.');
            var kept =
                _savedStep >= 0
                    ? $"the checkpoint of step {_savedStep} is whole: make room and go on with --resume"
                    : "there is no checkpoint yet";
            throw new VQWaveException($"The {what} of {_name} at step {_state.Step} cannot be written ({reason}); {kept}.", e);
        }
    }

    // What a run that was killed while it wrote has left, and what an earlier run in this folder found best.
    private void Clean()
    {
        foreach (var pattern in new[] { $"{_name}_*.safetensors.*.tmp", $"{_name}_*.partial" })
        {
            foreach (var file in Directory.GetFiles(_options.OutputDirectory, pattern))
            {
                Data.AtomicFile.Remove(file);
            }
        }

        if (!_options.Resume)
        {
            Data.AtomicFile.Remove(BestEpoch.PathIn(_options.OutputDirectory, _name));
        }
        else if (Best is not null && BestEpoch.Read(_options.OutputDirectory, _name) != Best)
        {
            // Killed after it was named and before the checkpoint, or removed since.
            Best.Write(_options.OutputDirectory, _name);
        }
    }

    // Each epoch's weights are kept, and a checkpoint is written beside the one that it replaces.
    private void RequireRoom(long weightBytes, long sampleBytes)
    {
        var epochs = _options.Epochs - (int)(_state.Step / _options.Steps);
        var kept = (_options.TimeLimitMinutes > 0 ? Math.Min(epochs, 2) : epochs) + 1;
        DiskSpace.Require(
            _options.OutputDirectory,
            sampleBytes + (kept * weightBytes) + ((File.Exists(CheckpointPath) ? 1 : 2) * _state.Bytes),
            $"{epochs} epochs of {_name} ({DiskSpace.Text(weightBytes)} each, and a checkpoint of {DiskSpace.Text(_state.Bytes)})"
        );
    }
}
