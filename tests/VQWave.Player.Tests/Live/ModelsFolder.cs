namespace VQWave.Player.Tests.Live;

/// <summary>Names the folder of packs to this process as long as a test lasts: for sessions that run within it.</summary>
internal sealed class ModelsFolder : IDisposable
{
    private const string Variable = "VQWAVE_MODELS";
    private readonly string? before = Environment.GetEnvironmentVariable(Variable);

    public ModelsFolder(string folder) => Environment.SetEnvironmentVariable(Variable, folder);

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, before);
}
