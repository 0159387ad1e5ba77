using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Distributed;

namespace VQWave.Training.Training;

/// <summary>
/// What every run begins with, whatever it trains: options that were checked, random generators at their seed, the device and how it computes, and who shares
/// the batch.
/// </summary>
internal sealed class TrainingSetup
{
    /// <summary>Checks the options and sets libtorch up. Nothing is read or written yet, but for a look whether there is a checkpoint to resume.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="name">The network's name, such as <c>vqvae_8</c>.</param>
    /// <param name="processes">Who shares each batch; null for this process alone.</param>
    /// <exception cref="VQWaveException">The options are not usable here, or there is nothing to resume.</exception>
    public TrainingSetup(TrainingOptions options, string name, DataParallel? processes)
    {
        options.Validate();
        (Options, Name, Processes) = (options, name, processes ?? DataParallel.Alone);
        Share = Processes.Share(options.BatchSize);
        torch.set_num_threads(options.Threads);
        torch.manual_seed(options.Seed);
        Device = TorchDevice.Parse(options.Device);
        Precision = new MixedPrecision(options.Precision, Device);
        Random = new Xoshiro((ulong)options.Seed);
        if (Processes.IsFirst)
        {
            TrainingState.RequireToResume(options, name);
        }
    }

    /// <summary>The run's options.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The network's name.</summary>
    public string Name { get; }

    /// <summary>Who shares each batch.</summary>
    public DataParallel Processes { get; }

    /// <summary>This process's rows of a batch: the first and how many.</summary>
    public (int First, int Count) Share { get; }

    /// <summary>Where the networks are computed.</summary>
    public Device Device { get; }

    /// <summary>The numbers that they are computed in.</summary>
    public MixedPrecision Precision { get; }

    /// <summary>Draws what the loop draws: crops, or where streams jump to.</summary>
    public Xoshiro Random { get; }
}
