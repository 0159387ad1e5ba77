using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Modules;

namespace VQWave.Training.Networks;

/// <summary>Generator and context network under one roof, for the optimiser and the checkpoint.</summary>
internal sealed class GeneratorPair : Module
{
    /// <summary>Builds the networks of a level.</summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="levelIndex">Position of the level in it.</param>
    /// <param name="withoutContext">Leaves the context network out, where the level has one.</param>
    public GeneratorPair(HierarchyConfiguration configuration, int levelIndex, bool withoutContext)
    {
        var level = configuration.Levels[levelIndex];
        Generator = register_module("generator", new GeneratorModule(level.Generator, level.CodebookSize));
        if (level.Generator.Context is { } network && !withoutContext)
        {
            var coarse = configuration.Levels[levelIndex - 1].CodebookSize;
            ContextNetwork = network;
            Context = register_module("context", new ContextModule(level.Generator, coarse, configuration.Ratio(levelIndex)));
        }
    }

    /// <summary>The generator.</summary>
    public GeneratorModule Generator { get; }

    /// <summary>Its context network, or null.</summary>
    public ContextModule? Context { get; }

    /// <summary>The configuration of <see cref="Context"/>, or null.</summary>
    public ContextNetwork? ContextNetwork { get; }

    /// <summary>Context (batch, count × ratio, width) of windows of coarse codes as <see cref="ContextModule.ForwardWindow"/> takes them; null without a context network.</summary>
    /// <param name="codes">Coarse codes of each window, one after the other.</param>
    /// <param name="inside">1 where a code is inside its piece, else 0.</param>
    /// <param name="batch">Windows.</param>
    /// <param name="count">Codes of the level wanted, a multiple of the ratio.</param>
    /// <param name="device">Where the networks are.</param>
    public Tensor? ContextOf(long[] codes, float[] inside, int batch, int count, Device device)
    {
        if (Context is null)
        {
            return null;
        }

        var window = codes.Length / batch;
        return Context.ForwardWindow(
            torch.tensor(codes, batch, window).to(device),
            torch.tensor(inside, batch, window).to(device),
            count / Context.Ratio
        );
    }
}
