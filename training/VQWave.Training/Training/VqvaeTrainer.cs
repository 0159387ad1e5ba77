using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Distributed;
using VQWave.Training.Losses;
using VQWave.Training.Networks;
using VQWave.Training.Reporting;

namespace VQWave.Training.Training;

/// <summary>
/// Trains the VQ-VAE of one level on random crops: Adam with gradient clipping, ramp and cosine; a few steps without quantisation, then a
/// k-means start of the codebook; dead codes restart from the whole batch, or as halves of others.
/// </summary>
public sealed class VqvaeTrainer : ITrainedNetworks, IDisposable
{
    private const int KMeansLatentsPerCode = 16;
    private readonly VqvaeTrainingOptions _options;
    private readonly TrainingSetup _setup;
    private readonly Augmentation _augmentation;
    private readonly U16Dataset _data;
    private readonly HeldOutAudio? _heldOut;
    private readonly Vqvae _model;
    private readonly GradientDescent _descent;
    private readonly LossMix _loss;
    private readonly TrainingLoop _loop;
    private readonly CodeStatistics _codes;
    private readonly float[] _crops;
    private readonly CropInterior _interior;
    private bool _quantizing;
    private long _firstQuantizedStep;
    private double _lastLoss;

    /// <summary>Opens the data and builds the networks, or reads them back to go on.</summary>
    /// <param name="options">What to train.</param>
    /// <param name="processes">Who shares each batch; null for this process alone. Weights and files are the first one's.</param>
    /// <exception cref="VQWaveException">The options, the data or the weights to go on from are not usable.</exception>
    public VqvaeTrainer(VqvaeTrainingOptions options, DataParallel? processes = null)
    {
        _options = options;
        _setup = new TrainingSetup(options, Name, processes);
        _augmentation = Augmentation.Parse(options.Augment);
        _data = new U16Dataset(options.DataDirectory, _augmentation.SourceLength(options.InputLength));
        var validation = options.ValidationDirectory is { } v ? new U16Dataset(v, options.Level.Compression) : null;
        _model = new Vqvae(options.Level, options.Codebook);
        _model.to(_setup.Device);
        if (options.DecoderOnly)
        {
            foreach (var parameter in _model.Encoder.parameters().Concat(_model.Quantizer.parameters()))
            {
                parameter.requires_grad = false;
            }
        }

        _descent = new GradientDescent(_setup, _model);
        Variance = _data.EstimateVariance();
        _setup.Processes.RequireSame($"{options.Describe()} {_data.Files.Count} {_data.TotalSamples} {Variance:R}");
        _model.Quantizer.Processes = _setup.Processes;
        _loss = Loss(_setup.Processes);

        // Held-out music is the first process's alone: its loss must not wait for sums of the others.
        _heldOut = validation is null ? null : new HeldOutAudio(validation, Loss(null), options, _setup.Device, Reconstruct);
        _loop = new TrainingLoop(_setup, this, _model, _descent);
        _codes = new CodeStatistics(options.Level.CodebookSize);
        _crops = new float[_setup.Share.Count * options.InputLength];
        _interior = options.CodebookOfWholeCrops
            ? default
            : CropInterior.Of(options.Level, options.InputLength / options.Level.Compression);
        _setup.Processes.OnFirst(() => WeightFiles.PrepareDirectory(options.OutputDirectory));
        _firstQuantizedStep = options.UnquantizedSteps;
        _loop.State.Saving += () => _loop.State.Extra["code_counts"] = _codes.Counts;
        _loop.GoOn();
    }

    /// <summary>Variance of the corpus's samples, which scales the waveform loss.</summary>
    public double Variance { get; }

    /// <summary>The networks.</summary>
    public Vqvae Model => _model;

    /// <summary>The corpus.</summary>
    public U16Dataset Data => _data;

    /// <summary>Mean reconstruction loss of each epoch of this run.</summary>
    public IReadOnlyList<double> EpochLosses => _loop.EpochLosses;

    /// <summary>Told after each step how many are done.</summary>
    public Action<long>? Stepped
    {
        get => _loop.Stepped;
        set => _loop.Stepped = value;
    }

    private string Name => _options.Level.VqvaeName;

    /// <inheritdoc cref="TrainingLoop.Run"/>
    public bool Run(CancellationToken cancellation) => _loop.Run(cancellation);

