using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Torch.Optimizers;
using VQWave.Training.Data;
using VQWave.Training.Networks;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Training;

/// <summary>
/// Trains the generator of one level and its context network by teacher forcing: streams of codes with the recurrent state carried from chunk to
/// chunk (truncated back-propagation through time), the VQ-VAEs frozen.
/// </summary>
public sealed class GeneratorTrainer : IDisposable
{
    private readonly GeneratorTrainingOptions _options;
    private readonly Device _device;
    private readonly U16Dataset _audio;
    private readonly U16Dataset? _validationAudio;
    private readonly CodeCorpus _corpus;
    private readonly CodeCorpus? _validation;
    private readonly Pair _model;
    private readonly Adam _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly Xoshiro _random;
    private readonly TrainingState _state;
    private readonly CodeStreams _streams;
    private readonly Tensor _h;
    private readonly Tensor _c;

    /// <summary>Encodes the corpus where that is not done yet and builds the networks, or reads them back to go on.</summary>
    /// <exception cref="VQWaveException">The options, the data or the weights to go on from are not usable.</exception>
    public GeneratorTrainer(GeneratorTrainingOptions options)
    {
        options.Validate();
        _options = options;
        WeightFiles.PrepareDirectory(options.OutputDirectory);
        torch.set_num_threads(options.Threads);
        torch.manual_seed(options.Seed);
        _device = TorchDevice.Parse(options.Device);
        _random = new Xoshiro((ulong)options.Seed);
        var configuration = options.Configuration;
        var level = options.Level;
        var ratio = configuration.Ratio(options.LevelIndex);
        _audio = new U16Dataset(options.DataDirectory, options.InputLength);
        var cache = Path.Combine(options.OutputDirectory, "codes");
        _corpus = CodeCorpus.Open(configuration, options.LevelIndex, options.VqvaeWeightsDirectory, _audio, cache, _device);
        if (options.ValidationDirectory is { } directory)
        {
            _validationAudio = new U16Dataset(directory, options.InputLength);
            _validation = CodeCorpus.Open(
                configuration, options.LevelIndex, options.VqvaeWeightsDirectory, _validationAudio, cache, _device
            );
        }

        var contextNetwork = options.WithoutContext ? null : level.Generator.Context;
        var coarse = options.LevelIndex > 0 ? configuration.Levels[options.LevelIndex - 1].CodebookSize : 0;
        _model = new Pair(
            new GeneratorModule(level.Generator, level.CodebookSize),
            contextNetwork is null ? null : new ContextModule(level.Generator, coarse, ratio)
        );
        _model.to(_device);
        _optimizer = new Adam(_model.parameters(), options.LearningRate, beta1: 0.9, beta2: 0.99);
        _schedule = new LearningRateSchedule(options.LearningRate, options.WarmupSteps);
        _streams = new CodeStreams(
            _corpus, contextNetwork, options.BatchSize, options.ChunkCodes, options.InputLength / level.Compression, _random
        );
        (_h, _c) = _model.Generator.InitialState(options.BatchSize, _device);
        _state = new TrainingState(_model, _optimizer, _random);
        _state.ExtraTensors["h"] = _h;
        _state.ExtraTensors["c"] = _c;
        UnigramBits = _corpus.Statistics(level.CodebookSize).EntropyBits;
        GoOn();
    }

    /// <summary>Entropy in bits of the histogram of the training codes: what a generator that knows nothing else would need for each.</summary>
    public double UnigramBits { get; }

    /// <summary>The generator.</summary>
    public GeneratorModule Generator => _model.Generator;

    /// <summary>Its context network, or null.</summary>
    public ContextModule? Context => _model.Context;

    /// <summary>Mean training bits per code of each epoch of this run.</summary>
    public List<double> EpochBits { get; } = [];

    private string Name => _options.Level.GeneratorName;

