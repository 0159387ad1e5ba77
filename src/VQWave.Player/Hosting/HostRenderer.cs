using VQWave.Devices;
using VQWave.Player.Live;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>The audio callback that plays a plug-in live.</summary>
/// <remarks>
/// <see cref="Render"/> and <see cref="Capture"/> are real-time safe on this side; one stream at a time calls them. The other members are for control
/// threads.
/// </remarks>
internal sealed class HostRenderer : IAudioRenderer, IAudioCapture
{
    private const int CaptureFrames = 8192;

    private readonly HostPlayer player;
    private readonly MidiGathering midi;
    private readonly string? inputFile;
    private float[] file = [];
    private int fileChannels;
    private long fileAt;
    private float[] captured = [];
    private int capturedChannels;
    private int capturedSamples;
    private int rate;
    private string? problem;
    private long allocated;

    /// <summary>Creates a renderer.</summary>
    /// <param name="player">What sounds.</param>
    /// <param name="midi">Live MIDI.</param>
    /// <param name="inputFile">A file that goes into the plug-in, or null.</param>
    public HostRenderer(HostPlayer player, MidiGathering midi, string? inputFile)
    {
        this.player = player;
        this.midi = midi;
        this.inputFile = inputFile;
    }

    /// <summary>Frames a second; 0 before the first stream.</summary>
    public int SampleRate => Volatile.Read(ref rate);

    /// <summary>Why the plug-in cannot play on this device, or null.</summary>
    public string? Problem => Volatile.Read(ref problem);

    /// <summary>Bytes that rendering has allocated on the managed heap: 0.</summary>
    public long AllocatedBytes => Volatile.Read(ref allocated);

    /// <inheritdoc/>
    public void Prepare(int sampleRate, int channels, int bufferFrames)
    {
        try
        {
            player.Prepare(sampleRate, bufferFrames, Vst3ProcessMode.Realtime);
            if (inputFile is not null && rate != sampleRate)
            {
                using var input = new HostInput(inputFile, sampleRate);
                file = input.ReadToEnd();
                fileChannels = input.Channels;
                fileAt = player.Position;
            }

            Volatile.Write(ref problem, null);
        }
        catch (Exception e) when (e is Vst3Exception or AudioFileException)
        {
            Volatile.Write(ref problem, e.Message);
        }

        captured = new float[CaptureFrames * 2];
        capturedSamples = 0;
        Volatile.Write(ref rate, sampleRate);
        midi.Begin();
    }

    /// <inheritdoc/>
    public void Render(Span<float> interleaved, int channels, long sampleTime)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var frames = interleaved.Length / channels;
        var events = midi.Gather(frames, sampleTime, rate);
        if (problem is null)
        {
            if (file.Length > 0)
            {
                var start = (int)Math.Min(file.Length, fileAt * fileChannels);
                player.Process(file.AsSpan(start), fileChannels, interleaved, channels, events);
                fileAt += frames;
            }
            else
            {
                player.Process(captured.AsSpan(0, capturedSamples), Math.Max(1, capturedChannels), interleaved, channels, events);
            }
        }

        capturedSamples = 0;
        Volatile.Write(ref allocated, allocated + GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <inheritdoc/>
    public void Capture(ReadOnlySpan<float> interleaved, int channels, long sampleTime)
    {
        // Comes before the block that it belongs to is rendered.
        capturedChannels = channels;
        capturedSamples = Math.Min(interleaved.Length, captured.Length) / channels * channels;
        interleaved[..capturedSamples].CopyTo(captured);
    }
}
