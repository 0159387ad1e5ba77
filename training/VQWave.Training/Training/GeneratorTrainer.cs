using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Distributed;
using VQWave.Training.Networks;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Training;

/// <summary>
/// Trains the generator of one level and its context network by teacher forcing: streams of codes with the recurrent state carried from chunk to
/// chunk (truncated back-propagation through time), the VQ-VAEs frozen.
/// </summary>
public sealed class GeneratorTrainer : ITrainedNetworks, IDisposable
{
    private readonly GeneratorTrainingOptions _options;
    private readonly TrainingSetup _setup;
    private readonly U16Dataset _audio;
    private readonly U16Dataset? _validationAudio;
    private readonly CodeCorpus _corpus;
    private readonly HeldOutCodes? _heldOut;
    private readonly GeneratorPair _model;
    private readonly GradientDescent _descent;
    private readonly TrainingLoop _loop;
    private readonly CodeStreams _streams;
    private readonly Tensor _h;
    private readonly Tensor _c;
    private double _recentBits;

    /// <summary>Encodes the corpus where that is not done yet and builds the networks, or reads them back to go on.</summary>
    /// <exception cref="VQWaveException">The options, the data or the weights to go on from are not usable.</exception>
    /// <param name="options">What to train.</param>
    /// <param name="cancellation">Stops the encoding of the corpus; what is encoded by then is kept.</param>
    /// <param name="processes">Who shares the streams; null for this process alone. Weights and files are the first one's.</param>
    public GeneratorTrainer(GeneratorTrainingOptions options, CancellationToken cancellation = default, DataParallel? processes = null)
    {
        _options = options;
        _setup = new TrainingSetup(options, Name, processes);
        var level = options.Level;
        _audio = new U16Dataset(options.DataDirectory, options.InputLength);

        // Held-out pieces are walked through from their beginnings: two coarse codes are enough.
        var shortest = 2L * options.Configuration.Ratio(options.LevelIndex) * level.Compression;
        _validationAudio = options.ValidationDirectory is { } directory ? new U16Dataset(directory, shortest) : null;
        _corpus = OpenCodes(_audio, cancellation)!;
        var validation = OpenCodes(_validationAudio, cancellation);
        _setup.Processes.RequireSame($"{options.Describe()} {_corpus.Pieces.Count} {_corpus.TotalCodes}");

        // Encoding builds encoders, which draw random numbers: the run is the same where the codes were there already.
        torch.manual_seed(options.Seed);
        _model = new GeneratorPair(options.Configuration, options.LevelIndex, options.WithoutContext);
        _model.to(_setup.Device);
        _heldOut = validation is null ? null : new HeldOutCodes(_model, validation, options, _setup.Device);
        _descent = new GradientDescent(_setup, _model);
        _loop = new TrainingLoop(_setup, this, _model, _descent);
        _streams = new CodeStreams(
            _corpus,
            _model.ContextNetwork,
            options.BatchSize,
            options.ChunkCodes,
            options.InputLength / level.Compression,
            _setup.Random,
            _setup.Share
        );
        (_h, _c) = _model.Generator.InitialState(options.BatchSize, _setup.Device);
        var state = _loop.State;
        state.ExtraTensors["h"] = _h;
        state.ExtraTensors["c"] = _c;
        state.Saving += () => state.Extra["streams"] = _streams.Position;
        var committed = _streams.Position;
        state.Alongside = (() => committed = _streams.Position, () => _streams.Position = committed);
        UnigramBits = _corpus.Statistics(level.CodebookSize).EntropyBits;
        _loop.GoOn();
    }

    /// <summary>Entropy in bits of the histogram of the training codes: what a generator that knows nothing else would need for each.</summary>
    public double UnigramBits { get; }

    /// <summary>The corpus.</summary>
    public U16Dataset Data => _audio;

    /// <summary>The generator.</summary>
    public GeneratorModule Generator => _model.Generator;

    /// <summary>Its context network, or null.</summary>
    public ContextModule? Context => _model.Context;

