namespace VQWave.Torch.Modules;

/// <summary>A leaf tensor that a module owns and an optimiser changes; no dispose scope holds it.</summary>
public sealed class Parameter : Tensor
{
    /// <summary>A parameter that starts as this tensor's elements and shares their memory.</summary>
    /// <exception cref="TorchException">The elements are not of floating point and a gradient is wanted.</exception>
    public Parameter(Tensor data, bool requires_grad = true)
        : base(Detached(data))
    {
        _ = DetachFromDisposeScope();
        this.requires_grad = requires_grad;
    }

    // Points this parameter at other memory, another device's for instance, without becoming another object.
    internal void SetData(Tensor data)
    {
        Check(Native.vqt_set_data(Handle, data.Handle), this, data, operation: "to");
        ForgetShape();
    }

    private static nint Detached(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        nint handle = Native.vqt_detach(data.Handle);
        return handle != 0 ? handle : throw Failure(nameof(Parameter), data);
    }
}
