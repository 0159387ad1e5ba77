namespace VQWave.Torch.Modules;

/// <summary>A module that maps one value to another.</summary>
/// <typeparam name="TInput">What it takes.</typeparam>
/// <typeparam name="TOutput">What it gives.</typeparam>
public abstract class Module<TInput, TOutput> : Module
{
    /// <summary>Applies the module.</summary>
    public abstract TOutput forward(TInput input);

    /// <summary>Applies the module: TorchSharp's name.</summary>
    public TOutput call(TInput input) => forward(input);
}