    /// <summary>Trains to the end, or until cancelled; either way a checkpoint is left.</summary>
    /// <returns>Whether the run is complete.</returns>
    public bool Run(CancellationToken cancellation)
    {
        var checkpoint = TrainingState.PathIn(_options.OutputDirectory, Name);
        using var log = new MetricsLog(
            Path.Combine(_options.OutputDirectory, $"{Name}_metrics.csv"),
            append: _state.Step > 0,
            "step", "epoch", "seconds", "bits_per_code", "learning_rate", "unigram_bits", "validation_bits_per_code"
        );
        using var progress = new ProgressLine(Name, _options.TotalSteps);
        progress.WriteLine($"{Name}: {_corpus.TotalCodes} codes in {_corpus.Pieces.Count} pieces, unigram entropy {UnigramBits:0.00} bits");
        var before = _state.Seconds;
        double sum = 0;
        long count = 0;
        double recent = 0;
        var timeUp = false;
        while (_state.Step < _options.TotalSteps && !timeUp && !cancellation.IsCancellationRequested)
        {
            var bits = Step(_schedule.At(_state.Step, Progress()));
            if (!double.IsFinite(bits))
            {
                throw new VQWaveException(
                    $"The loss of {Name} is no longer finite at step {_state.Step}; go on from the last epoch with a smaller --learning-rate."
                );
            }

            sum += bits;
            count++;
            recent = recent == 0 ? bits : (0.98 * recent) + (0.02 * bits);
            _state.Step++;
            _state.Seconds = before + progress.Seconds;
            timeUp = _options.TimeLimitMinutes > 0 && _state.Seconds >= _options.TimeLimitMinutes * 60;
            progress.Report(_state.Step, () => $"{recent:0.000} bits per code (unigram {UnigramBits:0.00})", Progress());
            if (_state.Step % _options.Steps == 0 || timeUp)
            {
                var epoch = (int)((_state.Step + _options.Steps - 1) / _options.Steps);
                var validation = _validation is null ? double.NaN : Validate(progress);
                EpochBits.Add(sum / count);
                log.Add(_state.Step, epoch, _state.Seconds, sum / count, _optimizer.LearningRate, UnigramBits, validation);
                progress.WriteLine(
                    $"{Name} epoch {epoch}: {sum / count:0.000} bits per code{(double.IsNaN(validation) ? "" : $", held-out {validation:0.000}")}, {_state.Seconds / 60:0.0} min"
                );
                SaveWeights(epoch);
                SaveState(checkpoint);
                (sum, count) = (0, 0);
            }
        }

        var complete = _state.Step >= _options.TotalSteps || timeUp;
        if (complete)
        {
            SaveWeights(epoch: null);
        }
        else
        {
            SaveState(checkpoint);
            progress.WriteLine($"{Name} stopped at step {_state.Step}; '--resume' goes on from {checkpoint}.");
        }

        return complete;
    }

    /// <summary>One optimiser step on the next chunk of every stream.</summary>
    /// <returns>Bits per code of the chunk.</returns>
    public double Step(double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        _streams.Next();
        var batch = _options.BatchSize;
        var fresh = torch.tensor(_streams.Fresh, 1, batch, 1).to(_device);
        var codes = torch.tensor(_streams.Codes, batch, _options.ChunkCodes + 1).to(_device);
        var inputs = codes.narrow(1, 0, _options.ChunkCodes);
        var targets = codes.narrow(1, 1, _options.ChunkCodes);
        var context = ContextOf(_streams, batch, _options.ChunkCodes);
        var (logits, h, c) = _model.Generator.forward(inputs, context, (_h * fresh, _c * fresh), _options.Dropout);
        var flat = logits.reshape(-1, _options.Level.CodebookSize);
        var loss = F.cross_entropy(flat, targets.reshape(-1), label_smoothing: _options.LabelSmoothing);
        _optimizer.zero_grad();
        loss.backward();
        torch.nn.utils.clip_grad_norm_(_model.parameters(), _options.ClipNorm);
        _optimizer.LearningRate = learningRate;
        _optimizer.step();
        using (torch.no_grad())
        {
            _h.copy_(h.detach());
            _c.copy_(c.detach());
        }

        return loss.ToDouble() / Math.Log(2);
    }

