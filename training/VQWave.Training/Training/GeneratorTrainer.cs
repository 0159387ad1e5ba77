using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Torch.Optimizers;
using VQWave.Training.Data;
using VQWave.Training.Distributed;
using VQWave.Training.Networks;
using VQWave.Training.Reporting;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Training;

/// <summary>
/// Trains the generator of one level and its context network by teacher forcing: streams of codes with the recurrent state carried from chunk to
/// chunk (truncated back-propagation through time), the VQ-VAEs frozen.
/// </summary>
public sealed class GeneratorTrainer : IDisposable
{
    private readonly GeneratorTrainingOptions _options;
    private readonly DataParallel _processes;
    private readonly (int First, int Count) _share;
    private readonly Device _device;
    private readonly MixedPrecision _precision;
    private double _lastBits = double.NaN;
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
    /// <param name="options">What to train.</param>
    /// <param name="cancellation">Stops the encoding of the corpus; what is encoded by then is kept.</param>
    /// <param name="processes">Who shares the streams; null for this process alone. Weights and files are the first one's.</param>
    public GeneratorTrainer(GeneratorTrainingOptions options, CancellationToken cancellation = default, DataParallel? processes = null)
    {
        options.Validate();
        _options = options;
        _processes = processes ?? DataParallel.Alone;
        _share = _processes.Share(options.BatchSize);
        torch.set_num_threads(options.Threads);
        torch.manual_seed(options.Seed);
        _device = TorchDevice.Parse(options.Device);
        _precision = new MixedPrecision(options.Precision, _device);
        _random = new Xoshiro((ulong)options.Seed);
        var configuration = options.Configuration;
        var level = options.Level;
        var ratio = configuration.Ratio(options.LevelIndex);
        if (_processes.IsFirst)
        {
            TrainingState.RequireToResume(options, Name);
        }

        _audio = new U16Dataset(options.DataDirectory, options.InputLength);

        // Held-out pieces are walked through from their beginnings: two coarse codes are enough.
        var shortest = 2L * ratio * level.Compression;
        _validationAudio = options.ValidationDirectory is { } directory ? new U16Dataset(directory, shortest) : null;
        _corpus = OpenCodes(_audio, cancellation)!;
        _validation = OpenCodes(_validationAudio, cancellation);
        _processes.RequireSame($"{options.Describe()} {_corpus.Pieces.Count} {_corpus.TotalCodes}");

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
            _corpus,
            contextNetwork,
            options.BatchSize,
            options.ChunkCodes,
            options.InputLength / level.Compression,
            _random,
            _share
        );
        (_h, _c) = _model.Generator.InitialState(options.BatchSize, _device);
        _state = new TrainingState(_model, _optimizer, _random);
        _state.ExtraTensors["h"] = _h;
        _state.ExtraTensors["c"] = _c;
        _state.Saving = () =>
        {
            _state.Extra["streams"] = _streams.Position;
            _state.Extra["loss_scale"] = _precision.Scaler.State;
        };
        var committed = _streams.Position;
        _state.Alongside = (() => committed = _streams.Position, () => _streams.Position = committed);
        UnigramBits = _corpus.Statistics(level.CodebookSize).EntropyBits;
        GoOn();
        _processes.BeginAlike(_model.state_dict().Values);
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
    public List<double> EpochBits { get; } = [];

    private string Name => _options.Level.GeneratorName;

    /// <summary>Told after each step how many are done.</summary>
    public Action<long>? Stepped { get; set; }

    /// <summary>Trains to the end, or until cancelled; either way a checkpoint is left.</summary>
    /// <returns>Whether the run is complete.</returns>
    /// <exception cref="LostProcessException">Another process is gone; a checkpoint is left all the same.</exception>
    public bool Run(CancellationToken cancellation)
    {
        RunFolder? folder = null;
        _processes.OnFirst(() => folder = new RunFolder(_options, Name));
        var run = new RunKeeper(_options, Name, _state, _processes, WeightBytes, sampleBytes: 0, SaveWeights);
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
        progress.WriteLine($"{Name}: {_corpus.TotalCodes} codes in {_corpus.Pieces.Count} pieces, unigram entropy {UnigramBits:0.00} bits");
        double recent = 0;
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

            var bits = Step(_schedule.At(_state.Step, run.Progress));
            run.StepDone(bits);
            recent = recent == 0 ? bits : (0.98 * recent) + (0.02 * bits);
            Stepped?.Invoke(_state.Step);
            progress.Report(
                _state.Step,
                () => $"{recent:0.000} bits per code (unigram {UnigramBits:0.00}){_precision.Status}",
                run.Progress
            );
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
            "bits_per_code",
            "learning_rate",
            "unigram_bits",
            "validation_bits_per_code"
        );

