using VQWave.Torch.Modules;
using VQWave.Training.Distributed;
using VQWave.Training.Reporting;

namespace VQWave.Training.Training;

/// <summary>
/// Trains networks step by step and epoch by epoch until all steps are done or the time is over: progress, metrics, the run's folder with its report, checkpoints, and
/// what is to be done when another process is lost.
/// </summary>
/// <remarks>Every process of a run has one, and all call the same members in the same order; the first alone writes.</remarks>
internal sealed class TrainingLoop
{
    private const string FirstStep = "first_step";
    private readonly TrainingSetup _setup;
    private readonly ITrainedNetworks _networks;
    private readonly Module _model;
    private readonly LearningRateSchedule _schedule;

    /// <summary>Prepares a run; <see cref="GoOn"/> comes next.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="networks">What is trained.</param>
    /// <param name="model">All their weights and buffers.</param>
    /// <param name="descent">What takes their steps.</param>
    public TrainingLoop(TrainingSetup setup, ITrainedNetworks networks, Module model, GradientDescent descent)
    {
        (_setup, _networks, _model) = (setup, networks, model);
        _schedule = new LearningRateSchedule(setup.Options.LearningRate, setup.Options.WarmupSteps);
        State = new TrainingState(model, descent.Optimizer, setup.Random);
        State.Saving = () => State.Extra["loss_scale"] = setup.Precision.Scaler.State;
    }

    /// <summary>All that a checkpoint keeps; the networks add what is their own.</summary>
    public TrainingState State { get; }

    /// <summary>Mean loss of each epoch of this run.</summary>
    public List<double> EpochLosses { get; } = [];

    /// <summary>Told after each step how many are done.</summary>
    public Action<long>? Stepped { get; set; }

    // Where the ramp of the learning rate began: at the first step, whose moments are fresh, also where that one goes on from numbered weights; or at a later change
    // of what is minimised.
    private long RampStart
    {
        get
        {
            var first = FirstStepOfRun;
            var change = _networks.ObjectiveChanges;
            return State.Step >= change ? Math.Max(first, change) : first;
        }
    }

    private long FirstStepOfRun => State.Extra.TryGetValue(FirstStep, out var kept) ? kept[0] : 0;

    private DataParallel Processes => _setup.Processes;

    private TrainingOptions Options => _setup.Options;

    private string Name => _setup.Name;

    /// <summary>Reads back what the options want to go on from, and sees that all processes begin alike.</summary>
    /// <exception cref="VQWaveException">The checkpoint or the weights are not usable.</exception>
    public void GoOn()
    {
        if (Options.Resume)
        {
            var checkpoint = TrainingState.PathIn(Options.OutputDirectory, Name);
            Processes.ReadFileOfFirst(checkpoint, State.Load);
            if (State.Extra.TryGetValue("loss_scale", out var scale))
            {
                _setup.Precision.Scaler.State = scale;
            }

            _networks.Restore(checkpoint);
        }
        else if (Options.StartEpoch > 0)
        {
            State.Step = (long)Options.StartEpoch * Options.Steps;
            State.Extra[FirstStep] = [State.Step];
            _networks.StartFrom(Options.OutputDirectory, Options.StartEpoch);
        }
        else if (Options.InitialWeights is { } weights)
        {
            _networks.StartFrom(weights, null);
        }

        Processes.BeginAlike(_model.state_dict().Values);
    }

    /// <summary>Trains to the end, or until cancelled; either way a checkpoint is left.</summary>
    /// <returns>Whether the run is complete.</returns>
    /// <exception cref="LostProcessException">Another process is gone; a checkpoint is left all the same.</exception>
    /// <exception cref="VQWaveException">The loss is no longer finite, or something cannot be written.</exception>
    public bool Run(CancellationToken cancellation)
    {
        RunFolder? folder = null;
        Processes.OnFirst(() => folder = new RunFolder(Options, Name));
        var run = new RunKeeper(Options, Name, State, Processes, _networks.WeightBytes, _networks.SampleBytes, _networks.SaveWeights);
        MetricsLog? log = null;
        Processes.OnFirst(() => log = new MetricsLog(folder!.Metrics, run.LoggedStep, ["step", "epoch", "seconds", .. _networks.Columns]));
        using var _ = log;
        State.Commit();
        try
        {
            return Train(run, folder, log, cancellation);
        }
        catch (LostProcessException e)
        {
            State.RollBack();
            throw State.SaveForLost(e, run.CheckpointPath);
        }
    }

    private bool Train(RunKeeper run, RunFolder? folder, MetricsLog? log, CancellationToken cancellation)
    {
        using var progress = new ProgressLine(Name, Options.TotalSteps, State.Step, quiet: !Processes.IsFirst);
        if (_networks.Introduction is { } introduction)
        {
            progress.WriteLine($"{Name}: {introduction}");
        }

        while (!Processes.Any(cancellation.IsCancellationRequested))
        {
            if (run.EpochIsDue)
            {
                EndEpoch(run, folder, log, progress, cancellation);
                continue;
            }

            if (run.IsComplete)
            {
                break;
            }

            run.StepDone(_networks.Step(_schedule.At(State.Step - RampStart, run.Progress)));
            Stepped?.Invoke(State.Step);
            progress.Report(State.Step, () => _networks.Status + _setup.Precision.Status, run.Progress);
        }

        var complete = run.Finish();
        if (!complete)
        {
            var line = $"{Name} stopped at step {State.Step}; '--resume' goes on from {run.CheckpointPath}.";
            progress.WriteLine(line);
            folder?.Log(line);
        }

        return complete;
    }

    private void EndEpoch(RunKeeper run, RunFolder? folder, MetricsLog? log, ProgressLine progress, CancellationToken cancellation)
    {
        EpochResult? result = null;
        Processes.OnFirst(() =>
        {
            result = _networks.Evaluate(run.MeanLoss, progress, cancellation);
            if (result is not null)
            {
                WriteEpoch(result, run, folder!, log!, progress);
            }
        });
        if (Processes.Any(Processes.IsFirst && result is null))
        {
            return;
        }

        EpochLosses.Add(run.MeanLoss);
        run.EpochDone(Processes.OfFirst(result?.HeldOut ?? double.NaN), _networks.BeginEpoch);
        Processes.OnFirst(() =>
            progress.WriteLine(RunReport.Write(folder!, _networks.CodebookSize, run.Best, FirstStepOfRun / Options.Steps).Text)
        );
    }

    private void WriteEpoch(EpochResult result, RunKeeper run, RunFolder folder, MetricsLog log, ProgressLine progress)
    {
        log.Add([State.Step, run.Epoch, State.Seconds, .. result.Figures]);
        var line = $"{Name} epoch {run.Epoch}: {result.Text}, {State.Seconds / 60:0.0} min";
        progress.WriteLine(line);
        folder.Log(line);
        _networks.WriteSamples(folder.Samples, run.Epoch);
    }
}
