namespace VQWave.Devices;

/// <summary>Which device a <see cref="PortAudioStream"/> opens, and how.</summary>
public sealed record PortAudioStreamOptions
{
    private readonly int? sampleRate;
    private readonly int bufferFrames;
    private readonly int channels = 2;
    private readonly double? latency;

    /// <summary>The device's number, its name or a part of its name; null for the default one (of <see cref="HostApi"/>).</summary>
    public string? Device { get; init; }

    /// <summary>A part of the host API's name, such as ALSA or JACK; null for any.</summary>
    public string? HostApi { get; init; }

    /// <summary>Frames per second, 8,000 to 384,000; null for the device's usual rate.</summary>
    public int? SampleRate
    {
        get => sampleRate;
        init
        {
            if (value is int rate)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(rate, 8000, nameof(SampleRate));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 384_000, nameof(SampleRate));
            }

            sampleRate = value;
        }
    }

    /// <summary>Frames of a block, 16 to 8,192; 0 lets the device choose. JACK's own block stays the server's.</summary>
    public int BufferFrames
    {
        get => bufferFrames;
        init
        {
            if (value != 0)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, 16, nameof(BufferFrames));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 8192, nameof(BufferFrames));
            }

            bufferFrames = value;
        }
    }

    /// <summary>Channels, 1 to 64; a device with fewer gets as many as it has.</summary>
    public int Channels
    {
        get => channels;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Channels));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64, nameof(Channels));
            channels = value;
        }
    }

    /// <summary>Seconds of delay to ask the device for, 0 to 2; null for its own short delay.</summary>
    public double? Latency
    {
        get => latency;
        init
        {
            if (value is double seconds && !(seconds is >= 0 and <= 2))
            {
                throw new ArgumentOutOfRangeException(nameof(Latency), value, "The delay is 0 to 2 seconds.");
            }

            latency = value;
        }
    }
}
