namespace VQWave.Devices.Tests;

/// <summary>
/// Renders values that tell their own time: frame t is ((t mod 4096) + 1) / 8192 on the first channel and its negative on the others.
/// Also notes whether sample time ever jumped, and what the calls allocated on their thread.
/// </summary>
internal sealed class RampRenderer : IAudioRenderer, IAudioCapture
{
    private const int WarmUpBlocks = 50;
    private long nextTime = -1;
    private long allocated;
    private long blocks;
    private int blocksOfThread;
    private int threadId;
    private long jumps;

    public long Blocks => Volatile.Read(ref blocks);

    public long Jumps => Volatile.Read(ref jumps);

    /// <summary>Bytes allocated between one block and the next on the audio thread, after its first blocks.</summary>
    public long AllocatedBytes { get; private set; }

    public long CapturedBlocks { get; private set; }

    /// <summary>Blocks whose captured first frame was the rendered ramp of one earlier block.</summary>
    public long CapturedRamps { get; private set; }

    public int SampleRate { get; private set; }

    public int BufferFrames { get; private set; }

    public MidiQueue? Midi { get; init; }

    public static float Value(long time) => ((time % 4096) + 1) / 8192f;

    public void Prepare(int sampleRate, int channels, int bufferFrames)
    {
        SampleRate = sampleRate;
        BufferFrames = bufferFrames;
    }

    public void Capture(ReadOnlySpan<float> interleaved, int channels, long sampleTime)
    {
        CapturedBlocks++;
        int frames = interleaved.Length / channels;
        float expected = sampleTime >= frames ? Value(sampleTime - frames) : 0;
        if (interleaved[0] == expected)
        {
            CapturedRamps++;
        }
    }

    public void Render(Span<float> interleaved, int channels, long sampleTime)
    {
        if (threadId != Environment.CurrentManagedThreadId)
        {
            threadId = Environment.CurrentManagedThreadId;
            blocksOfThread = 0;
        }

        long now = GC.GetAllocatedBytesForCurrentThread();
        if (++blocksOfThread > WarmUpBlocks)
        {
            AllocatedBytes += now - allocated;
        }

        allocated = now;
        if (nextTime >= 0 && sampleTime != nextTime)
        {
            Volatile.Write(ref jumps, jumps + 1);
        }

        nextTime = sampleTime + (interleaved.Length / channels);
        for (int frame = 0; frame < interleaved.Length / channels; frame++)
        {
            float value = Value(sampleTime + frame);
            interleaved[frame * channels] = value;
            for (int channel = 1; channel < channels; channel++)
            {
                interleaved[(frame * channels) + channel] = -value;
            }
        }

        Volatile.Write(ref blocks, blocks + 1);
    }

    /// <summary>The longest run in which each sample is the ramp's next after the one before.</summary>
    public static int LongestRun(ReadOnlySpan<float> heard, float sign = 1)
    {
        int longest = 0;
        int run = 0;
        for (int i = 1; i < heard.Length; i++)
        {
            float before = heard[i - 1] * sign;
            float expected = before == 0.5f ? Value(0) : before + (1 / 8192f);
            run = before > 0 && heard[i] * sign == expected ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
