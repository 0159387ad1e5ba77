namespace VQWave.Torch.Modules;

/// <summary>Modules one after another; named by their numbers, or as given.</summary>
public sealed class Sequential : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor>[] _steps;

    /// <summary>Modules named 0, 1, ….</summary>
    public Sequential(params Module<Tensor, Tensor>[] modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        _steps = modules;
        for (int i = 0; i < modules.Length; i++)
        {
            _ = register_module(i, modules[i]);
        }
    }

    /// <summary>Modules with names.</summary>
    public Sequential(params (string name, Module<Tensor, Tensor> module)[] modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        _steps = Array.ConvertAll(modules, pair => register_module(pair.name, pair.module));
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor value = input;
        foreach (Module<Tensor, Tensor> step in _steps)
        {
            Tensor next = step.forward(value);

            // What differentiation needs of it, libtorch holds itself.
            if (!ReferenceEquals(value, input) && !ReferenceEquals(value, next))
            {
                value.Dispose();
            }

            value = next;
        }

        return ReferenceEquals(value, input) ? input.alias() : value;
    }
}
