namespace VQWave.Surface;

/// <summary>The server lives as long as the pipe to the player, whatever signals its terminal sends.</summary>
internal sealed class PipeLifetime : IHostLifetime, IDisposable
{
    private readonly List<System.Runtime.InteropServices.PosixSignalRegistration> signals = [];

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        signals.Add(
            System.Runtime.InteropServices.PosixSignalRegistration.Create(
                System.Runtime.InteropServices.PosixSignal.SIGINT,
                c => c.Cancel = true
            )
        );
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => signals.ForEach(s => s.Dispose());
}
