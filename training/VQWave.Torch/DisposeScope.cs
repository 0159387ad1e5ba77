namespace VQWave.Torch;

/// <summary>
/// Disposes, at its end, the tensors that its thread made while it was the innermost scope, but for those moved out.
/// </summary>
/// <remarks>Scopes of a thread nest and end in reverse order; they are not to be handed to another thread.</remarks>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    private static DisposeScope? current;

    private readonly List<Tensor> _tensors = [];
    private readonly DisposeScope? _outer;
    private bool _disposed;

    internal DisposeScope()
    {
        _outer = current;
        current = this;
    }

    /// <summary>How many tensors the scope would dispose now.</summary>
    public int Count => _tensors.Count;

    internal static DisposeScope? Current => current;

    /// <summary>Ends the scope and disposes its tensors.</summary>
    /// <exception cref="TorchException">An inner scope is still open.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        if (!ReferenceEquals(current, this))
        {
            throw new TorchException("A dispose scope ended on another thread or before the scopes inside it.");
        }

        _disposed = true;
        current = _outer;
        for (int i = _tensors.Count - 1; i >= 0; i--)
        {
            Tensor tensor = _tensors[i];
            tensor.Scope = null;
            tensor.Dispose();
        }

        _tensors.Clear();
    }

    internal void Add(Tensor tensor)
    {
        tensor.Scope = this;
        tensor.ScopeIndex = _tensors.Count;
        _tensors.Add(tensor);
    }

    internal void Remove(Tensor tensor)
    {
        int last = _tensors.Count - 1;
        Tensor moved = _tensors[last];
        _tensors[tensor.ScopeIndex] = moved;
        moved.ScopeIndex = tensor.ScopeIndex;
        _tensors.RemoveAt(last);
        tensor.Scope = null;
    }

    internal void MoveOut(Tensor tensor)
    {
        Remove(tensor);
        _outer?.Add(tensor);
    }
}
