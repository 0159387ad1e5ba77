namespace VQWave.Torch;

public partial class Tensor
{
    /// <summary>Whether operations on this tensor are recorded for differentiation.</summary>
    /// <exception cref="TorchException">Set on a tensor that is the result of a recorded operation, or not of floating point.</exception>
    public bool requires_grad
    {
        get
        {
            bool result = Native.vqt_requires_grad(Handle);
            GC.KeepAlive(this);
            return result;
        }
        set => Check(Native.vqt_set_requires_grad(Handle, value), this);
    }

    /// <summary>Whether the tensor was made by the program rather than by a recorded operation.</summary>
    public bool is_leaf
    {
        get
        {
            bool result = Native.vqt_is_leaf(Handle);
            GC.KeepAlive(this);
            return result;
        }
    }

    /// <summary>The gradient that <see cref="backward"/> accumulated, a new handle on each reading; null where there is none.</summary>
    public Tensor? grad
    {
        get => Native.vqt_has_grad(Handle) ? Made(Native.vqt_grad(Handle), this) : null;
        set => Check(Native.vqt_set_grad(Handle, HandleOrNull(value)), this, value);
    }

    /// <summary>Sets whether operations are recorded, and returns this tensor.</summary>
    public Tensor requires_grad_(bool value = true)
    {
        requires_grad = value;
        return this;
    }

    /// <summary>Adds the derivatives of this tensor to the <see cref="grad"/> of the leaves it was made from.</summary>
    /// <exception cref="TorchException">The tensor has several elements and no <paramref name="gradient"/>, or no history.</exception>
    public void backward(Tensor? gradient = null, bool retain_graph = false, bool create_graph = false) =>
        Check(Native.vqt_backward(Handle, HandleOrNull(gradient), retain_graph || create_graph, create_graph), this, gradient);

    /// <summary>The same elements without history.</summary>
    public Tensor detach() => Made(Native.vqt_detach(Handle), this);

    /// <summary>A copy.</summary>
    public Tensor clone() => Made(Native.vqt_clone(Handle), this);

    /// <summary>Another handle on the same tensor, history included.</summary>
    public Tensor alias() => Made(Native.vqt_alias(Handle), this);
}