    /// <summary>Mean training bits per code of each epoch of this run.</summary>
    public IReadOnlyList<double> EpochBits => _loop.EpochLosses;

    /// <summary>Told after each step how many are done.</summary>
    public Action<long>? Stepped
    {
        get => _loop.Stepped;
        set => _loop.Stepped = value;
    }

    private string Name => _options.Level.GeneratorName;

    /// <inheritdoc cref="TrainingLoop.Run"/>
    public bool Run(CancellationToken cancellation) => _loop.Run(cancellation);

    /// <summary>One optimiser step on the next chunk of every stream.</summary>
    /// <returns>Bits per code of the chunk.</returns>
    public double Step(double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        using var casting = _setup.Precision.Begin();
        _streams.Next();
        var (loss, h, c) = Loss();
        _descent.Backward(loss);

        // All that is exchanged comes before anything changes: a step that breaks off here leaves the state of the step before.
        var (nextH, nextC) = States(h, c);
        if (_descent.TryStep(loss, learningRate, out var mean))
        {
            using var noGrad = torch.no_grad();
            _h.copy_(nextH);
            _c.copy_(nextC);
        }

        var bits = mean / Math.Log(2);
        _recentBits = _recentBits == 0 ? bits : (0.98 * _recentBits) + (0.02 * bits);
        return bits;
    }

    /// <summary>
    /// Bits per code on the held-out pieces, teacher-forced from their beginnings with the state carried along, up to the configured number of
    /// codes.
    /// </summary>
    /// <param name="progress">Told that this is going on.</param>
    /// <param name="cancellation">Breaks it off.</param>
    /// <returns>The figures; null when cancelled.</returns>
    public HeldOutBits? Validate(ProgressLine? progress = null, CancellationToken cancellation = default) =>
        (_heldOut ?? throw new InvalidOperationException("There is no validation data.")).Measure(
            () => progress?.Report(_loop.State.Step, () => "validating"),
            cancellation
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _h.Dispose();
        _c.Dispose();
        _descent.Dispose();
        _model.Dispose();
        _corpus.Dispose();
        _heldOut?.Dispose();
        _audio.Dispose();
        _validationAudio?.Dispose();
    }

    IReadOnlyList<string> ITrainedNetworks.Columns { get; } =
    ["bits_per_code", "learning_rate", "unigram_bits", "validation_bits_per_code"];

    int? ITrainedNetworks.CodebookSize => null;

    // Its objective stays what it is.
    long ITrainedNetworks.ObjectiveChanges => 0;

    long ITrainedNetworks.WeightBytes => _model.state_dict().Values.Sum(t => t.numel * t.element_size);

    long ITrainedNetworks.SampleBytes => 0;

    string ITrainedNetworks.Introduction =>
        $"{_corpus.TotalCodes} codes in {_corpus.Pieces.Count} pieces, unigram entropy {UnigramBits:0.00} bits";

    string ITrainedNetworks.Status => $"{_recentBits:0.000} bits per code (unigram {UnigramBits:0.00})";

    EpochResult? ITrainedNetworks.Evaluate(double meanLoss, ProgressLine progress, CancellationToken cancellation)
    {
        var heldOut = double.NaN;
        var text = $"{meanLoss:0.000} bits per code";
        if (_heldOut is not null)
        {
            if (Validate(progress, cancellation) is not { } figures)
            {
                return null;
            }

            heldOut = figures.BitsPerCode;
            text += double.IsNaN(heldOut) ? "" : $", held-out {heldOut:0.000}";
        }

        return new EpochResult(heldOut, [meanLoss, _descent.Optimizer.LearningRate, UnigramBits, heldOut], text);
    }

    void ITrainedNetworks.WriteSamples(string folder, int epoch) { }

    void ITrainedNetworks.BeginEpoch() { }

    void ITrainedNetworks.SaveWeights(int? epoch)
    {
        WeightFiles.Save(WeightFiles.PathOf(_options.OutputDirectory, Name, "generator", epoch), _model.Generator.state_dict());
        if (_model.Context is { } context)
        {
            WeightFiles.Save(WeightFiles.PathOf(_options.OutputDirectory, Name, "context", epoch), context.state_dict());
        }
    }

