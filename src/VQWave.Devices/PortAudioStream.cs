using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>Plays a renderer on a PortAudio device: ALSA, JACK, WASAPI, Core Audio.</summary>
/// <remarks>
/// The device's thread runs one callback per block that renders straight into the device's buffer: it neither allocates, locks, logs
/// nor waits. Opening, starting, stopping and disposing are entered by one thread of the process at a time. PortAudio 19 cannot
/// let go of a JACK server that ended, and then keeps the whole process from reaching another; <see cref="AudioOutput"/> opens a
/// <see cref="JackClient"/> for JACK's devices, which can.
/// </remarks>
public sealed unsafe class PortAudioStream : IAudioStream
{
    private readonly IAudioRenderer renderer;
    private GCHandle self;
    private nint stream;
    private bool isOpen;
    private JackMonitor? monitor;
    private volatile bool isStarted;
    private long sampleTime;
    private long xruns;
    private Exception? renderError;

    /// <summary>Opens a device; nothing sounds yet.</summary>
    /// <param name="renderer">What to play.</param>
    /// <param name="options">The device and the format; null for the default device at its usual rate.</param>
    /// <exception cref="AudioDeviceException">
    /// PortAudio is not installed, no device or several fit, or the device refuses the format.
    /// </exception>
    public PortAudioStream(IAudioRenderer renderer, PortAudioStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(renderer);
        this.renderer = renderer;
        options ??= new PortAudioStreamOptions();
        self = GCHandle.Alloc(this);
        try
        {
            lock (PortAudio.Gate)
            {
                PortAudio.Open();
                isOpen = true;
                Device = PortAudioDevice.Choose(PortAudio.Enumerate(), options.HostApi, options.Device);
                monitor = PortAudio.Watch(Device);
                Open(Device, options);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device that was opened.</summary>
    public PortAudioDevice Device { get; }

    /// <inheritdoc />
    public string Name => $"'{Device.Name}' through {Device.HostApi}";

    /// <inheritdoc />
    public int SampleRate { get; private set; }

    /// <inheritdoc />
    public int Channels { get; private set; }

    /// <inheritdoc />
    public int BufferFrames { get; private set; }

    /// <inheritdoc />
    public double OutputLatency { get; private set; }

    /// <inheritdoc />
    public long Xruns => Volatile.Read(ref xruns);

    /// <inheritdoc />
    public long SampleTime => Volatile.Read(ref sampleTime);

    /// <inheritdoc />
    public string? Failure
    {
        get
        {
            if (Volatile.Read(ref renderError) is Exception e)
            {
                return $"Rendering failed: {e.Message}";
            }

            lock (PortAudio.Gate)
            {
                if (monitor?.IsDead == true)
                {
                    return "The JACK server has ended.";
                }

                return isStarted && stream != 0 && PortAudioNative.IsStreamActive(stream) != 1 ? $"{Name} has stopped." : null;
            }
        }
    }

    /// <inheritdoc />
    public void Start(long sampleTime = 0)
    {
        lock (PortAudio.Gate)
        {
            ObjectDisposedException.ThrowIf(stream == 0, this);
            if (isStarted)
            {
                return;
            }

            Volatile.Write(ref this.sampleTime, sampleTime);
            renderer.Prepare(SampleRate, Channels, BufferFrames);
            PortAudio.Check(PortAudioNative.StartStream(stream), $"{Name} did not start");
            isStarted = true;
            OutputLatency = PortAudioNative.GetStreamInfo(stream)->OutputLatency;
        }
    }

    /// <inheritdoc />
    public void Stop()
    {
        lock (PortAudio.Gate)
        {
            if (isStarted)
            {
                isStarted = false;
                if (monitor?.IsDead == true)
                {
                    return;
                }

                // Not Pa_StopStream, which plays on what is buffered: Stop means now.
                _ = PortAudioNative.AbortStream(stream);
            }
        }
    }

    /// <summary>Stops and closes the device.</summary>
    public void Dispose()
    {
        lock (PortAudio.Gate)
        {
            isStarted = false;
            if (stream != 0)
            {
                PortAudio.Close(stream, monitor, isAborting: true);
                stream = 0;
            }
            else if (isOpen)
            {
                monitor?.Dispose();
                PortAudio.Close();
            }

            isOpen = false;

            if (self.IsAllocated)
            {
                self.Free();
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRender(void* input, void* output, CULong frameCount, void* time, CULong flags, void* userData)
    {
        if (GCHandle.FromIntPtr((nint)userData).Target is PortAudioStream target)
        {
            target.Render((float*)output, (int)frameCount.Value, (uint)flags.Value);
        }

        return PortAudioNative.CallbackContinue;
    }

    private void Open(PortAudioDevice device, PortAudioStreamOptions options)
    {
        PortAudioNative.DeviceInfo* info = PortAudioNative.GetDeviceInfo(device.Index);
        int rate = options.SampleRate ?? device.SampleRate;
        PortAudioNative.StreamParameters output = new()
        {
            Device = device.Index,
            ChannelCount = Math.Min(options.Channels, device.OutputChannels),
            SampleFormat = PortAudioNative.Float32,
            SuggestedLatency = options.Latency ?? info->DefaultLowOutputLatency,
        };
        if (PortAudioNative.IsFormatSupported(null, &output, rate) < 0 && rate != device.SampleRate)
        {
            throw new AudioDeviceException($"{Name} does not play at {rate} Hz: its usual rate is {device.SampleRate} Hz.");
        }

        nint opened;
        PortAudio.Check(
            PortAudioNative.OpenStream(
                &opened,
                null,
                &output,
                rate,
                new CULong((uint)options.BufferFrames),
                default,
                &OnRender,
                (void*)GCHandle.ToIntPtr(self)
            ),
            $"{Name} cannot play {output.ChannelCount} channels at {rate} Hz"
        );
        stream = opened;
        Channels = output.ChannelCount;
        BufferFrames = options.BufferFrames;
        PortAudioNative.StreamInfo* actual = PortAudioNative.GetStreamInfo(stream);
        SampleRate = (int)Math.Round(actual->SampleRate);
        OutputLatency = actual->OutputLatency;
    }

    /// <summary>Real-time safe. One block, on the device's thread.</summary>
    private void Render(float* output, int frames, uint flags)
    {
        if ((flags & (PortAudioNative.OutputUnderflow | PortAudioNative.OutputOverflow)) != 0)
        {
            Volatile.Write(ref xruns, xruns + 1);
        }

        long start = sampleTime;
        Span<float> block = new(output, frames * Channels);
        block.Clear();
        if (renderError is null)
        {
            // An exception must not leave a native callback: it would end the process.
            try
            {
                renderer.Render(block, Channels, start);
            }
            catch (Exception e)
            {
                block.Clear();
                Volatile.Write(ref renderError, e);
            }
        }

        Volatile.Write(ref sampleTime, start + frames);
    }
}