    /// <summary>One optimiser step on the next chunk of every stream.</summary>
    /// <returns>Bits per code of the chunk.</returns>
    public double Step(double learningRate)
    {
        using var scope = torch.NewDisposeScope();
        using var casting = _precision.Begin();
        _streams.Next();
        var (loss, h, c) = Loss();
        _optimizer.zero_grad();
        _precision.Backward(loss);

        // All that is exchanged comes before anything changes: a step that breaks off here leaves the state of the step before.
        var (nextH, nextC) = States(h, c);
        var bits = _processes.AverageGradients(_model.parameters(), loss) / Math.Log(2);
        var finite = _precision.Clip(_model.parameters(), _options.ClipNorm);
        _optimizer.LearningRate = learningRate;
        if (!finite)
        {
            // An overflow of half precision, in any process and so in the gradients of all: the step is left out, with all that it would have changed.
            return double.IsFinite(bits) ? bits : _lastBits;
        }

        _optimizer.step();
        using (torch.no_grad())
        {
            _h.copy_(nextH);
            _c.copy_(nextC);
        }

        _lastBits = bits;
        return bits;
    }

    // What only the backward pass needs is autograd's to keep: released here, it is freed as that pass goes on, and its memory is used again.
    private (Tensor Loss, Tensor H, Tensor C) Loss()
    {
        using var scope = torch.NewDisposeScope();
        var batch = _share.Count;
        var fresh = torch.tensor(_streams.Fresh, 1, batch, 1).to(_device);
        var codes = torch.tensor(_streams.Codes, batch, _options.ChunkCodes + 1).to(_device);
        var inputs = codes.narrow(1, 0, _options.ChunkCodes);
        var targets = codes.narrow(1, 1, _options.ChunkCodes);
        var context = ContextOf(_streams, batch, _options.ChunkCodes);
        var before = (Own(_h) * fresh, Own(_c) * fresh);
        var (logits, h, c) = _model.Generator.forward(inputs, context, before, Dropout());
        var flat = logits.reshape(-1, _options.Level.CodebookSize);
        var loss = F.cross_entropy(flat, targets.reshape(-1), label_smoothing: _options.LabelSmoothing);
        return (loss.MoveToOuterDisposeScope(), h.MoveToOuterDisposeScope(), c.MoveToOuterDisposeScope());
    }

    /// <summary>This process's streams of a state (layers, streams, units).</summary>
    private Tensor Own(Tensor state) => state.narrow(1, _share.First, _share.Count);

    /// <summary>This process's rows of the mask for all streams, or null without dropout.</summary>
    private Tensor? Dropout() =>
        _options.Dropout > 0
            ? _model
                .Generator.DropoutMask(_options.BatchSize, _options.ChunkCodes, _options.Dropout, _device)
                .narrow(0, _share.First, _share.Count)
            : null;

