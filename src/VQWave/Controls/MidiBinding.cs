namespace VQWave.Controls;

/// <summary>Which controller moves which parameter.</summary>
public sealed record MidiBinding
{
    private readonly int controller;
    private readonly int channel = AnyChannel;
    private readonly double low;
    private readonly double high = 1;

    /// <summary>The value of <see cref="Channel"/> that means all.</summary>
    public const int AnyChannel = -1;

    /// <summary>The parameter that is moved.</summary>
    public required ParameterId Parameter { get; init; }

    /// <summary>The controller's number, 0 to 119 (those above are channel mode messages).</summary>
    /// <exception cref="VQWaveException">The number is out of range.</exception>
    public required int Controller
    {
        get => controller;
        init => controller = value is >= 0 and <= 119 ? value : throw new VQWaveException($"CC {value} cannot be mapped: use 0 to 119.");
    }

    /// <summary>The channel, 0 to 15, or <see cref="AnyChannel"/>.</summary>
    /// <exception cref="VQWaveException">The channel is out of range.</exception>
    public int Channel
    {
        get => channel;
        init =>
            channel = value is >= AnyChannel and <= 15
                ? value
                : throw new VQWaveException($"There is no MIDI channel {value + 1}: use 1 to 16.");
    }

    /// <summary>What its values mean.</summary>
    public ControllerEncoding Encoding { get; init; }

    /// <summary>The normalised value at the controller's lowest position, 0 to 1; above <see cref="High"/> turns it round.</summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public double Low
    {
        get => low;
        init => low = Checked(value);
    }

    /// <summary>The normalised value at the controller's highest position, 0 to 1.</summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public double High
    {
        get => high;
        init => high = Checked(value);
    }

    private static double Checked(double value) =>
        value is >= 0 and <= 1 ? value : throw new VQWaveException($"The end {value} of a controller's range is not within 0 to 1.");
}