    void ITrainedNetworks.Restore(string checkpoint)
    {
        if (!_loop.State.Extra.TryGetValue("streams", out var position) || position.Length != 3 * _options.BatchSize)
        {
            throw new VQWaveException($"{checkpoint} is not a checkpoint of this run: it has no place for {_options.BatchSize} streams.");
        }

        _streams.Position = position;
    }

    void ITrainedNetworks.StartFrom(string directory, int? epoch) =>
        _setup.Processes.OnFirst(() =>
        {
            WeightFiles.Load(WeightFiles.Find(directory, Name, "generator", epoch), _model.Generator);
            if (_model.Context is { } context)
            {
                WeightFiles.Load(WeightFiles.Find(directory, Name, "context", epoch), context);
            }
        });

    // What only the backward pass needs is autograd's to keep: released here, it is freed as that pass goes on, and its memory is used again.
    private (Tensor Loss, Tensor H, Tensor C) Loss()
    {
        using var scope = torch.NewDisposeScope();
        var batch = _setup.Share.Count;
        var fresh = torch.tensor(_streams.Fresh, 1, batch, 1).to(_setup.Device);
        var codes = torch.tensor(_streams.Codes, batch, _options.ChunkCodes + 1).to(_setup.Device);
        var inputs = codes.narrow(1, 0, _options.ChunkCodes);
        var targets = codes.narrow(1, 1, _options.ChunkCodes);
        var context = _model.ContextOf(_streams.Coarse, _streams.Inside, batch, _options.ChunkCodes, _setup.Device);
        var before = (Own(_h) * fresh, Own(_c) * fresh);
        var (logits, h, c) = _model.Generator.forward(inputs, context, before, Dropout());
        var flat = logits.reshape(-1, _options.Level.CodebookSize);
        var loss = F.cross_entropy(flat, targets.reshape(-1), label_smoothing: _options.LabelSmoothing);
        return (loss.MoveToOuterDisposeScope(), h.MoveToOuterDisposeScope(), c.MoveToOuterDisposeScope());
    }

    /// <summary>This process's streams of a state (layers, streams, units).</summary>
    private Tensor Own(Tensor state) => state.narrow(1, _setup.Share.First, _setup.Share.Count);

    /// <summary>This process's rows of the mask for all streams, or null without dropout.</summary>
    private Tensor? Dropout() =>
        _options.Dropout > 0
            ? _model
                .Generator.DropoutMask(_options.BatchSize, _options.ChunkCodes, _options.Dropout, _setup.Device)
                .narrow(0, _setup.Share.First, _setup.Share.Count)
            : null;

    /// <summary>The states of all streams. Every process keeps them: whichever is lost, a checkpoint of the others is whole.</summary>
    private (Tensor H, Tensor C) States(Tensor h, Tensor c)
    {
        if (_setup.Processes.Size == 1)
        {
            return (h.detach(), c.detach());
        }

        using var noGrad = torch.no_grad();
        var layers = h.shape[0];
        var all = _setup.Processes.Gather(torch.cat([h, c], 0).transpose(0, 1).contiguous()).transpose(0, 1);
        return (all.narrow(0, 0, layers), all.narrow(0, layers, layers));
    }

    /// <summary>The codes of a corpus: the first process encodes; the others find them, or encode where they do not share its disk.</summary>
    private CodeCorpus? OpenCodes(U16Dataset? audio, CancellationToken cancellation)
    {
        if (audio is null)
        {
            return null;
        }

        CodeCorpus? corpus = null;
        void Open() =>
            corpus ??= CodeCorpus.Open(
                _options.Configuration,
                _options.LevelIndex,
                _options.VqvaeWeightsDirectory,
                audio,
                _options.CodesDirectory ?? Path.Combine(_options.OutputDirectory, "codes"),
                _setup.Device,
                cancellation
            );
        _setup.Processes.OnFirst(Open);
        _setup.Processes.Patiently(Open);
        return corpus;
    }
}