    /// <summary>The states of all streams. Every process keeps them: whichever is lost, a checkpoint of the others is whole.</summary>
    private (Tensor H, Tensor C) States(Tensor h, Tensor c)
    {
        if (_processes.Size == 1)
        {
            return (h.detach(), c.detach());
        }

        using var noGrad = torch.no_grad();
        var layers = h.shape[0];
        var all = _processes.Gather(torch.cat([h, c], 0).transpose(0, 1).contiguous()).transpose(0, 1);
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
                Path.Combine(_options.OutputDirectory, "codes"),
                _device,
                cancellation
            );
        _processes.OnFirst(Open);
        _processes.Patiently(Open);
        return corpus;
    }

    /// <summary>
    /// Bits per code on the held-out pieces, teacher-forced from their beginnings with the state carried along, up to the configured number of
    /// codes. NaN when cancelled.
    /// </summary>
    public double Validate(ProgressLine? progress = null, CancellationToken cancellation = default)
    {
        var corpus = _validation ?? throw new InvalidOperationException("There is no validation data.");
        _model.eval();
        using var noGrad = torch.no_grad();
        double bits = 0;
        long count = 0;

        // The logits of a whole piece would fill the memory.
        var step = 4096 / corpus.Ratio * corpus.Ratio;
        var perPiece = Math.Max(_options.ValidationCodes / corpus.Pieces.Count, Math.Max(_options.ChunkCodes, 2 * corpus.Ratio));
        foreach (var piece in corpus.Pieces)
        {
            using var scope = torch.NewDisposeScope();
            var length = (Math.Min(piece.Length, perPiece) - 1) / corpus.Ratio * corpus.Ratio;
            var (h, c) = _model.Generator.InitialState(1, _device);
            for (long at = 0; at < length; at += step)
            {
                if (cancellation.IsCancellationRequested)
                {
                    _model.train();
                    return double.NaN;
                }

                var part = (int)Math.Min(step, length - at);
                using var inner = torch.NewDisposeScope();
                var codes = torch.tensor(ReadCodes(piece.Fine, at, part + 1), 1, part + 1).to(_device);
                var (logits, nextH, nextC) = _model.Generator.forward(codes.narrow(1, 0, part), ContextAt(piece, at, part), (h, c));
                bits += F.cross_entropy(logits.squeeze(0), codes.narrow(1, 1, part).squeeze(0)).ToDouble() / Math.Log(2) * part;
                count += part;
                h.copy_(nextH);
                c.copy_(nextC);
                progress?.Report(_state.Step, () => "validating");
            }
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

    private static long[] ReadCodes(U16File file, long from, int count)
    {
        var raw = new ushort[count];
        file.ReadRaw(from, raw);
        return Array.ConvertAll(raw, c => (long)c);
    }

    /// <summary>Context of <paramref name="count"/> codes of a piece from <paramref name="at"/> on, both multiples of the ratio.</summary>
    private Tensor? ContextAt(CodePiece piece, long at, int count)
    {
        if (_model.Context is not { } network)
        {
            return null;
        }

        var configured = _options.Level.Generator.Context!;
        var positions = count / network.Ratio;
        var first = (at / network.Ratio) - configured.HistoryCodes;
        var window = configured.HistoryCodes + positions + configured.LookaheadCodes;
        var from = Math.Max(first, 0);
        var to = Math.Min(first + window, piece.Coarse!.Length);
        var codes = new long[window];
        var inside = new float[window];
        ReadCodes(piece.Coarse, from, (int)(to - from)).CopyTo(codes, from - first);
        inside.AsSpan((int)(from - first), (int)(to - from)).Fill(1);
        return network.ForwardWindow(torch.tensor(codes, 1, window).to(_device), torch.tensor(inside, 1, window).to(_device), positions);
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

    private long WeightBytes => _model.state_dict().Values.Sum(t => t.numel * t.element_size);

    private void EndEpoch(RunKeeper run, RunFolder? folder, MetricsLog? log, ProgressLine progress, CancellationToken cancellation)
    {
        var validation = double.NaN;
        var brokenOff = false;
        _processes.OnFirst(() =>
        {
            validation = _validation is null ? double.NaN : Validate(progress, cancellation);
            brokenOff = cancellation.IsCancellationRequested && double.IsNaN(validation);
            if (!brokenOff)
            {
                WriteEpoch(validation, run, folder!, log!, progress);
            }
        });
        if (_processes.Any(brokenOff))
        {
            return;
        }

        EpochBits.Add(run.MeanLoss);
        run.EpochDone(_processes.OfFirst(validation));
        _processes.OnFirst(() => progress.WriteLine(RunReport.Write(folder!, null, run.Best).Text));
    }

    private void WriteEpoch(double validation, RunKeeper run, RunFolder folder, MetricsLog log, ProgressLine progress)
    {
        log.Add(_state.Step, run.Epoch, _state.Seconds, run.MeanLoss, _optimizer.LearningRate, UnigramBits, validation);
        var line =
            $"{Name} epoch {run.Epoch}: {run.MeanLoss:0.000} bits per code{(double.IsNaN(validation) ? "" : $", held-out {validation:0.000}")}, {_state.Seconds / 60:0.0} min";
        progress.WriteLine(line);
        folder.Log(line);
    }

    private void SaveWeights(int? epoch)
    {
        WeightFiles.Save(WeightFiles.PathOf(_options.OutputDirectory, Name, "generator", epoch), _model.Generator.state_dict());
        if (_model.Context is { } context)
        {
            WeightFiles.Save(WeightFiles.PathOf(_options.OutputDirectory, Name, "context", epoch), context.state_dict());
        }
    }

    private void GoOn()
    {
        var checkpoint = TrainingState.PathIn(_options.OutputDirectory, Name);
        if (_options.Resume)
        {
            _processes.ReadFileOfFirst(checkpoint, _state.Load);
            if (!_state.Extra.TryGetValue("streams", out var position) || position.Length != 3 * _options.BatchSize)
            {
                throw new VQWaveException(
                    $"{checkpoint} is not a checkpoint of this run: it has no place for {_options.BatchSize} streams."
                );
            }

            _streams.Position = position;
            if (_state.Extra.TryGetValue("loss_scale", out var scale))
            {
                _precision.Scaler.State = scale;
            }
        }
        else if (_options.StartEpoch > 0)
        {
            var directory = _options.OutputDirectory;
            _processes.OnFirst(() =>
            {
                WeightFiles.Load(WeightFiles.Find(directory, Name, "generator", _options.StartEpoch), _model.Generator);
                if (_model.Context is { } context)
                {
                    WeightFiles.Load(WeightFiles.Find(directory, Name, "context", _options.StartEpoch), context);
                }
            });
            _state.Step = (long)_options.StartEpoch * _options.Steps;
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