    /// <summary>One optimiser step on a fresh batch.</summary>
    /// <returns>The reconstruction loss.</returns>
    public double Step(double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        if (!_quantizing && _loop.State.Step >= _firstQuantizedStep)
        {
            StartCodebook();
        }

        using var casting = _setup.Precision.Begin();
        var (reconstruction, total, codes, flat) = Losses(NextBatch());
        _descent.Backward(total);

        // All that is exchanged comes before anything changes: a step that breaks off here leaves the state of the step before.
        var chosen = codes is null ? default : _model.Quantizer.Count(Inside(flat!), Inside(codes));
        var restart =
            codes is not null && !_options.DecoderOnly && _options.RestartInterval > 0 && _loop.State.Step % _options.RestartInterval == 0;
        var everyLatent = restart && _options.Restart == CodeRestart.Latents ? _setup.Processes.Gather(Inside(flat!)) : null;
        if (_descent.TryStep(reconstruction, learningRate, out _lastLoss) && codes is not null)
        {
            if (!_options.DecoderOnly)
            {
                _model.Quantizer.UpdateAverages(chosen);
            }

            _codes.AddCounts(chosen.Count.to("cpu").ToArray<float>());
            if (everyLatent is not null)
            {
                var pool = _options.RestartPool > 0 ? Math.Min(_options.RestartPool, everyLatent.shape[0]) : everyLatent.shape[0];
                _model.Quantizer.RestartDeadCodes(everyLatent.narrow(0, 0, pool), _options.RestartThreshold);
            }
            else if (restart)
            {
                _model.Quantizer.SplitUsedCodes(_options.RestartThreshold);
            }
        }

        return _lastLoss;
    }

    /// <summary>
    /// Held-out audio through the networks as they are trained at this moment (with the codebook, once there is one), all files together; at most 30 s of each file.
    /// </summary>
    /// <param name="progress">Told that this is going on.</param>
    /// <param name="cancellation">Breaks it off.</param>
    /// <returns>The figures; null when cancelled.</returns>
    public HeldOutFigures? Validate(ProgressLine? progress = null, CancellationToken cancellation = default) =>
        (_heldOut ?? throw new InvalidOperationException("There is no validation data.")).Measure(
            () => progress?.Report(_loop.State.Step, () => "validating"),
            cancellation
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _loss.Dispose();
        _descent.Dispose();
        _model.Dispose();
        _data.Dispose();
        _heldOut?.Dispose();
    }

    IReadOnlyList<string> ITrainedNetworks.Columns { get; } =
    ["loss", "learning_rate", "codes_used", "perplexity", "entropy_bits", "validation_si_sdr_db", "validation_loss"];

    int? ITrainedNetworks.CodebookSize => _options.Level.CodebookSize;

    // The codebook's first step.
    long ITrainedNetworks.ObjectiveChanges => _firstQuantizedStep;

    long ITrainedNetworks.WeightBytes =>
        _model
            .Encoder.state_dict()
            .Values.Concat(_model.Decoder.state_dict().Values)
            .Append(_model.Quantizer.Codebook)
            .Sum(t => t.numel * t.element_size);

    long ITrainedNetworks.SampleBytes => _options.SampleEpochs > 0 ? CropSamples.Bytes(_options.Configuration.SampleRate) : 0;

    string? ITrainedNetworks.Introduction => null;

    string ITrainedNetworks.Status => $"{_loss.Name} {_lastLoss:0.0000} {Usage}";

    EpochResult? ITrainedNetworks.Evaluate(double meanLoss, ProgressLine progress, CancellationToken cancellation)
    {
        var heldOut = _heldOut is null ? new HeldOutFigures(double.NaN, double.NaN) : Validate(progress, cancellation);
        if (heldOut is null)
        {
            return null;
        }

        var (perplexity, bits) = _codes.Total > 0 ? (_codes.Perplexity, _codes.EntropyBits) : (double.NaN, double.NaN);
        var text =
            $"{_loss.Name} {meanLoss:0.0000}, {Usage}"
            + (double.IsNaN(heldOut.Loss) ? "" : $", held-out {heldOut.Loss:0.0000}, SI-SDR {heldOut.SiSdrDecibels:0.0} dB");
        return new EpochResult(
            // Networks without a codebook are no codec yet, however well they do.
            _quantizing ? heldOut.Loss : double.NaN,
            [meanLoss, _descent.Optimizer.LearningRate, _codes.Used, perplexity, bits, heldOut.SiSdrDecibels, heldOut.Loss],
            text
        );
    }

    void ITrainedNetworks.WriteSamples(string folder, int epoch) => _heldOut?.WriteSamples(folder, epoch);

    void ITrainedNetworks.BeginEpoch() => _codes.Clear();

