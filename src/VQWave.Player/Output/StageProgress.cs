using Spectre.Console;

namespace VQWave.Player.Output;

/// <summary>Progress bars on standard error where that is a terminal, and nothing elsewhere.</summary>
internal sealed class StageProgress
{
    private readonly ProgressContext? context;
    private readonly Dictionary<string, ProgressTask> tasks = new(StringComparer.Ordinal);

    private StageProgress(ProgressContext? context) => this.context = context;

    /// <summary>Runs work that reports.</summary>
    public static T Run<T>(bool quiet, Func<StageProgress, T> work)
    {
        if (quiet || Console.IsErrorRedirected)
        {
            return work(new StageProgress(null));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console
            .Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .Start(context => work(new StageProgress(context)));
    }

    /// <summary>Says how far a stage is.</summary>
    public void Report(string stage, double done, double total)
    {
        if (context is null)
        {
            return;
        }

        if (!tasks.TryGetValue(stage, out var task))
        {
            task = context.AddTask(Markup.Escape(stage), autoStart: true, maxValue: Math.Max(1, total));
            tasks.Add(stage, task);
        }

        task.Value = done;
    }
}
