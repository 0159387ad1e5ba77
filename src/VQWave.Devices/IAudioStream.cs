namespace VQWave.Devices;

/// <summary>An opened way for sound to leave: a PortAudio device, a JACK client or a silent clock.</summary>
/// <remarks>
/// <see cref="Start"/>, <see cref="Stop"/> and Dispose belong to one thread at a time and are not real-time safe; the properties may be
/// read from any thread. After <see cref="Stop"/> or Dispose the renderer is not called any more.
/// </remarks>
public interface IAudioStream : IDisposable
{
    /// <summary>The device and how it is reached, for people.</summary>
    string Name { get; }

    /// <summary>Frames per second that the device really takes.</summary>
    int SampleRate { get; }

    /// <summary>Interleaved channels that are rendered.</summary>
    int Channels { get; }

    /// <summary>Frames of a block, 0 where the device varies it.</summary>
    int BufferFrames { get; }

    /// <summary>Seconds from rendering a sample to hearing it, as the system states it; 0 where it states nothing.</summary>
    double OutputLatency { get; }

    /// <summary>How often sound was interrupted because a block came too late, as the system counts it.</summary>
    long Xruns { get; }

    /// <summary>The number of the next frame to be rendered.</summary>
    long SampleTime { get; }

    /// <summary>Null while all is well; otherwise one sentence on why this stream will not sound again.</summary>
    string? Failure { get; }

    /// <summary>Prepares the renderer and begins to call it.</summary>
    /// <param name="sampleTime">The number of the first frame.</param>
    /// <exception cref="AudioDeviceException">The device does not start.</exception>
    void Start(long sampleTime = 0);

    /// <summary>Ends calling the renderer; <see cref="Start"/> may follow. Does nothing to a stream that does not run.</summary>
    void Stop();
}
