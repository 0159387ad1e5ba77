using VQWave.Inference;
using VQWave.Inference.Kernels;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// Encodes audio as it comes in: the codes are those that encoding the whole recording gives, each as soon as the audio is there
/// that it depends on.
/// </summary>
/// <remarks>
/// Kernels of our own compute each latent once, from states that are kept; else ONNX Runtime computes pieces with the overlap of the receptive field. The nearest
/// codes are always ONNX Runtime's. Threading: one caller at a time. <see cref="Push"/> allocates nothing on the managed heap; it calls ONNX Runtime.
/// </remarks>
public sealed class StreamingEncoder : IDisposable
{
    private readonly ConvolutionStream? stream;
    private readonly WindowBindings<float, float>? encoder;
    private readonly WindowBindings<float, long> codebook;
    private readonly ReceptiveField field;
    private readonly float[] samples;
    private readonly float[] latents;
    private readonly int dimension;
    private readonly int block;
    private long received;
    private long encoded;
    private int ready;

    /// <summary>Loads the encoder and codebook of a level.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="block">The most codes encoded at a time.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public StreamingEncoder(InferenceRuntime runtime, ModelPack pack, int levelIndex, int block = 1)
        : this(runtime, pack, levelIndex, block, onnxRuntime: false) { }

    /// <summary>As the public one, or on ONNX Runtime in any case: the reference.</summary>
    internal StreamingEncoder(InferenceRuntime runtime, ModelPack pack, int levelIndex, int block, bool onnxRuntime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(block, 1);
        Level = pack.Configuration.Levels[levelIndex];
        this.block = block;
        dimension = Level.CodebookDimension;
        field = ReceptiveField.OfEncoder(Level.Encoder, Level.Compression);
        var longest = field.Before + block + field.After;
        var weights = onnxRuntime ? null : ConvolutionWeights.TryOpen(runtime, pack, ModelStage.Encoder, levelIndex);
        samples = [];
        latents = [];
        if (weights is not null)
        {
            stream = new ConvolutionStream(weights);
            // Latents that come before their time wait in it.
            latents = new float[(longest + 1) * dimension];
        }
        else
        {
            samples = new float[longest * Level.Compression];
            encoder = new WindowBindings<float, float>(
                new StageSession(runtime, pack, ModelStage.Encoder, levelIndex),
                "audio",
                "latents",
                longest,
                length => [1, (long)length * Level.Compression],
                length => [1, length, dimension]
            );
        }

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
            encoder?.Dispose();
            stream?.Dispose();
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
        while (stream is not null && audio.Length > 0)
        {
            var piece = audio[..Math.Min(audio.Length, block * compression)];
            ready += stream.Push(piece, latents.AsSpan(ready));
            received += piece.Length;
            audio = audio[piece.Length..];
            given += TakeLatents(codes[given..]);
        }

        while (audio.Length > 0)
        {
            // The samples buffer begins with the history of the next code and ends with the last that one block of codes needs.
            var begin = Math.Max(0, encoded - field.Before) * compression;
            var wanted = (int)(((encoded + block + field.After) * compression) - received);
            var taken = Math.Min(audio.Length, wanted);
            audio[..taken].CopyTo(samples.AsSpan((int)(received - begin)));
            received += taken;
            audio = audio[taken..];
            var count = (int)Math.Min(block, (received / compression) - field.After - encoded);
            if (count > 0)
            {
                Encode(count, codes.Slice(given, count));
                given += count;
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
        ready = 0;
        stream?.Reset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        encoder?.Dispose();
        stream?.Dispose();
        codebook.Dispose();
    }

    // The codes that are due by now: never earlier than the whole field says, however the audio comes.
    private int TakeLatents(Span<int> codes)
    {
        var due = Math.Max(0, (received / Level.Compression) - field.After - encoded);
        var given = 0;
        while (given < due)
        {
            var count = (int)Math.Min(block, due - given);
            var values = count * dimension;
            latents.AsSpan(0, values).CopyTo(codebook.Input(count));
            latents.AsSpan(values, ready - values).CopyTo(latents);
            ready -= values;
            Quantize(count, codes[given..]);
            given += count;
        }

        return given;
    }

    private void Encode(int count, Span<int> codes)
    {
        var history = (int)Math.Min(encoded, field.Before);
        var length = history + count + field.After;
        samples.AsSpan(0, length * Level.Compression).CopyTo(encoder!.Input(length));
        encoder.Run(length).Slice(history * dimension, count * dimension).CopyTo(codebook.Input(count));
        Quantize(count, codes);
    }

    private void Quantize(int count, Span<int> codes)
    {
        var found = codebook.Run(count);
        for (var i = 0; i < count; i++)
        {
            codes[i] = (int)found[i];
        }

        encoded += count;
    }
}
