using VQWave.Torch;
using VQWave.Torch.Optimizers;
using VQWave.Training.Data;
using VQWave.Training.Distributed;
using VQWave.Training.Losses;
using VQWave.Training.Networks;
using VQWave.Training.Reporting;

namespace VQWave.Training.Training;

/// <summary>
/// Trains the VQ-VAE of one level on random crops: Adam with gradient clipping, ramp and cosine; a few steps without quantisation, then a
/// k-means start of the codebook; dead codes restart from the whole batch.
/// </summary>
public sealed partial class VqvaeTrainer : IDisposable
{
    private const int KMeansLatentsPerCode = 16;
    private readonly VqvaeTrainingOptions _options;
    private readonly DataParallel _processes;
    private readonly (int First, int Count) _share;
    private readonly Augmentation _augmentation;
    private readonly U16Dataset _data;
    private readonly U16Dataset? _validation;
    private readonly Device _device;
    private readonly MixedPrecision _precision;
    private readonly Vqvae _model;
    private readonly Adam _optimizer;
    private readonly LossMix _loss;
    private readonly LossMix? _heldOutLoss;
    private readonly LearningRateSchedule _schedule;
    private readonly Xoshiro _random;
    private readonly TrainingState _state;
    private readonly CodeStatistics _codes;
    private readonly float[] _crops;
    private bool _quantizing;
    private long _firstQuantizedStep;

    /// <summary>Opens the data and builds the networks, or reads them back to go on.</summary>
    /// <param name="options">What to train.</param>
    /// <param name="processes">Who shares each batch; null for this process alone. Weights and files are the first one's.</param>
    /// <exception cref="VQWaveException">The options, the data or the weights to go on from are not usable.</exception>
    public VqvaeTrainer(VqvaeTrainingOptions options, DataParallel? processes = null)
    {
        options.Validate();
        _options = options;
        _processes = processes ?? DataParallel.Alone;
        _share = _processes.Share(options.BatchSize);
        torch.set_num_threads(options.Threads);
        torch.manual_seed(options.Seed);
        _device = TorchDevice.Parse(options.Device);
        _precision = new MixedPrecision(options.Precision, _device);
        if (_processes.IsFirst)
        {
            TrainingState.RequireToResume(options, Name);
        }

        _augmentation = Augmentation.Parse(options.Augment);
        _data = new U16Dataset(options.DataDirectory, _augmentation.SourceLength(options.InputLength));
        _validation = options.ValidationDirectory is { } v ? new U16Dataset(v, options.Level.Compression) : null;
        _random = new Xoshiro((ulong)options.Seed);
        _model = new Vqvae(options.Level, options.Codebook);
        _model.to(_device);
        _optimizer = new Adam(_model.parameters().Where(p => p.requires_grad), options.LearningRate, beta1: 0.9, beta2: 0.99);
        Variance = _data.EstimateVariance();
        _processes.RequireSame($"{options.Describe()} {_data.Files.Count} {_data.TotalSamples} {Variance:R}");
        _model.Quantizer.Processes = _processes;
        _loss = new LossMix(options.Loss, _device, options.InputLength, options.Configuration.SampleRate, Variance, _processes);

        // Held-out music is the first process's alone: its loss must not wait for sums of the others.
        _heldOutLoss = _validation is null
            ? null
            : new LossMix(options.Loss, _device, options.InputLength, options.Configuration.SampleRate, Variance);
        _schedule = new LearningRateSchedule(options.LearningRate, options.WarmupSteps);
        _state = new TrainingState(_model, _optimizer, _random);
        _codes = new CodeStatistics(options.Level.CodebookSize);
        _crops = new float[_share.Count * options.InputLength];
        _processes.OnFirst(() => WeightFiles.PrepareDirectory(options.OutputDirectory));
        _firstQuantizedStep = options.UnquantizedSteps;
        _state.Saving = () =>
        {
            _state.Extra["code_counts"] = _codes.Counts;
            _state.Extra["loss_scale"] = _precision.Scaler.State;
        };
        GoOn();
        _processes.BeginAlike(_model.state_dict().Values);
    }

    /// <summary>Variance of the corpus's samples, which scales the waveform loss.</summary>
    public double Variance { get; }

    /// <summary>The networks.</summary>
    public Vqvae Model => _model;

    /// <summary>The corpus.</summary>
    public U16Dataset Data => _data;

    /// <summary>Reconstruction loss of the last step.</summary>
    public double LastLoss { get; private set; }

    /// <summary>Mean reconstruction loss of each epoch of this run.</summary>
    public List<double> EpochLosses { get; } = [];

