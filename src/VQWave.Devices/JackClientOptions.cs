namespace VQWave.Devices;

/// <summary>How a <see cref="JackClient"/> presents itself.</summary>
public sealed record JackClientOptions
{
    private readonly int outputs = 2;
    private readonly int inputs;

    /// <summary>The client's name; JACK adds a number where it is taken.</summary>
    public string ClientName { get; init; } = "VQWave";

    /// <summary>The server, or null for JACK_DEFAULT_SERVER or, without it, 'default'.</summary>
    public string? ServerName { get; init; }

    /// <summary>Output ports, 1 to 64; 2 are called left and right.</summary>
    public int Outputs
    {
        get => outputs;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Outputs));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64, nameof(Outputs));
            outputs = value;
        }
    }

    /// <summary>Input ports, 0 to 64; what comes in goes to <see cref="Capture"/>.</summary>
    public int Inputs
    {
        get => inputs;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Inputs));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64, nameof(Inputs));
            inputs = value;
        }
    }

    /// <summary>Takes what comes in through the input ports.</summary>
    public IAudioCapture? Capture { get; init; }

    /// <summary>
    /// Receives MIDI from a port of the client's own; null for no such port. The audio thread writes to it before it renders the block
    /// that the messages belong to, so the renderer is the natural reader. The same queue may serve a later client.
    /// </summary>
    public MidiQueue? Midi { get; init; }

    /// <summary>Whether to connect the ports to the hardware when the stream starts.</summary>
    public bool ConnectToHardware { get; init; } = true;

    /// <summary>The name of another client whose inputs the outputs are connected to instead of the hardware; null for the hardware.</summary>
    public string? Destination { get; init; }
}
