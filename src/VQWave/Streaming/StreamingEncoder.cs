using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// Encodes audio as it comes in: the codes are those that encoding the whole recording gives, each as soon as the audio is there
/// that it depends on.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Push"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
public sealed class StreamingEncoder : IDisposable
{
    private readonly WindowBindings<float, float> encoder;
    private readonly WindowBindings<float, long> codebook;
    private readonly ReceptiveField field;
    private readonly float[] samples;
    private readonly int dimension;
    private readonly int block;
    private long received;
    private long encoded;

    /// <summary>Loads the encoder and codebook of a level.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="block">The most codes encoded at a time.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public StreamingEncoder(InferenceRuntime runtime, ModelPack pack, int levelIndex, int block = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(block, 1);
        Level = pack.Configuration.Levels[levelIndex];
        this.block = block;
        dimension = Level.CodebookDimension;
        field = ReceptiveField.OfEncoder(Level.Encoder, Level.Compression);
        var longest = field.Before + block + field.After;
        samples = new float[longest * Level.Compression];
        encoder = new WindowBindings<float, float>(
            new StageSession(runtime, pack, ModelStage.Encoder, levelIndex),
            "audio",
            "latents",
            longest,
            length => [1, (long)length * Level.Compression],
            length => [1, length, dimension]
        );
        try
        {
            codebook = new WindowBindings<float, long>(
                new StageSession(runtime, pack, ModelStage.Codebook, levelIndex),
                "latents",
                "codes",
                block,
                length => [1, length, dimension],
                length => [1, length]
            );
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>The level.</summary>
    public LevelConfiguration Level { get; }

    /// <summary>Samples from the end of a code's own samples to the moment it can be encoded.</summary>
    public int DelaySamples => field.After * Level.Compression;

    /// <summary>The most codes that <see cref="Push"/> gives for a number of samples.</summary>
    public int MaximumCodes(int samples) => (samples / Level.Compression) + 1;

    /// <summary>Takes audio and gives the codes that are now certain, in time order from code 0.</summary>
    /// <param name="audio">Any number of samples at the pack's rate, −1 … 1.</param>
    /// <param name="codes">Room for <see cref="MaximumCodes"/>.</param>
    /// <returns>Number of codes given.</returns>
    /// <exception cref="ArgumentException"><paramref name="codes"/> is too small.</exception>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public int Push(ReadOnlySpan<float> audio, Span<int> codes)
    {
        if (codes.Length < MaximumCodes(audio.Length))
        {
            throw new ArgumentException(
                $"There is room for {codes.Length} codes where {MaximumCodes(audio.Length)} may come.",
                nameof(codes)
            );
        }

        var compression = Level.Compression;
        var given = 0;
        while (audio.Length > 0)
        {
            // The samples buffer begins with the history of the next code and ends with the last that one block of codes needs.
            var begin = Math.Max(0, encoded - field.Before) * compression;
            var wanted = (int)(((encoded + block + field.After) * compression) - received);
            var taken = Math.Min(audio.Length, wanted);
            audio[..taken].CopyTo(samples.AsSpan((int)(received - begin)));
            received += taken;
            audio = audio[taken..];
            var ready = (int)Math.Min(block, (received / compression) - field.After - encoded);
            if (ready > 0)
            {
                Encode(ready, codes.Slice(given, ready));
                given += ready;
                var next = Math.Max(0, encoded - field.Before) * compression;
                samples.AsSpan((int)(next - begin), (int)(received - next)).CopyTo(samples);
            }
        }

        return given;
    }

    /// <summary>Forgets all audio: what comes next is the beginning of a recording.</summary>
    public void Reset()
    {
        received = 0;
        encoded = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        encoder.Dispose();
        codebook.Dispose();
    }

    private void Encode(int count, Span<int> codes)
    {
        var history = (int)Math.Min(encoded, field.Before);
        var length = history + count + field.After;
        samples.AsSpan(0, length * Level.Compression).CopyTo(encoder.Input(length));
        encoder.Run(length).Slice(history * dimension, count * dimension).CopyTo(codebook.Input(count));
        var found = codebook.Run(count);
        for (var i = 0; i < count; i++)
        {
            codes[i] = (int)found[i];
        }

        encoded += count;
    }
}
