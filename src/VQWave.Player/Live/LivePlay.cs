using VQWave.Player.Live.Surface;
using VQWave.Player.Live.Views;

namespace VQWave.Player.Live;

/// <summary>Plays live before a view until somebody ends it.</summary>
internal static class LivePlay
{
    private const int FaultMilliseconds = 1500;

    /// <summary>Plays.</summary>
    /// <param name="options">How to begin.</param>
    /// <param name="seconds">After how long to end; null for never.</param>
    /// <param name="json">Whether to stream JSON events.</param>
    /// <param name="plain">Whether to write plain lines on a terminal too.</param>
    /// <param name="cancellation">Ends play.</param>
    /// <returns>The exit status.</returns>
    public static int Execute(LiveOptions options, double? seconds, bool json, bool plain, CancellationToken cancellation)
    {
        using var session = new LiveSession(options);
        session.Start();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (seconds is { } limit)
        {
            end.CancelAfter(TimeSpan.FromSeconds(limit));
        }

        using var watch = new Timer(
            _ =>
            {
                if (session.Fault is not null)
                {
                    // The view says why first.
                    end.CancelAfter(FaultMilliseconds);
                }
            },
            null,
            FaultMilliseconds,
            FaultMilliseconds
        );
        using var surface = options.Surface is { } wanted ? SurfaceServer.Start(session, wanted) : null;
        session.SettleMemory();
        Choose(json, plain).Run(session, end.Token);
        if (session.Fault is { } fault)
        {
            Console.Error.WriteLine(fault);
            return ExitCodes.Failure;
        }

        return ExitCodes.Success;
    }

    private static ILiveView Choose(bool json, bool plain) =>
        json ? new JsonView()
        : plain || Console.IsOutputRedirected || Console.IsInputRedirected ? new PlainView()
        : new TerminalView();
}
