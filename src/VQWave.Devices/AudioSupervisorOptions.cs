namespace VQWave.Devices;

/// <summary>How patient an <see cref="AudioSupervisor"/> is.</summary>
public sealed record AudioSupervisorOptions
{
    /// <summary>After how long without a block a device counts as gone.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The wait before the first new attempt; it doubles with each that fails.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait between attempts.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Frames per second in silence when no device was open before.</summary>
    public int SilentSampleRate { get; init; } = 48000;

    /// <summary>Channels in silence when no device was open before.</summary>
    public int SilentChannels { get; init; } = 2;
}
