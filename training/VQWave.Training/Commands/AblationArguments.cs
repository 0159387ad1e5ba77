using System.CommandLine;
using VQWave.Training.Ablation;
using VQWave.Training.Evaluation;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary>The options of the commands that compare ways of training, and how they end.</summary>
/// <param name="network">The options of every training.</param>
/// <param name="receives">What the output folder receives.</param>
/// <param name="output">Default of <c>--output-dir</c>.</param>
internal sealed class AblationArguments(NetworkArguments network, string receives, string output)
{
    private readonly Option<string> _validation = new("--validation-dir")
    {
        Description = "Folder of held-out .u16 files that all are measured on",
        Required = true,
        HelpName = "DIR",
    };
    private readonly Option<string> _output = CommonOptions.Of("--output-dir", receives, output, "DIR");
    private readonly Option<int> _steps = CommonOptions.Of("--steps", "Optimiser steps of each", 3000, "N");
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with what an interrupted comparison has left" };
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Adds them to a command, and the command's own behind them.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own) =>
        network.AddTo(command, [_validation, _output, _steps, _resume, .. own, _json]);

    /// <summary>What was given; <see cref="TrainingOptions.Resume"/> is meant for each way that has begun.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="prefix">What the names of such networks begin with, such as <c>vqvae_</c>.</param>
    /// <param name="name">The network's name that was given.</param>
    /// <exception cref="VQWaveException">There is no such preset or network.</exception>
    public TrainingOptions Read(ParseResult parse, string prefix, string name) =>
        network.Read(parse, prefix, name, parse.GetValue(_output)!) with
        {
            ValidationDirectory = parse.GetValue(_validation),
            Steps = parse.GetValue(_steps),
            Resume = parse.GetValue(_resume),
        };

    /// <summary>Compares, and prints what was measured.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="ablation">What is compared.</param>
    /// <param name="options">What <see cref="Read"/> gave.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The exit code.</returns>
    public Task<int> Execute(ParseResult parse, IAblation ablation, TrainingOptions options, CancellationToken cancellation)
    {
        var rows = AblationRun.Run(ablation, options.OutputDirectory, options.Resume, cancellation);
        if (rows is null)
        {
            Console.Error.WriteLine("Interrupted; '--resume' goes on.");
            return Task.FromResult(ExitCodes.Interrupted);
        }

        if (parse.GetValue(_json))
        {
            Console.WriteLine(EvaluationJson.Text(rows));
        }
        else
        {
            ablation.Write(rows, Console.Out);
        }

        return Task.FromResult(ExitCodes.Success);
    }
}
