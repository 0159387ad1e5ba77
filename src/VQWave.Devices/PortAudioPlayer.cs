using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>Plays a mono clip on an output device and returns when it has sounded.</summary>
/// <remarks>
/// The device's thread runs one callback that reads the clip from pinned memory: it neither locks, allocates, logs nor waits.
/// Where the device does not take the clip's rate, the clip is resampled before playing.
/// </remarks>
public static class PortAudioPlayer
{
    private const double FadeSeconds = 0.01;

    /// <summary>Plays a clip.</summary>
    /// <param name="samples">Mono samples, full scale −1 to 1; they go to the left and the right channel.</param>
    /// <param name="sampleRate">Their rate in samples per second.</param>
    /// <param name="device">The device, or null for the default one.</param>
    /// <param name="cancellation">Fades out within 10 ms and ends playing.</param>
    /// <returns>What happened; cancelling is no error.</returns>
    /// <exception cref="AudioDeviceException">
    /// PortAudio is not installed, there is no output device, or the device refuses or stops.
    /// </exception>
    public static unsafe PlaybackReport Play(
        ReadOnlyMemory<float> samples,
        int sampleRate,
        PortAudioDevice? device = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        PortAudioDevice target =
            device
            ?? PortAudioDevice.List().FirstOrDefault()
            ?? throw new AudioDeviceException("There is no output device; write to a file instead.");
        if (samples.IsEmpty)
        {
            return new PlaybackReport(target, sampleRate, 0, 0, Completed: true);
        }

        int rate = sampleRate;
        nint stream = 0;
        State* state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        MemoryHandle pin = default;
        bool isOpen = false;
        JackMonitor? monitor = null;
        try
        {
            lock (PortAudio.Gate)
            {
                PortAudio.Open();
                isOpen = true;
                monitor = PortAudio.Watch(target);
                PortAudioNative.StreamParameters output = Parameters(target);
                if (PortAudioNative.IsFormatSupported(null, &output, sampleRate) < 0)
                {
                    rate = target.SampleRate;
                    samples = SincResampler.Convert(samples.Span, sampleRate, rate);
                }

                pin = samples.Pin();
                state->Samples = (float*)pin.Pointer;
                state->Length = samples.Length;
                state->Channels = output.ChannelCount;
                state->FadeStep = (float)(1 / (FadeSeconds * rate));
                state->Gain = 1;
                PortAudio.Check(
                    PortAudioNative.OpenStream(&stream, null, &output, rate, default, default, &Render, state),
                    $"'{target.Name}' cannot play {output.ChannelCount} channels at {rate} Hz"
                );
                PortAudio.Check(PortAudioNative.StartStream(stream), $"'{target.Name}' did not start");
            }

            Wait(stream, state, samples.Length, rate, target, monitor, cancellation);
            long position = Volatile.Read(ref state->Position);
            return new PlaybackReport(target, rate, position, Volatile.Read(ref state->Underflows), Completed: position >= samples.Length);
        }
        finally
        {
            lock (PortAudio.Gate)
            {
                if (stream != 0)
                {
                    // Waits until what is buffered has sounded; after it the callback no longer runs.
                    PortAudio.Close(stream, monitor, isAborting: false);
                }
                else if (isOpen)
                {
                    monitor?.Dispose();
                    PortAudio.Close();
                }
            }

            pin.Dispose();
            NativeMemory.Free(state);
        }
    }

    /// <summary>Plays a clip.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="device">The device, or null for the default one.</param>
    /// <param name="cancellation">Fades out within 10 ms and ends playing.</param>
    /// <returns>What happened; cancelling is no error.</returns>
    /// <exception cref="AudioDeviceException">
    /// PortAudio is not installed, there is no output device, or the device refuses or stops.
    /// </exception>
    public static PlaybackReport Play(AudioClip clip, PortAudioDevice? device = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clip);
        return Play(clip.Samples, clip.SampleRate, device, cancellation);
    }

    private static unsafe PortAudioNative.StreamParameters Parameters(PortAudioDevice target)
    {
        PortAudioNative.DeviceInfo* info = PortAudioNative.GetDeviceInfo(target.Index);
        if (info is null || Marshal.PtrToStringUTF8(info->Name) != target.Name)
        {
            throw new AudioDeviceException($"The output device '{target.Name}' is no longer there; list the devices again.");
        }

        return new PortAudioNative.StreamParameters
        {
            Device = target.Index,
            ChannelCount = Math.Min(2, info->MaxOutputChannels),
            SampleFormat = PortAudioNative.Float32,
            // A clip needs no short delay, so the buffers that are safest are taken.
            SuggestedLatency = info->DefaultHighOutputLatency,
        };
    }

    private static unsafe void Wait(
        nint stream,
        State* state,
        int length,
        int rate,
        PortAudioDevice target,
        JackMonitor? monitor,
        CancellationToken cancellation
    )
    {
        long lastPosition = -1;
        long lastMove = Stopwatch.GetTimestamp();
        while (PortAudioNative.IsStreamActive(stream) == 1)
        {
            if (cancellation.IsCancellationRequested)
            {
                Volatile.Write(ref state->Stopping, 1);
            }

            long position = Volatile.Read(ref state->Position);
            if (position != lastPosition)
            {
                lastPosition = position;
                lastMove = Stopwatch.GetTimestamp();
            }
            else if (monitor?.IsDead == true || Stopwatch.GetElapsedTime(lastMove) > TimeSpan.FromSeconds(5))
            {
                // An unplugged device leaves a stream that is active and silent for ever.
                throw new AudioDeviceException(
                    $"'{target.Name}' stopped taking sound after {(double)position / rate:f1} of {(double)length / rate:f1} s."
                );
            }

            Thread.Sleep(5);
        }
    }

    /// <summary>Runs on the audio thread: copies the clip to all channels, and silence after it.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Render(void* input, void* output, CULong frameCount, void* time, CULong flags, void* userData)
    {
        State* state = (State*)userData;
        float* target = (float*)output;
        int frames = (int)frameCount.Value;
        long position = state->Position;
        bool stopping = Volatile.Read(ref state->Stopping) != 0;
        float gain = state->Gain;
        if ((flags.Value & PortAudioNative.OutputUnderflow) != 0)
        {
            Volatile.Write(ref state->Underflows, state->Underflows + 1);
        }

        for (int frame = 0; frame < frames; frame++)
        {
            float sample = 0;
            if (position < state->Length && gain > 0)
            {
                sample = state->Samples[position++] * gain;
                if (stopping)
                {
                    gain = MathF.Max(0, gain - state->FadeStep);
                }
            }

            for (int channel = 0; channel < state->Channels; channel++)
            {
                *target++ = sample;
            }
        }

        state->Gain = gain;
        Volatile.Write(ref state->Position, position);
        return position >= state->Length || gain <= 0 ? PortAudioNative.CallbackComplete : PortAudioNative.CallbackContinue;
    }

    /// <summary>What the callback works on, in memory that no garbage collection moves.</summary>
    private struct State
    {
        public unsafe float* Samples;
        public long Length;
        public long Position;
        public long Underflows;
        public int Channels;
        public int Stopping;
        public float FadeStep;
        public float Gain;
    }
}
