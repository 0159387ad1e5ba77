using System.CommandLine;
using VQWave.Training.Distributed;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary>The options of the commands that train for the sake of the weights: how long, from where on, and what is kept.</summary>
/// <param name="network">The options of every training.</param>
internal sealed class RunArguments(NetworkArguments network)
{
    private readonly Option<string?> _validation = CommonOptions.ValidationDirectory();
    private readonly Option<string> _output = CommonOptions.OutputDirectory();
    private readonly Option<int> _steps = CommonOptions.Steps();
    private readonly Option<int> _epochs = CommonOptions.Epochs();
    private readonly Option<int> _start = CommonOptions.StartEpoch();
    private readonly Option<string?> _initial = CommonOptions.InitialWeights();
    private readonly Option<bool> _resume = CommonOptions.Resume();
    private readonly Option<int> _warmup = CommonOptions.Warmup();
    private readonly Option<double> _clip = CommonOptions.Clip();
    private readonly Option<string> _precision = CommonOptions.Precision();
    private readonly Option<bool> _half = CommonOptions.HalfPrecision();
    private readonly Option<double> _limit = CommonOptions.TimeLimit();
    private readonly Option<double> _checkpointMinutes = CommonOptions.CheckpointMinutes();
    private readonly Option<int> _checkpointSteps = CommonOptions.CheckpointSteps();

    /// <summary>Adds them to a command, and the command's own behind them.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own) =>
        network.AddTo(
            command,
            [
                _validation,
                _output,
                _steps,
                _epochs,
                _initial,
                _start,
                _resume,
                _warmup,
                _clip,
                _precision,
                _half,
                _limit,
                _checkpointMinutes,
                _checkpointSteps,
                .. own,
            ]
        );

    /// <summary>What was given.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="prefix">What the names of such networks begin with, such as <c>vqvae_</c>.</param>
    /// <param name="name">The network's name that was given.</param>
    /// <param name="place">Which process of several this is, or null.</param>
    /// <exception cref="VQWaveException">There is no such preset or network, or options contradict each other.</exception>
    public TrainingOptions Read(ParseResult parse, string prefix, string name, LaunchEnvironment? place)
    {
        var options = network.Read(parse, prefix, name, parse.GetValue(_output)!);
        return options with
        {
            ValidationDirectory = parse.GetValue(_validation),
            Steps = parse.GetValue(_steps),
            Epochs = parse.GetValue(_epochs),
            InitialWeights = parse.GetValue(_initial),
            StartEpoch = parse.GetValue(_start),
            Resume = parse.GetValue(_resume),
            WarmupSteps = parse.GetValue(_warmup),
            ClipNorm = parse.GetValue(_clip),
            Device = place?.LocalDevice(options.Device) ?? options.Device,
            Precision = CommonOptions.ReadPrecision(parse, _precision, _half),
            TimeLimitMinutes = parse.GetValue(_limit),
            CheckpointMinutes = parse.GetValue(_checkpointMinutes),
            CheckpointSteps = parse.GetValue(_checkpointSteps),
        };
    }
}