    private string Name => _options.Level.VqvaeName;

    /// <summary>Told after each step how many are done.</summary>
    public Action<long>? Stepped { get; set; }

    /// <summary>Trains to the end, or until cancelled; either way a checkpoint is left.</summary>
    /// <returns>Whether the run is complete.</returns>
    /// <exception cref="LostProcessException">Another process is gone; a checkpoint is left all the same.</exception>
    public bool Run(CancellationToken cancellation)
    {
        var samples = _options.SampleEpochs > 0 ? CropSamples.Bytes(_options.Configuration.SampleRate) : 0;
        RunFolder? folder = null;
        _processes.OnFirst(() => folder = new RunFolder(_options, Name));
        var run = new RunKeeper(_options, Name, _state, _processes, WeightBytes, samples, SaveWeights);
        MetricsLog? log = null;
        _processes.OnFirst(() => log = OpenLog(folder!, run));
        using var _ = log;
        _state.Commit();
        try
        {
            return Train(run, folder, log, cancellation);
        }
        catch (LostProcessException e)
        {
            _state.RollBack();
            throw _state.SaveForLost(e, run.CheckpointPath);
        }
    }

    private bool Train(RunKeeper run, RunFolder? folder, MetricsLog? log, CancellationToken cancellation)
    {
        using var progress = new ProgressLine(Name, _options.TotalSteps, _state.Step, quiet: !_processes.IsFirst);
        while (!_processes.Any(cancellation.IsCancellationRequested))
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

            LastLoss = Step(_schedule.At(_state.Step, run.Progress));
            run.StepDone(LastLoss);
            Stepped?.Invoke(_state.Step);
            progress.Report(_state.Step, () => $"{_loss.Name} {LastLoss:0.0000} {Usage()}{_precision.Status}", run.Progress);
        }

        var complete = run.Finish();
        if (!complete)
        {
            var line = $"{Name} stopped at step {_state.Step}; '--resume' goes on from {run.CheckpointPath}.";
            progress.WriteLine(line);
            folder?.Log(line);
        }

