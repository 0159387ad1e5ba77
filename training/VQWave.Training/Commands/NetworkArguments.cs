using System.CommandLine;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary>The options of every command that trains a network: what of, on what, and how fast.</summary>
/// <param name="batchSize">Default of <c>--batch-size</c>.</param>
/// <param name="inputLength">Default of <c>--input-length</c>.</param>
/// <param name="lengthOf">What has that length.</param>
/// <param name="learningRate">Default of <c>--learning-rate</c>.</param>
internal sealed class NetworkArguments(int batchSize, int inputLength, string lengthOf, double learningRate)
{
    private readonly Option<string> _data = CommonOptions.DataDirectory();
    private readonly Option<string> _preset = CommonOptions.Configuration();
    private readonly Option<int> _batch = CommonOptions.BatchSize(batchSize);
    private readonly Option<int> _length = CommonOptions.InputLength(inputLength, lengthOf);
    private readonly Option<double> _rate = CommonOptions.LearningRate(learningRate);
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<int> _threads = CommonOptions.Threads();

    /// <summary>Adds them to a command, and others behind them.</summary>
    public void AddTo(Command command, params IEnumerable<Option> others)
    {
        foreach (var option in (Option[])[_data, _preset, _batch, _length, _rate, _seed, _device, _threads, .. others])
        {
            command.Add(option);
        }
    }

    /// <summary>What was given.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="prefix">What the names of such networks begin with, such as <c>vqvae_</c>.</param>
    /// <param name="network">The name that was given.</param>
    /// <param name="output">The output folder.</param>
    /// <exception cref="VQWaveException">There is no such preset or network.</exception>
    public TrainingOptions Read(ParseResult parse, string prefix, string network, string output)
    {
        var configuration = CommonOptions.ReadConfiguration(parse.GetValue(_preset)!);
        return new TrainingOptions
        {
            Configuration = configuration,
            LevelIndex = CommonOptions.ReadLevel(configuration, network, prefix),
            DataDirectory = parse.GetValue(_data)!,
            OutputDirectory = output,
            BatchSize = parse.GetValue(_batch),
            InputLength = parse.GetValue(_length),
            LearningRate = parse.GetValue(_rate),
            Seed = parse.GetValue(_seed),
            Device = parse.GetValue(_device)!,
            Threads = parse.GetValue(_threads),
        };
    }
}
