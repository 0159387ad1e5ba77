using VQWave.Torch.Modules;

namespace VQWave.Torch.Optimizers;

/// <summary>Changes parameters by their gradients, all of them in one native call.</summary>
public abstract class Optimizer : IDisposable
{
    private readonly Parameter[] _parameters;

    // The handles of the parameters, which stay the same as long as the parameters live.
    private readonly nint[] _handles;

    private protected Optimizer(IEnumerable<Parameter> parameters, double lr)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = [.. parameters];
        if (_parameters.Length == 0)
        {
            throw new TorchException("An optimiser needs parameters.");
        }

        _handles = torch.Handles(_parameters);
        LearningRate = lr;
    }

    /// <summary>The learning rate, to be set before a step.</summary>
    public double LearningRate { get; set; }

    /// <summary>The learning rate: PyTorch's name.</summary>
    public double lr
    {
        get => LearningRate;
        set => LearningRate = value;
    }

    /// <summary>Steps taken.</summary>
    public long StepCount { get; private protected set; }

    private protected IReadOnlyList<Parameter> Parameters => _parameters;

    private protected ReadOnlySpan<nint> Handles => _handles;

    /// <summary>Changes the parameters that have gradients.</summary>
    /// <exception cref="TorchException">A gradient does not fit its parameter.</exception>
    public void step()
    {
        foreach (Parameter parameter in _parameters)
        {
            ObjectDisposedException.ThrowIf(parameter.IsDisposed, parameter);
        }

        using (torch.no_grad())
        {
            Step();
        }

        GC.KeepAlive(_parameters);
    }

    /// <summary>Drops the gradients, or sets them to zero.</summary>
    public void zero_grad(bool set_to_none = true)
    {
        Tensor.Check(Native.vqt_zero_grad(_handles, _handles.Length, set_to_none));
        GC.KeepAlive(_parameters);
    }

    /// <summary>What an exact resume needs: step count, learning rate, and the buffers by number. The optimiser's own tensors
    /// but for <c>step</c> and <c>lr</c>, which the caller disposes.</summary>
    public Dictionary<string, Tensor> state_dict()
    {
        var state = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["step"] = torch.tensor(StepCount),
            ["lr"] = torch.tensor(LearningRate, ScalarType.Float64),
        };
        foreach ((string name, Tensor[] buffers) in Buffers())
        {
            for (int i = 0; i < buffers.Length; i++)
            {
                state.Add($"{name}.{i}", buffers[i]);
            }
        }

        return state;
    }

    /// <summary>Restores what <see cref="state_dict"/> gave, all or nothing.</summary>
    /// <exception cref="TorchException">Something is missing, or sizes differ: the state is another network's.</exception>
    public void load_state_dict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Tensor Find(string name) =>
            state.TryGetValue(name, out Tensor? found)
                ? found
                : throw new TorchException($"The optimiser's state has no {name}: it is another optimiser's.");
        long step = Find("step").ToInt64();
        double rate = Find("lr").ToDouble();
        var pairs = new List<(Tensor target, Tensor source)>();
        foreach ((string name, Tensor[] buffers) in Buffers())
        {
            for (int i = 0; i < buffers.Length; i++)
            {
                Tensor source = Find($"{name}.{i}");
                if (!source.shape.AsSpan().SequenceEqual(buffers[i].shape))
                {
                    throw new TorchException(
                        $"The optimiser's state has {name}.{i} as {Tensor.Describe(source)}, the network needs {Tensor.Describe(buffers[i])}."
                    );
                }

                pairs.Add((buffers[i], source));
            }
        }

        using IDisposable noGrad = torch.no_grad();
        foreach ((Tensor target, Tensor source) in pairs)
        {
            _ = target.copy_(source);
        }

        StepCount = step;
        LearningRate = rate;
    }

    /// <summary>Disposes the optimiser's own buffers; the parameters are their modules'.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes the optimiser's own buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        foreach ((_, Tensor[] buffers) in Buffers())
        {
            foreach (Tensor buffer in buffers)
            {
                buffer.Dispose();
            }
        }
    }

    private protected abstract void Step();

    private protected abstract IEnumerable<(string name, Tensor[] buffers)> Buffers();

    // One zero tensor a parameter, of its kind and on its device, that no dispose scope holds.
    private protected Tensor[] ZeroBuffers() => Array.ConvertAll(_parameters, parameter => parameter.zeros_like().DetachFromDisposeScope());
}
