namespace VQWave.Devices;

/// <summary>How a <see cref="TakeRecorder"/> records.</summary>
public sealed record TakeRecorderOptions
{
    private readonly double bufferSeconds = 20;
    private readonly long? maxFileBytes;

    /// <summary>How samples are stored.</summary>
    public AudioEncoding Encoding { get; init; } = AudioEncoding.Pcm24;

    /// <summary>Seconds of sound that may wait for a slow disk, 0.1 to 600; memory for them is taken at the start.</summary>
    public double BufferSeconds
    {
        get => bufferSeconds;
        init
        {
            if (!(value is >= 0.1 and <= 600))
            {
                throw new ArgumentOutOfRangeException(nameof(BufferSeconds), value, "The buffer holds 0.1 to 600 seconds.");
            }

            bufferSeconds = value;
        }
    }

    /// <summary>
    /// Bytes of samples after which the take goes on in a further file without a gap, 64 KiB at least; null for what the format can
    /// hold: 4 GiB less a little for wav, no bound for the others.
    /// </summary>
    public long? MaxFileBytes
    {
        get => maxFileBytes;
        init
        {
            if (value is long bytes)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1 << 16, nameof(MaxFileBytes));
            }

            maxFileBytes = value;
        }
    }
}
