namespace VQWave.Torch;

/// <summary>What the tensor library could not do: the operation, its operands, and libtorch's own reason.</summary>
public sealed class TorchException : Exception
{
    /// <summary>An error with this message.</summary>
    public TorchException(string message)
        : base(message) { }

    /// <summary>An error with this message and what caused it.</summary>
    public TorchException(string message, Exception inner)
        : base(message, inner) { }
}
