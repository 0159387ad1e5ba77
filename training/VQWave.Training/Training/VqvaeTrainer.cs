using VQWave.Torch;
using VQWave.Torch.Optimizers;
using VQWave.Training.Data;
using VQWave.Training.Distributed;
using VQWave.Training.Losses;
using VQWave.Training.Networks;

namespace VQWave.Training.Training;

/// <summary>
/// Trains the VQ-VAE of one level on random crops: Adam with gradient clipping, ramp and cosine; a few steps without quantisation, then a
/// k-means start of the codebook; dead codes restart from the whole batch.
/// </summary>
public sealed class VqvaeTrainer : IDisposable
{
    private const int KMeansLatentsPerCode = 16;
    private readonly VqvaeTrainingOptions _options;
    private readonly DataParallel _processes;
    private readonly (int First, int Count) _share;
    private readonly U16Dataset _data;
    private readonly U16Dataset? _validation;
    private readonly Device _device;
    private readonly Vqvae _model;
    private readonly Adam _optimizer;
    private readonly LossMix _loss;
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
        if (_processes.IsFirst)
        {
            TrainingState.RequireToResume(options, Name);
        }

        _data = new U16Dataset(options.DataDirectory, options.InputLength);
        _validation = options.ValidationDirectory is { } v ? new U16Dataset(v, options.Level.Compression) : null;
        _random = new Xoshiro((ulong)options.Seed);
        _model = new Vqvae(options.Level, options.Codebook);
        _model.to(_device);
        _optimizer = new Adam(_model.parameters().Where(p => p.requires_grad), options.LearningRate, beta1: 0.9, beta2: 0.99);
        Variance = _data.EstimateVariance();
        _processes.RequireSame($"{options.Describe()} {_data.Files.Count} {_data.TotalSamples} {Variance:R}");
        _model.Quantizer.Processes = _processes;
        _loss = new LossMix(options.Loss, _device, options.InputLength, options.Configuration.SampleRate, Variance, _processes);
        _schedule = new LearningRateSchedule(options.LearningRate, options.WarmupSteps);
        _state = new TrainingState(_model, _optimizer, _random);
        _codes = new CodeStatistics(options.Level.CodebookSize);
        _crops = new float[_share.Count * options.InputLength];
        _processes.OnFirst(() => WeightFiles.PrepareDirectory(options.OutputDirectory));
        _firstQuantizedStep = options.UnquantizedSteps;
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
        _state.Commit();
        try
        {
            return Train(cancellation);
        }
        catch (LostProcessException e)
        {
            _state.RollBack();
            throw _state.SaveForLost(e, TrainingState.PathIn(_options.OutputDirectory, Name));
        }
    }

    private bool Train(CancellationToken cancellation)
    {
        var checkpoint = TrainingState.PathIn(_options.OutputDirectory, Name);
        using var log = _processes.IsFirst ? OpenLog() : null;
        using var progress = new ProgressLine(Name, _options.TotalSteps, _state.Step, quiet: !_processes.IsFirst);
        var before = _state.Seconds;
        double epochLoss = 0;
        long epochSteps = 0;
        var timeUp = TimeIsUp();
        while (_state.Step < _options.TotalSteps && !timeUp && !_processes.Any(cancellation.IsCancellationRequested))
        {
            var done = Progress();
            LastLoss = Step(_schedule.At(_state.Step, done));
            if (!double.IsFinite(LastLoss))
            {
                throw new VQWaveException(
                    $"The loss of {Name} is no longer finite at step {_state.Step}; go on from the last epoch with a smaller --learning-rate."
                );
            }

            epochLoss += LastLoss;
            epochSteps++;
            _state.Step++;
            _state.Commit();
            _state.Seconds = _processes.OfFirst(before + progress.Seconds);
            Stepped?.Invoke(_state.Step);
            timeUp = TimeIsUp();
            progress.Report(
                _state.Step,
                () => $"{_loss.Name} {LastLoss:0.0000} codes {_codes.Used} perplexity {(_codes.Total > 0 ? _codes.Perplexity : 0):0}",
                Progress()
            );
            if (_state.Step % _options.Steps == 0 || timeUp)
            {
                _processes.OnFirst(() => EndEpoch(epochLoss / epochSteps, log!, progress, checkpoint, cancellation));
                (epochLoss, epochSteps) = (0, 0);
                _codes.Clear();
            }
        }

        var complete = _state.Step >= _options.TotalSteps || timeUp;
        _processes.OnFirst(() =>
        {
            if (complete)
            {
                SaveWeights(epoch: null);
            }
            else
            {
                _state.Save(checkpoint);
                progress.WriteLine($"{Name} stopped at step {_state.Step}; '--resume' goes on from {checkpoint}.");
            }
        });
        return complete;
    }

    private MetricsLog OpenLog() =>
        new(
            Path.Combine(_options.OutputDirectory, $"{Name}_metrics.csv"),
            append: _state.Step > 0,
            "step",
            "epoch",
            "seconds",
            "loss",
            "learning_rate",
            "codes_used",
            "perplexity",
            "entropy_bits",
            "validation_si_sdr_db"
        );

    private void EndEpoch(double loss, MetricsLog log, ProgressLine progress, string checkpoint, CancellationToken cancellation)
    {
        var epoch = (int)((_state.Step + _options.Steps - 1) / _options.Steps);
        var validation = _validation is null ? double.NaN : Validate(progress, cancellation);
        EpochLosses.Add(loss);
        log.Add(
            _state.Step,
            epoch,
            _state.Seconds,
            loss,
            _optimizer.LearningRate,
            _codes.Used,
            _codes.Total > 0 ? _codes.Perplexity : double.NaN,
            _codes.Total > 0 ? _codes.EntropyBits : double.NaN,
            validation
        );
        progress.WriteLine(
            $"{Name} epoch {epoch}: {_loss.Name} {loss:0.0000}, codes {_codes.Used}/{_options.Level.CodebookSize}, "
                + $"{(_codes.Total > 0 ? _codes.EntropyBits : 0):0.00} bits, {(double.IsNaN(validation) ? "" : $"held-out SI-SDR {validation:0.0} dB, ")}{_state.Seconds / 60:0.0} min"
        );
        SaveWeights(epoch);
        _state.Save(checkpoint);
    }

    /// <summary>One optimiser step on a fresh batch.</summary>
    /// <returns>The reconstruction loss.</returns>
    public double Step(double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        if (!_quantizing && _state.Step >= _firstQuantizedStep)
        {
            StartCodebook();
        }

        var (reconstruction, total, codes, flat) = Losses(NextBatch());
        _optimizer.zero_grad();
        total.backward();

        // All that is exchanged comes before anything changes: a step that breaks off here leaves the state of the step before.
        var chosen = codes is null ? default : _model.Quantizer.Count(flat!, codes);
        var restart = codes is not null && _options.RestartInterval > 0 && _state.Step % _options.RestartInterval == 0;
        var everyLatent = restart ? _processes.Gather(flat!) : null;
        var loss = _processes.AverageGradients(_model.parameters(), reconstruction);
        torch.nn.utils.clip_grad_norm_(_model.parameters(), _options.ClipNorm);
        _optimizer.LearningRate = learningRate;
        _optimizer.step();
        if (codes is not null)
        {
            _model.Quantizer.UpdateAverages(chosen);
            _codes.AddCounts(chosen.Count.to("cpu").ToArray<float>());
            if (restart)
            {
                _model.Quantizer.RestartDeadCodes(everyLatent!, _options.RestartThreshold);
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

    /// <summary>
    /// SI-SDR in dB of held-out audio through encoder, codebook and decoder, all files together; at most 30 s of each file. NaN where all of it is
    /// silent, or when cancelled.
    /// </summary>
    public double Validate(ProgressLine? progress = null, CancellationToken cancellation = default)
    {
        var validation = _validation ?? throw new InvalidOperationException("There is no validation data.");
        double target = 0,
            cross = 0,
            estimateEnergy = 0;
        var compression = _options.Level.Compression;
        foreach (var file in validation.Files)
        {
            if (cancellation.IsCancellationRequested)
            {
                return double.NaN;
            }

            progress?.Report(_state.Step, () => "validating");
            var length = (int)Math.Min(file.Length, 30L * _options.Configuration.SampleRate) / compression * compression;
            var samples = new float[length];
            file.Read(0, samples);
            using var scope = torch.NewDisposeScope();
            var audio = torch.tensor(samples, 1, length).to(_device);
            var estimate = _model.DecodeCodes(_model.EncodeCodes(audio)).to("cpu").ToArray<float>();
            for (var i = 0; i < length; i++)
            {
                target += (double)samples[i] * samples[i];
                cross += (double)samples[i] * estimate[i];
                estimateEnergy += (double)estimate[i] * estimate[i];
            }
        }

        if (target == 0)
        {
            return double.NaN;
        }

        // Projection of the estimate on the target against what remains (Le Roux et al. 2019).
        var projected = cross * cross / Math.Max(target, 1e-20);
        return 10 * Math.Log10(projected / Math.Max(estimateEnergy - projected, 1e-20));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loss.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
        _data.Dispose();
        _validation?.Dispose();
    }

    private bool TimeIsUp() => _options.TimeLimitMinutes > 0 && _state.Seconds >= _options.TimeLimitMinutes * 60;

    private double Progress()
    {
        var steps = (double)_state.Step / _options.TotalSteps;
        return _options.TimeLimitMinutes > 0 ? Math.Max(steps, _state.Seconds / (_options.TimeLimitMinutes * 60)) : steps;
    }

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
                _data.ReadRandom(_random, _crops.AsSpan(own * length, length));
            }
            else
            {
                _data.SkipRandom(_random);
            }
        }

        return torch.tensor(_crops, _share.Count, length).to(_device);
    }

    private void StartCodebook()
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
        _quantizing = true;
        _state.Extra["quantizing"] = [1];
        _state.Commit();
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
