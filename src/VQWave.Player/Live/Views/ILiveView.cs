namespace VQWave.Player.Live.Views;

/// <summary>Shows live play to somebody or something.</summary>
internal interface ILiveView
{
    /// <summary>Shows play until the user quits or <paramref name="stop"/> is signalled, and leaves the output clean.</summary>
    void Run(ILivePlayer player, CancellationToken stop);
}