    void ITrainedNetworks.SaveWeights(int? epoch) => VqvaeWeights.Save(_model, _options.OutputDirectory, Name, epoch);

    void ITrainedNetworks.Restore(string checkpoint)
    {
        var extra = _loop.State.Extra;
        _quantizing = extra.ContainsKey("quantizing");
        if (extra.TryGetValue("first_quantized_step", out var first))
        {
            _firstQuantizedStep = first[0];
        }

        if (extra.TryGetValue("code_counts", out var counts))
        {
            _codes.Counts = counts;
        }
    }

    void ITrainedNetworks.StartFrom(string directory, int? epoch)
    {
        _setup.Processes.OnFirst(() => VqvaeWeights.Load(_model, directory, Name, epoch));
        if (_options.NewCodebook)
        {
            _firstQuantizedStep = _loop.State.Step + _options.UnquantizedSteps;
            _loop.State.Extra["first_quantized_step"] = [_firstQuantizedStep];
        }
        else
        {
            _model.Quantizer.AdoptCodebook();
            BeginQuantizing();
        }
    }

    private string Usage =>
        _codes.Total == 0
            ? "unquantised"
            : $"codes {_codes.Used}/{_options.Level.CodebookSize} ({100.0 * _codes.Used / _options.Level.CodebookSize:0} %) perplexity {_codes.Perplexity:0} {_codes.EntropyBits:0.00} bits";

    private LossMix Loss(DataParallel? processes) =>
        new(_options.Loss, _setup.Device, _options.InputLength, _options.Configuration.SampleRate, Variance, processes);

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

        var (vectors, quantizerLoss, codes, flat) = _model.Quantizer.Quantize(latents, _options.Commitment, Noise(latents.shape[2]));
        var reconstruction = _loss.Compute(audio, _model.DecodeVectors(vectors)).MoveToOuterDisposeScope();
        var total = (reconstruction + quantizerLoss).MoveToOuterDisposeScope();
        return (reconstruction, total, codes.MoveToOuterDisposeScope(), flat.MoveToOuterDisposeScope());
    }

    // This process's rows of the noise for the whole batch, so that all processes together hear what one would. A decoder that learns alone hears the code vectors.
    private Tensor? Noise(long latents) =>
        _options.Gradient == QuantizerGradient.NoiseSubstitution && !_options.DecoderOnly
            ? torch
                .randn(_options.BatchSize * latents, _options.Level.CodebookDimension)
                .narrow(0, _setup.Share.First * latents, _setup.Share.Count * latents)
                .to(_setup.Device)
            : null;

    private Tensor Encode(Tensor audio)
    {
        if (!_options.FreezeEncoder)
        {
            return _model.EncodeLatents(audio);
        }

        using var noGrad = torch.no_grad();
        return _model.EncodeLatents(audio);
    }

    private Tensor Inside(Tensor flat) => _interior.Take(flat, _setup.Share.Count);

    private Tensor NextBatch()
    {
        var length = _options.InputLength;
        for (var i = 0; i < _options.BatchSize; i++)
        {
            // The crops of the other processes are drawn too: all processes together see what one would see.
            var own = i - _setup.Share.First;
            if (own >= 0 && own < _setup.Share.Count)
            {
                _augmentation.ReadRandom(_data, _setup.Random, _crops.AsSpan(own * length, length));
            }
            else
            {
                _augmentation.SkipRandom(_data, _setup.Random);
            }
        }

        return torch.tensor(_crops, _setup.Share.Count, length).to(_setup.Device);
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

        BeginQuantizing();
        _loop.State.Commit();
    }

    private void BeginQuantizing()
    {
        _quantizing = true;
        _loop.State.Extra["quantizing"] = [1];
    }

    private void StartByKMeans()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var wanted = (long)_options.Level.CodebookSize * KMeansLatentsPerCode;
        var parts = new List<Tensor>();
        for (long have = 0; have < wanted; have += parts[^1].shape[0])
        {
            var latents = _model.EncodeLatents(NextBatch()).transpose(1, 2).reshape(-1, _options.Level.CodebookDimension);
            parts.Add(_setup.Processes.Gather(Inside(latents)));
        }

        _model.Quantizer.InitializeByKMeans(torch.cat([.. parts], 0));
        _setup.Processes.Broadcast(_model.Quantizer.state_dict().Values);
    }

    // As the networks are trained at this moment: through the codebook, or unquantised.
    private Tensor Reconstruct(Tensor audio) =>
        _quantizing ? _model.DecodeCodes(_model.EncodeCodes(audio)) : _model.DecodeVectors(_model.EncodeLatents(audio));
}
