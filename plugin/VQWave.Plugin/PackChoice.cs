using VQWave.Models;
using VQWave.Streaming;

namespace VQWave.Plugin;

/// <summary>A pack that can be chosen.</summary>
internal sealed class PackChoice
{
    private readonly Lock gate = new();
    private WeakReference<ModelPack>? opened;

    public PackChoice(string name, string title, string hash, string folder, HierarchyConfiguration configuration)
    {
        Name = name;
        Title = title;
        Hash = hash;
        Folder = folder;
        var finest = configuration.Levels.Count - 1;
        var delays = EngineDelays.Of(configuration, finest);
        SampleRate = configuration.SampleRate;
        Tick = delays.Tick;
        FinestLead = delays.Tick + delays.Lead[finest];
    }

    /// <summary>Its folder's name, by which projects know it.</summary>
    public string Name { get; }

    /// <summary>Its name in the list, where no two are the same.</summary>
    public string Title { get; }

    /// <summary>The hash of its files' hashes.</summary>
    public string Hash { get; }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; }

    /// <summary>Samples of a tick.</summary>
    public int Tick { get; }

    /// <summary>Samples, without the ring, from a change of the finest level's controls to its sound.</summary>
    public int FinestLead { get; }

    /// <summary>Opens it, or takes it from an instance that has it open: it was read and checked whole there.</summary>
    /// <exception cref="VQWaveException">It is damaged.</exception>
    public ModelPack Open()
    {
        lock (gate)
        {
            if (opened is null || !opened.TryGetTarget(out var pack))
            {
                pack = ModelPack.Open(Folder);
                opened = new WeakReference<ModelPack>(pack);
            }

            return pack;
        }
    }
}
