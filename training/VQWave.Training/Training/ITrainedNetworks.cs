namespace VQWave.Training.Training;

/// <summary>The networks of one level that a <see cref="TrainingLoop"/> trains: what is their own of a run.</summary>
/// <remarks>
/// The loop calls all members from one thread. Every process of a run calls <see cref="Step"/>, <see cref="BeginEpoch"/>, <see cref="Restore"/> and
/// <see cref="StartFrom"/>; the first one alone evaluates and writes, and nothing is exchanged in that.
/// </remarks>
internal interface ITrainedNetworks
{
    /// <summary>Names of an epoch's figures, the columns of the metrics after step, epoch and seconds.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Codes of the codebook that is learnt, for the advice; null where none is.</summary>
    int? CodebookSize { get; }

    /// <summary>
    /// The step at which what is minimised becomes another; the learning rate rises again from there. Gradients are of another size then, and steps that were right
    /// before can undo in a moment what was learnt.
    /// </summary>
    long ObjectiveChanges { get; }

    /// <summary>Bytes of an epoch's weights.</summary>
    long WeightBytes { get; }

    /// <summary>Bytes of the sounds that a run keeps.</summary>
    long SampleBytes { get; }

    /// <summary>What there is to say before the first step, or null.</summary>
    string? Introduction { get; }

    /// <summary>Figures of the last steps, for the progress line.</summary>
    string Status { get; }

    /// <summary>Takes one optimiser step on the next batch. Where it fails, nothing but random states has changed.</summary>
    /// <returns>The mean loss of the batch, over all processes.</returns>
    double Step(double learningRate);

    /// <summary>Evaluates the networks as they are on held-out music.</summary>
    /// <param name="meanLoss">Mean of what the epoch's steps returned.</param>
    /// <param name="progress">Told that this is going on.</param>
    /// <param name="cancellation">Breaks it off.</param>
    /// <returns>The epoch's figures; null where it was broken off.</returns>
    EpochResult? Evaluate(double meanLoss, ProgressLine progress, CancellationToken cancellation);

    /// <summary>Writes what of held-out music shall be heard of an epoch, where the options want it.</summary>
    /// <param name="folder">The run's folder of samples.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    void WriteSamples(string folder, int epoch);

    /// <summary>Forgets what was counted in the epoch that has ended.</summary>
    void BeginEpoch();

    /// <summary>Writes the weights of an epoch, or the final ones for null.</summary>
    void SaveWeights(int? epoch);

    /// <summary>Goes on from a checkpoint that was read: takes what is their own from the state's numbers.</summary>
    /// <param name="checkpoint">Where it was read from, for messages.</param>
    /// <exception cref="VQWaveException">It is of another run.</exception>
    void Restore(string checkpoint);

    /// <summary>Goes on from weights in a folder.</summary>
    /// <param name="directory">The folder: this run's, or that of another one.</param>
    /// <param name="epoch">The epoch of numbered weights, or null for the best ones.</param>
    /// <exception cref="VQWaveException">They are missing or do not fit.</exception>
    void StartFrom(string directory, int? epoch);
}
