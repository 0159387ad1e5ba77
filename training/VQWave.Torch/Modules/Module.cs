using System.Globalization;

namespace VQWave.Torch.Modules;

/// <summary>A part of a network: parameters, buffers and further modules, by name.</summary>
/// <remarks>Names of nested parts are joined by dots, as in PyTorch's state dictionaries.</remarks>
public abstract class Module : IDisposable
{
    private readonly List<KeyValuePair<string, Parameter>> _parameters = [];
    private readonly List<KeyValuePair<string, Tensor>> _buffers = [];
    private readonly List<KeyValuePair<string, Module>> _modules = [];

    /// <summary>Whether the module behaves as in training (dropout drops) or as in use.</summary>
    public bool training { get; private set; } = true;

    /// <summary>All parameters and their names, this module's first.</summary>
    public IEnumerable<KeyValuePair<string, Parameter>> named_parameters(string prefix = "")
    {
        foreach ((string name, Parameter parameter) in _parameters)
        {
            yield return new(prefix + name, parameter);
        }

        foreach ((string name, Module module) in _modules)
        {
            foreach (KeyValuePair<string, Parameter> inner in module.named_parameters($"{prefix}{name}."))
            {
                yield return inner;
            }
        }
    }

    /// <summary>All buffers (state that is saved but not learnt by gradients) and their names, this module's first.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> named_buffers(string prefix = "")
    {
        foreach ((string name, Tensor buffer) in _buffers)
        {
            yield return new(prefix + name, buffer);
        }

        foreach ((string name, Module module) in _modules)
        {
            foreach (KeyValuePair<string, Tensor> inner in module.named_buffers($"{prefix}{name}."))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The direct parts and their names.</summary>
    public IEnumerable<KeyValuePair<string, Module>> named_children() => _modules;

    /// <summary>All parameters, in the order of <see cref="named_parameters"/>.</summary>
    public IEnumerable<Parameter> parameters() => named_parameters().Select(pair => pair.Value);

    /// <summary>All buffers, in the order of <see cref="named_buffers"/>.</summary>
    public IEnumerable<Tensor> buffers() => named_buffers().Select(pair => pair.Value);

    /// <summary>All parameters and buffers by name: the module's own tensors, not copies.</summary>
    public Dictionary<string, Tensor> state_dict()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            state.Add(name, parameter);
        }

        foreach ((string name, Tensor buffer) in named_buffers())
        {
            state.Add(name, buffer);
        }

        return state;
    }

    /// <summary>Copies a state into this module, all or nothing.</summary>
    /// <param name="state">Tensors by name, of the sizes that this module has; kinds and devices are converted.</param>
    /// <param name="strict">Whether a name that only one side knows is an error; without it such names are passed over.</param>
    /// <exception cref="TorchException">A name is missing or unknown, or sizes differ; the message lists them.</exception>
    public void load_state_dict(IReadOnlyDictionary<string, Tensor> state, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(state);
        Dictionary<string, Tensor> own = state_dict();
        var faults = new List<string>();
        foreach ((string name, Tensor target) in own)
        {
            if (!state.TryGetValue(name, out Tensor? source))
            {
                if (strict)
                {
                    faults.Add($"{name} is missing");
                }
            }
            else if (!source.shape.AsSpan().SequenceEqual(target.shape))
            {
                faults.Add($"{name} is {Tensor.Describe(source)}, the network has {Tensor.Describe(target)}");
            }
        }

        if (strict)
        {
            faults.AddRange(state.Keys.Where(name => !own.ContainsKey(name)).Select(name => $"{name} is unknown"));
        }

        if (faults.Count > 0)
        {
            throw new TorchException($"The state does not fit this network: {string.Join("; ", faults)}.");
        }

        using IDisposable noGrad = torch.no_grad();
        foreach ((string name, Tensor target) in own)
        {
            if (state.TryGetValue(name, out Tensor? source))
            {
                _ = target.copy_(source);
            }
        }
    }

    /// <summary>Switches this module and its parts to training.</summary>
    public void train(bool mode = true)
    {
        training = mode;
        foreach ((_, Module module) in _modules)
        {
            module.train(mode);
        }
    }

    /// <summary>Switches this module and its parts to use.</summary>
    public void eval() => train(false);

    /// <summary>Moves parameters and buffers to a device; their objects stay the same, their gradients are dropped.</summary>
    /// <exception cref="TorchException">There is no such device.</exception>
    public void to(Device device) => Move(tensor => tensor.to(device));

    /// <summary>Converts floating-point parameters and buffers; their objects stay the same, their gradients are dropped.</summary>
    public void to(ScalarType type) => Move(tensor => IsFloating(tensor.dtype) ? tensor.to(type) : tensor.alias());

    /// <summary>Clears the gradients of all parameters.</summary>
    public void zero_grad(bool set_to_none = true)
    {
        Parameter[] all = [.. parameters()];
        Tensor.Check(Native.vqt_zero_grad(torch.Handles(all), all.Length, set_to_none));
        GC.KeepAlive(all);
    }

    /// <summary>Disposes all parameters and buffers.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Adds a part and returns it.</summary>
    /// <exception cref="TorchException">The name is taken or holds a dot.</exception>
    protected internal T register_module<T>(string name, T module)
        where T : Module
    {
        CheckName(name);
        _modules.Add(new(name, module));
        return module;
    }

    /// <summary>Adds a part under a number and returns it.</summary>
    /// <exception cref="TorchException">The number is taken.</exception>
    protected internal T register_module<T>(int name, T module)
        where T : Module => register_module(name.ToString(CultureInfo.InvariantCulture), module);

    /// <summary>Adds a parameter and returns it.</summary>
    /// <exception cref="TorchException">The name is taken or holds a dot.</exception>
    protected internal Parameter register_parameter(string name, Parameter parameter)
    {
        CheckName(name);
        _parameters.Add(new(name, parameter));
        return parameter;
    }

    /// <summary>Adds a buffer, which the module then owns, and returns it.</summary>
    /// <exception cref="TorchException">The name is taken or holds a dot.</exception>
    protected internal Tensor register_buffer(string name, Tensor buffer)
    {
        CheckName(name);

        // As a parameter without a gradient: an object whose memory can be replaced when the module moves.
        Tensor own = buffer as Parameter ?? new Parameter(buffer, requires_grad: false);
        if (!ReferenceEquals(own, buffer))
        {
            buffer.Dispose();
        }

        _buffers.Add(new(name, own));
        return own;
    }

    /// <summary>Disposes what the module owns.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        foreach ((_, Parameter parameter) in _parameters)
        {
            parameter.Dispose();
        }

        foreach ((_, Tensor buffer) in _buffers)
        {
            buffer.Dispose();
        }

        foreach ((_, Module module) in _modules)
        {
            module.Dispose();
        }
    }

    private static bool IsFloating(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    private void Move(Func<Tensor, Tensor> convert)
    {
        using IDisposable noGrad = torch.no_grad();
        foreach ((_, Tensor tensor) in state_dict())
        {
            using Tensor converted = convert(tensor);
            tensor.grad = null;
            ((Parameter)tensor).SetData(converted);
        }
    }

    private void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        bool taken =
            _parameters.Exists(pair => pair.Key == name)
            || _buffers.Exists(pair => pair.Key == name)
            || _modules.Exists(pair => pair.Key == name);
        if (taken || name.Contains('.', StringComparison.Ordinal))
        {
            throw new TorchException($"{GetType().Name}: the name '{name}' is taken or holds a dot.");
        }
    }
}
