using System.CommandLine;
using System.CommandLine.Invocation;

namespace VQWave.Training.Commands;

/// <summary>
/// Runs a command's action on a worker thread. The command line begins to listen for Ctrl-C only once an action has handed back its task, and ours
/// compute for hours before they do.
/// </summary>
internal sealed class WorkerAction(AsynchronousCommandLineAction action) : AsynchronousCommandLineAction
{
    /// <summary>Wraps the actions of all commands below a root.</summary>
    public static void WrapAll(Command root)
    {
        foreach (var command in root.Subcommands)
        {
            if (command.Action is AsynchronousCommandLineAction action)
            {
                command.Action = new WorkerAction(action);
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default) =>
        Task.Run(() => action.InvokeAsync(parseResult, cancellationToken), CancellationToken.None);
}
