namespace VQWave.Player.Tests.Live;

/// <summary>Tests with a JACK server: one after another, and beside nothing else that takes the processor from them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class JackCollection
{
    public const string Name = "JACK";
}
