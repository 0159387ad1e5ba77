using VQWave.Torch;
using VQWave.Torch.Optimizers;
using VQWave.Training.Data;
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
    private readonly Augmentation _augmentation;
    private readonly U16Dataset _data;
    private readonly U16Dataset? _validation;
    private readonly Device _device;
    private readonly MixedPrecision _precision;
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
    /// <exception cref="VQWaveException">The options, the data or the weights to go on from are not usable.</exception>
    public VqvaeTrainer(VqvaeTrainingOptions options)
    {
        options.Validate();
        _options = options;
        torch.set_num_threads(options.Threads);
        torch.manual_seed(options.Seed);
        _device = TorchDevice.Parse(options.Device);
        _precision = new MixedPrecision(options.Precision, _device);
        TrainingState.RequireToResume(options, Name);
        _augmentation = Augmentation.Parse(options.Augment);
        _data = new U16Dataset(options.DataDirectory, _augmentation.SourceLength(options.InputLength));
        _validation = options.ValidationDirectory is { } v ? new U16Dataset(v, options.Level.Compression) : null;
        _random = new Xoshiro((ulong)options.Seed);
        _model = new Vqvae(options.Level, options.Codebook);
        _model.to(_device);
        _optimizer = new Adam(_model.parameters().Where(p => p.requires_grad), options.LearningRate, beta1: 0.9, beta2: 0.99);
        Variance = _data.EstimateVariance();
        _loss = new LossMix(options.Loss, _device, options.InputLength, options.Configuration.SampleRate, Variance);
        _schedule = new LearningRateSchedule(options.LearningRate, options.WarmupSteps);
        _state = new TrainingState(_model, _optimizer, _random);
        _codes = new CodeStatistics(options.Level.CodebookSize);
        _crops = new float[options.BatchSize * options.InputLength];
        WeightFiles.PrepareDirectory(options.OutputDirectory);
        _firstQuantizedStep = options.UnquantizedSteps;
        _state.Saving = () =>
        {
            _state.Extra["code_counts"] = _codes.Counts;
            _state.Extra["loss_scale"] = _precision.Scaler.State;
        };
        GoOn();
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
    public bool Run(CancellationToken cancellation)
    {
        var folder = new RunFolder(_options, Name);
        var samples = _options.SampleEpochs > 0 ? CropSamples.Bytes(_options.Configuration.SampleRate) : 0;
        var run = new RunKeeper(_options, Name, _state, WeightBytes, samples, SaveWeights);
        using var log = new MetricsLog(
            folder.Metrics,
            _state.Step,
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
        using var progress = new ProgressLine(Name, _options.TotalSteps, _state.Step);
        while (!cancellation.IsCancellationRequested)
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
            folder.Log(line);
        }

        return complete;
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

        using var casting = _precision.Begin();
        var audio = NextBatch();
        var latents = Encode(audio);
        Tensor? flat = null;
        Tensor? codes = null;
        Tensor? quantizerLoss = null;
        var vectors = latents;
        if (_quantizing)
        {
            (vectors, quantizerLoss, codes, flat) = _model.Quantizer.Quantize(latents, _options.Commitment);
        }

        var estimate = _model.DecodeVectors(vectors);
        var reconstruction = _loss.Compute(audio, estimate);
        var total = quantizerLoss is null ? reconstruction : reconstruction + quantizerLoss;
        _optimizer.zero_grad();
        _precision.Backward(total);
        var finite = _precision.Clip(_model.parameters(), _options.ClipNorm);
        _optimizer.LearningRate = learningRate;
        var loss = reconstruction.ToDouble();
        if (!finite)
        {
            // An overflow of half precision: the step is left out, with all that it would have changed.
            return double.IsFinite(loss) ? loss : LastLoss;
        }

        _optimizer.step();
        if (codes is not null)
        {
            _model.Quantizer.UpdateAverages(flat!, codes);
            _codes.Add(codes.to("cpu").ToArray<long>());
            if (_options.RestartInterval > 0 && _state.Step % _options.RestartInterval == 0)
            {
                var pool = _options.RestartPool > 0 ? flat!.narrow(0, 0, Math.Min(_options.RestartPool, flat.shape[0])) : flat!;
                _model.Quantizer.RestartDeadCodes(pool, _options.RestartThreshold);
            }
        }

        return loss;
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
            _augmentation.ReadRandom(_data, _random, _crops.AsSpan(i * length, length));
        }

        return torch.tensor(_crops, _options.BatchSize, length).to(_device);
    }

    private void StartCodebook()
    {
        _quantizing = true;
        _state.Extra["quantizing"] = [1];
        if (!_options.KMeansStart)
        {
            _model.Quantizer.AdoptCodebook();
            return;
        }

        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var wanted = (long)_options.Level.CodebookSize * KMeansLatentsPerCode;
        var parts = new List<Tensor>();
        for (long have = 0; have < wanted; have += parts[^1].shape[0])
        {
            var latents = _model.EncodeLatents(NextBatch());
            parts.Add(latents.transpose(1, 2).reshape(-1, _options.Level.CodebookDimension));
        }

        _model.Quantizer.InitializeByKMeans(torch.cat([.. parts], 0));
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
            _state.Load(checkpoint);
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
            VqvaeWeights.Load(_model, _options.OutputDirectory, Name, _options.StartEpoch);
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