        return complete;
    }

    private static MetricsLog OpenLog(RunFolder folder, RunKeeper run) =>
        new(
            folder.Metrics,
            run.LoggedStep,
            "step",
            "epoch",
            "seconds",
            "loss",
            "learning_rate",
            "codes_used",
            "perplexity",
            "entropy_bits",
            "validation_si_sdr_db",
            "validation_loss"
        );

    /// <summary>One optimiser step on a fresh batch.</summary>
    /// <returns>The reconstruction loss.</returns>
    public double Step(double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        if (!_quantizing && _state.Step >= _firstQuantizedStep)
        {
            StartCodebook();
        }

        using var casting = _precision.Begin();
        var (reconstruction, total, codes, flat) = Losses(NextBatch());
        _optimizer.zero_grad();
        _precision.Backward(total);

        // All that is exchanged comes before anything changes: a step that breaks off here leaves the state of the step before.
        var chosen = codes is null ? default : _model.Quantizer.Count(flat!, codes);
        var restart = codes is not null && _options.RestartInterval > 0 && _state.Step % _options.RestartInterval == 0;
        var everyLatent = restart ? _processes.Gather(flat!) : null;
        var loss = _processes.AverageGradients(_model.parameters(), reconstruction);
        var finite = _precision.Clip(_model.parameters(), _options.ClipNorm);
        _optimizer.LearningRate = learningRate;
        if (!finite)
        {
            // An overflow of half precision, in any process and so in the gradients of all: the step is left out, with all that it would have changed.
            return double.IsFinite(loss) ? loss : LastLoss;
        }

        _optimizer.step();
        if (codes is not null)
        {
            _model.Quantizer.UpdateAverages(chosen);
            _codes.AddCounts(chosen.Count.to("cpu").ToArray<float>());
            if (restart)
            {
                var pool = _options.RestartPool > 0 ? Math.Min(_options.RestartPool, everyLatent!.shape[0]) : everyLatent!.shape[0];
                _model.Quantizer.RestartDeadCodes(everyLatent.narrow(0, 0, pool), _options.RestartThreshold);
            }
        }

        return loss;
    }

    // What only the backward pass needs is autograd's to keep: released here, it is freed as that pass goes on, and its memory is used again.
    private (Tensor Reconstruction, Tensor Total, Tensor? Codes, Tensor? Flat) Losses(Tensor audio)
    {
        using var scope = torch.NewDisposeScope();
        var latents = Encode(audio);
        if (!_quantizing)
        {
            var alone = _loss.Compute(audio, _model.DecodeVectors(latents)).MoveToOuterDisposeScope();
            return (alone, alone, null, null);
        }

        var (vectors, quantizerLoss, codes, flat) = _model.Quantizer.Quantize(latents, _options.Commitment);
        var reconstruction = _loss.Compute(audio, _model.DecodeVectors(vectors)).MoveToOuterDisposeScope();
        var total = (reconstruction + quantizerLoss).MoveToOuterDisposeScope();
        return (reconstruction, total, codes.MoveToOuterDisposeScope(), flat.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loss.Dispose();
        _heldOutLoss?.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
        _data.Dispose();
        _validation?.Dispose();
    }

    private long WeightBytes =>
        _model
            .Encoder.state_dict()
            .Values.Concat(_model.Decoder.state_dict().Values)
            .Append(_model.Quantizer.Codebook)
            .Sum(t => t.numel * t.element_size);

    private Tensor Encode(Tensor audio)
    {
        if (!_options.FreezeEncoder)
        {
            return _model.EncodeLatents(audio);
        }

        using var noGrad = torch.no_grad();
        return _model.EncodeLatents(audio);
    }

    private Tensor NextBatch()
    {
        var length = _options.InputLength;
        for (var i = 0; i < _options.BatchSize; i++)
        {
            // The crops of the other processes are drawn too: all processes together see what one would see.
            var own = i - _share.First;
            if (own >= 0 && own < _share.Count)
            {
                _augmentation.ReadRandom(_data, _random, _crops.AsSpan(own * length, length));
            }
            else
            {
                _augmentation.SkipRandom(_data, _random);
            }
        }

        return torch.tensor(_crops, _share.Count, length).to(_device);
    }

    private void StartCodebook()
    {
        if (_options.KMeansStart)
        {
            StartByKMeans();
        }
        else
        {
            _model.Quantizer.AdoptCodebook();
        }

        _quantizing = true;
        _state.Extra["quantizing"] = [1];
        _state.Commit();
    }

    private void StartByKMeans()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var wanted = (long)_options.Level.CodebookSize * KMeansLatentsPerCode;
        var parts = new List<Tensor>();
        for (long have = 0; have < wanted; have += parts[^1].shape[0])
        {
            var latents = _model.EncodeLatents(NextBatch());
            parts.Add(_processes.Gather(latents.transpose(1, 2).reshape(-1, _options.Level.CodebookDimension)));
        }

        _model.Quantizer.InitializeByKMeans(torch.cat([.. parts], 0));
        _processes.Broadcast(_model.Quantizer.state_dict().Values);
    }

    private void SaveWeights(int? epoch)
    {
        var directory = _options.OutputDirectory;
        WeightFiles.Save(WeightFiles.PathOf(directory, Name, "encoder", epoch), _model.Encoder.state_dict());
        WeightFiles.Save(WeightFiles.PathOf(directory, Name, "decoder", epoch), _model.Decoder.state_dict());
        WeightFiles.Save(
            WeightFiles.PathOf(directory, Name, "codebook", epoch),
            [new KeyValuePair<string, Tensor>("codebook", _model.Quantizer.Codebook)]
        );
    }

    private void GoOn()
    {
        var checkpoint = TrainingState.PathIn(_options.OutputDirectory, Name);
        if (_options.Resume)
        {
            _processes.ReadFileOfFirst(checkpoint, _state.Load);
            _quantizing = _state.Extra.ContainsKey("quantizing");
            if (_state.Extra.TryGetValue("first_quantized_step", out var first))
            {
                _firstQuantizedStep = first[0];
            }

            if (_state.Extra.TryGetValue("loss_scale", out var scale))
            {
                _precision.Scaler.State = scale;
            }

            if (_state.Extra.TryGetValue("code_counts", out var counts))
            {
                _codes.Counts = counts;
            }
        }
        else if (_options.StartEpoch > 0)
        {
            _processes.OnFirst(() => VqvaeWeights.Load(_model, _options.OutputDirectory, Name, _options.StartEpoch));
            _state.Step = (long)_options.StartEpoch * _options.Steps;
            if (_options.NewCodebook)
            {
                _firstQuantizedStep = _state.Step + _options.UnquantizedSteps;
                _state.Extra["first_quantized_step"] = [_firstQuantizedStep];
            }
            else
            {
                _model.Quantizer.AdoptCodebook();
                _quantizing = true;
                _state.Extra["quantizing"] = [1];
            }
        }
    }
}
