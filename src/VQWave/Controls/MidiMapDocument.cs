namespace VQWave.Controls;

/// <summary>The file of a <see cref="MidiMap"/>.</summary>
internal sealed record MidiMapDocument
{
    public int Version { get; set; }

    public bool SoftTakeover { get; set; }

    /// <summary>1 to 16; null listens to all.</summary>
    public int? Channel { get; set; }

    public List<MidiBindingDocument>? Bindings { get; set; }
}

/// <summary>One binding in the file.</summary>
/// <remarks>Set, not init: generated serialisation code gives init-only properties that a file leaves out 0 in place of their initial value.</remarks>
internal sealed record MidiBindingDocument
{
    public string? Parameter { get; set; }

    public int Controller { get; set; } = -1;

    /// <summary>1 to 16; null is any.</summary>
    public int? Channel { get; set; }

    public ControllerEncoding Encoding { get; set; }

    public double Low { get; set; }

    public double High { get; set; } = 1;

    public MidiBinding ToBinding(ParameterId parameter) =>
        new()
        {
            Parameter = parameter,
            Controller = Controller,
            Channel = (Channel ?? 0) - 1,
            Encoding = Enum.IsDefined(Encoding) ? Encoding : throw new VQWaveException($"there is no encoding {Encoding}"),
            Low = Low,
            High = High,
        };
}
