using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <content>What JACK's threads call.</content>
public sealed unsafe partial class JackClient
{
    private delegate ref int FieldOf(JackClient client);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnProcess(uint frames, nint argument)
    {
        if (GCHandle.FromIntPtr(argument).Target is not JackClient target)
        {
            return 0;
        }

        Interlocked.Increment(ref target.inside);
        if (target.audioThread is null)
        {
            Volatile.Write(ref target.audioThread, Thread.CurrentThread);
        }

        bool isLast = target.isLeaving;
        if (isLast)
        {
            target.Silence(frames);
            target.callsWhileLeaving++;
        }
        else
        {
            target.Process((int)frames);
        }

        Interlocked.Decrement(ref target.inside);
        return isLast ? 1 : 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnXrun(nint argument)
    {
        if (GCHandle.FromIntPtr(argument).Target is JackClient target)
        {
            Interlocked.Increment(ref target.inside);
            Interlocked.Increment(ref target.xruns);
            Interlocked.Decrement(ref target.inside);
        }

        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnBufferSize(uint frames, nint argument) => Change(argument, frames, static client => ref client.bufferFrames);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSampleRate(uint rate, nint argument) => Change(argument, rate, static client => ref client.sampleRate);

    private static int Change(nint argument, uint value, FieldOf field)
    {
        if (GCHandle.FromIntPtr(argument).Target is JackClient target)
        {
            Interlocked.Increment(ref target.inside);
            if (Interlocked.Exchange(ref field(target), (int)value) != (int)value)
            {
                target.RaiseFormatChanged();
            }

            Interlocked.Decrement(ref target.inside);
        }

        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnShutdown(int status, byte* reason, nint argument)
    {
        if (GCHandle.FromIntPtr(argument).Target is not JackClient target)
        {
            return;
        }

        Interlocked.Increment(ref target.inside);
        bool isZombie = (status & JackNative.StatusClientZombie) != 0;
        if (isZombie && target.isLeaving)
        {
            // JACK 1 says so of a client whose callback returned an error, as it does on purpose then.
            Interlocked.Decrement(ref target.inside);
            return;
        }

        if (!isZombie)
        {
            JackRegistry.ReportServerDeath();
        }

        Volatile.Write(
            ref target.failure,
            isZombie ? "The JACK server put the client out because it answered too late." : "The JACK server has ended."
        );
        ThreadPool.UnsafeQueueUserWorkItem(static client => client.ServerShutdown?.Invoke(client, EventArgs.Empty), target, false);
        Interlocked.Decrement(ref target.inside);
    }

    private void RaiseFormatChanged() =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static client => client.FormatChanged?.Invoke(client, new JackFormat(client.SampleRate, client.BufferFrames)),
            this,
            false
        );

    /// <summary>Real-time safe. One block, on JACK's thread.</summary>
    private void Process(int frames)
    {
        long start = sampleTime;
        ReadTransport(start);
        if (midiPort != 0)
        {
            ReadMidi((uint)frames, start);
        }

        for (int offset = 0; offset < frames; offset += ScratchFrames)
        {
            int count = Math.Min(ScratchFrames, frames - offset);
            Span<float> block = outputScratch.AsSpan(0, count * outputPorts.Length);
            block.Clear();
            RenderBlock(block, frames, offset, count, start + offset);
            for (int channel = 0; channel < outputPorts.Length; channel++)
            {
                float* target = (float*)JackNative.PortGetBuffer(outputPorts[channel], (uint)frames) + offset;
                for (int frame = 0; frame < count; frame++)
                {
                    target[frame] = block[(frame * outputPorts.Length) + channel];
                }
            }
        }

        Volatile.Write(ref sampleTime, start + frames);
    }

    private void Silence(uint frames)
    {
        foreach (nint port in outputPorts)
        {
            new Span<float>(JackNative.PortGetBuffer(port, frames), (int)frames).Clear();
        }
    }

    private void RenderBlock(Span<float> block, int frames, int offset, int count, long time)
    {
        if (renderError is not null)
        {
            return;
        }

        // An exception must not leave a native callback: it would end the process.
        try
        {
            if (inputPorts.Length > 0 && options.Capture is IAudioCapture capture)
            {
                for (int channel = 0; channel < inputPorts.Length; channel++)
                {
                    float* source = (float*)JackNative.PortGetBuffer(inputPorts[channel], (uint)frames) + offset;
                    for (int frame = 0; frame < count; frame++)
                    {
                        inputScratch[(frame * inputPorts.Length) + channel] = source[frame];
                    }
                }

                capture.Capture(inputScratch.AsSpan(0, count * inputPorts.Length), inputPorts.Length, time);
            }

            renderer.Render(block, outputPorts.Length, time);
        }
        catch (Exception e)
        {
            block.Clear();
            Volatile.Write(ref renderError, e);
        }
    }

    private void ReadMidi(uint frames, long start)
    {
        void* buffer = JackNative.PortGetBuffer(midiPort, frames);
        uint count = JackNative.MidiGetEventCount(buffer);
        for (uint i = 0; i < count; i++)
        {
            JackNative.MidiEvent message;
            if (JackNative.MidiEventGet(&message, buffer, i) == 0)
            {
                options.Midi!.Write(start + message.Time, 0, new ReadOnlySpan<byte>(message.Buffer, (int)message.Size));
            }
        }
    }

    private void ReadTransport(long start)
    {
        JackNative.Position position = default;
        JackTransportState state = JackNative.TransportQuery(client, &position) switch
        {
            0 => JackTransportState.Stopped,
            1 or 2 => JackTransportState.Rolling,
            _ => JackTransportState.Starting,
        };
        bool hasBeats = (position.Valid & JackNative.PositionHasBeats) != 0;
        double fraction = hasBeats && position.TicksPerBeat > 0 ? position.Tick / position.TicksPerBeat : 0;
        Volatile.Write(ref transportVersion, transportVersion + 1);
        Interlocked.MemoryBarrier();
        transport = new JackTransport(
            state,
            position.Frame,
            start,
            hasBeats,
            hasBeats ? position.BeatsPerMinute : 0,
            hasBeats ? position.BeatsPerBar : 0,
            hasBeats ? position.Bar : 0,
            hasBeats ? position.Beat + fraction : 0
        );
        Volatile.Write(ref transportVersion, transportVersion + 1);
    }
}