    /// <summary>Bits per code on the held-out pieces, teacher-forced from their beginnings, up to the configured number of codes.</summary>
    public double Validate(ProgressLine? progress = null)
    {
        var corpus = _validation ?? throw new InvalidOperationException("There is no validation data.");
        _model.eval();
        using var noGrad = torch.no_grad();
        double bits = 0;
        long count = 0;
        var perPiece = Math.Max(_options.ValidationCodes / corpus.Pieces.Count, _options.ChunkCodes);
        foreach (var piece in corpus.Pieces)
        {
            using var scope = torch.NewDisposeScope();
            var length = (int)Math.Min((Math.Min(piece.Length, perPiece) - 1) / corpus.Ratio * corpus.Ratio, 1 << 17);
            var codes = ReadCodes(piece.Fine, length + 1);
            Tensor? context = null;
            if (_model.Context is { } network)
            {
                // What lies behind the end of this stretch is needed for its last codes: the lookahead is read along.
                var coarse = (int)Math.Min((length / corpus.Ratio) + _options.Level.Generator.Context!.LookaheadCodes, piece.Coarse!.Length);
                var coarseCodes = torch.tensor(ReadCodes(piece.Coarse, coarse), 1, coarse).to(_device);
                context = network.forward(coarseCodes).narrow(1, 0, length);
            }

            var all = torch.tensor(codes, 1, length + 1).to(_device);
            var (logits, _, _) = _model.Generator.forward(all.narrow(1, 0, length), context, _model.Generator.InitialState(1, _device));
            bits += F.cross_entropy(logits.squeeze(0), all.narrow(1, 1, length).squeeze(0)).ToDouble() / Math.Log(2) * length;
            count += length;
            progress?.Report(_state.Step, () => "validating");
        }

        _model.train();
        return bits / count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _h.Dispose();
        _c.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
        _corpus.Dispose();
        _validation?.Dispose();
        _audio.Dispose();
        _validationAudio?.Dispose();
    }

    private static long[] ReadCodes(U16File file, int count)
    {
        var raw = new ushort[count];
        file.ReadRaw(0, raw);
        return Array.ConvertAll(raw, c => (long)c);
    }

    private Tensor? ContextOf(CodeStreams streams, int batch, int chunk)
    {
        if (_model.Context is not { } network)
        {
            return null;
        }

        var coarse = torch.tensor(streams.Coarse, batch, streams.Window).to(_device);
        var inside = torch.tensor(streams.Inside, batch, streams.Window).to(_device);
        return network.ForwardWindow(coarse, inside, chunk / network.Ratio);
    }

    private double Progress()
    {
        var steps = (double)_state.Step / _options.TotalSteps;
        return _options.TimeLimitMinutes > 0 ? Math.Max(steps, _state.Seconds / (_options.TimeLimitMinutes * 60)) : steps;
    }

    private void SaveWeights(int? epoch)
    {
        WeightFiles.Save(WeightFiles.PathOf(_options.OutputDirectory, Name, "generator", epoch), _model.Generator.state_dict());
        if (_model.Context is { } context)
        {
            WeightFiles.Save(WeightFiles.PathOf(_options.OutputDirectory, Name, "context", epoch), context.state_dict());
        }
    }

    private void SaveState(string path)
    {
        _state.Extra["streams"] = _streams.Position;
        _state.Save(path);
    }

    private void GoOn()
    {
        var checkpoint = TrainingState.PathIn(_options.OutputDirectory, Name);
        if (_options.Resume)
        {
            if (!File.Exists(checkpoint))
            {
                throw new VQWaveException($"There is no checkpoint {checkpoint} to resume; leave --resume out to begin anew.");
            }

            _state.Load(checkpoint);
            _streams.Position = _state.Extra["streams"];
        }
        else if (_options.StartEpoch > 0)
        {
            var directory = _options.OutputDirectory;
            WeightFiles.Load(WeightFiles.Find(directory, Name, "generator", _options.StartEpoch), _model.Generator);
            if (_model.Context is { } context)
            {
                WeightFiles.Load(WeightFiles.Find(directory, Name, "context", _options.StartEpoch), context);
            }

            _state.Step = (long)_options.StartEpoch * _options.Steps;
            if (_state.Step >= _options.TotalSteps)
            {
                throw new VQWaveException(
                    $"Epoch {_options.StartEpoch} of {_options.Epochs} is already the last; raise --epochs to train on."
                );
            }
        }
    }

    /// <summary>Generator and context network under one roof, for the optimiser and the checkpoint.</summary>
    private sealed class Pair : Module
    {
        public Pair(GeneratorModule generator, ContextModule? context)
        {
            Generator = generator;
            Context = context;
            register_module("generator", generator);
            if (context is not null)
            {
                register_module("context", context);
            }
        }

        public GeneratorModule Generator { get; }

        public ContextModule? Context { get; }
    }
}
