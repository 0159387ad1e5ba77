namespace VQWave.Torch;

/// <summary>A device by kind and index; texts such as <c>cpu</c>, <c>cuda</c> and <c>cuda:0</c> convert to it.</summary>
/// <param name="Type">The kind of device; the processor where nothing is said.</param>
/// <param name="Index">The GPU's number, or −1 for the current one.</param>
public readonly record struct Device(DeviceType Type, int Index = -1)
{
    /// <summary>The processor.</summary>
    public static Device CPU { get; } = new(DeviceType.CPU);

    /// <summary>The current GPU.</summary>
    public static Device CUDA { get; } = new(DeviceType.CUDA);

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="TorchException">The text names no device.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Equals("cpu", StringComparison.OrdinalIgnoreCase))
        {
            return CPU;
        }

        if (text.Equals("cuda", StringComparison.OrdinalIgnoreCase))
        {
            return CUDA;
        }

        if (
            text.StartsWith("cuda:", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(text.AsSpan(5), out int index)
            && index is >= 0 and < 128
        )
        {
            return new Device(DeviceType.CUDA, index);
        }

        throw new TorchException($"'{text}' names no device: write cpu, cuda or cuda:0.");
    }

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public static implicit operator Device(string text) => Parse(text);

    /// <summary>The device in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Type == DeviceType.CPU ? "cpu"
        : Index < 0 ? "cuda"
        : $"cuda:{Index}";
}
