using Microsoft.ML.OnnxRuntime;
using VQWave.Inference;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Safetensors;
using VQWave.Training.Training;

namespace VQWave.Training.Evaluation;

/// <summary>
/// The VQ-VAE of a level from safetensors files: the graphs that 'export' would write, built in memory and run by ONNX Runtime on the CPU
/// in overlapping pieces, which join without a seam.
/// </summary>
internal sealed class WeightsCodec : ILevelCodec
{
    // Codes quantised at a time against 1,024 vectors: 16 MB of distances.
    private const int QuantizedCodes = 4096;
    private const int PieceSamples = 1 << 16;
    private readonly RunOptions _run = new();
    private readonly InferenceSession _encoder;
    private readonly InferenceSession _codebook;
    private readonly InferenceSession _decoder;
    private readonly string _directory;

    /// <summary>Reads the weights of a level and builds its graphs.</summary>
    /// <param name="configuration">The hierarchy that the weights were trained for.</param>
    /// <param name="levelIndex">Position of the level, 0 the coarsest.</param>
    /// <param name="directory">Folder of <c>vqvae_L_encoder.safetensors</c> and the like.</param>
    /// <param name="epoch">The numbered weights to take; null: the final ones, else the highest number.</param>
    /// <param name="threads">Threads of an operation.</param>
    /// <exception cref="VQWaveException">Weights are missing, damaged or of another configuration.</exception>
    public WeightsCodec(HierarchyConfiguration configuration, int levelIndex, string directory, int? epoch = null, int threads = 1)
    {
        _directory = directory;
        Level = configuration.Levels[levelIndex];
        var encoder = Read(directory, Level.VqvaeName, "encoder", epoch);
        var codebook = Read(directory, Level.VqvaeName, "codebook", epoch);
        var decoder = Read(directory, Level.VqvaeName, "decoder", epoch);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        var sessions = new List<InferenceSession>();
        try
        {
            sessions.Add(new InferenceSession(StageGraphs.Encoder(configuration, levelIndex, encoder), options));
            sessions.Add(new InferenceSession(StageGraphs.Codebook(configuration, levelIndex, codebook), options));
            sessions.Add(new InferenceSession(StageGraphs.Decoder(configuration, levelIndex, decoder, codebook), options));
        }
        catch (Exception e)
        {
            sessions.ForEach(s => s.Dispose());
            if (e is OnnxRuntimeException)
            {
                throw Failed(e);
            }

            throw;
        }

        (_encoder, _codebook, _decoder) = (sessions[0], sessions[1], sessions[2]);
    }

    /// <inheritdoc/>
    public LevelConfiguration Level { get; }

    /// <inheritdoc/>
    public int[] Encode(float[] audio)
    {
        var field = ReceptiveField.OfEncoder(Level.Encoder, Level.Compression);
        var total = (audio.Length + Level.Compression - 1) / Level.Compression;
        var codes = new int[total];
        foreach (var (start, count, from, length) in Pieces(total, field))
        {
            var input = new float[length * Level.Compression];
            var at = from * Level.Compression;
            audio.AsSpan(at, Math.Min(input.Length, audio.Length - at)).CopyTo(input);
            var latents = Run<float>(_encoder, "audio", "latents", OrtValue.CreateTensorValueFromMemory(input, [1, input.Length]));
            Quantize(latents.AsSpan((start - from) * Level.CodebookDimension, count * Level.CodebookDimension), codes.AsSpan(start, count));
        }

        return codes;
    }

    /// <inheritdoc/>
    public float[] Decode(int[] codes)
    {
        var field = ReceptiveField.OfDecoder(Level.Decoder, Level.Compression);
        var audio = new float[(long)codes.Length * Level.Compression];
        foreach (var (start, count, from, length) in Pieces(codes.Length, field))
        {
            var input = Array.ConvertAll(codes[from..(from + length)], c => (long)c);
            var samples = Run<float>(_decoder, "codes", "audio", OrtValue.CreateTensorValueFromMemory(input, [1, length]));
            samples.AsSpan((start - from) * Level.Compression, count * Level.Compression).CopyTo(audio.AsSpan(start * Level.Compression));
        }

        return audio;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _codebook.Dispose();
        _decoder.Dispose();
        _run.Dispose();
    }

    private static Dictionary<string, WeightTensor> Read(string directory, string name, string part, int? epoch)
    {
        var path = WeightFiles.Find(directory, name, part, epoch);
        try
        {
            return SafetensorsFile
                .Read(path)
                .ToDictionary(t => t.Key, t => new WeightTensor(t.Value.Shape, t.Value.ToFloats()), StringComparer.Ordinal);
        }
        catch (SafetensorsException e)
        {
            throw new VQWaveException(e.Message, e);
        }
    }

    private IEnumerable<(int Start, int Count, int From, int Length)> Pieces(int total, ReceptiveField field)
    {
        var piece = Math.Max(1, PieceSamples / Level.Compression);
        for (var start = 0; start < total; start += piece)
        {
            var count = Math.Min(piece, total - start);
            var from = Math.Max(0, start - field.Before);
            var to = Math.Min(total, start + count + field.After);
            yield return (start, count, from, to - from);
        }
    }

    private void Quantize(ReadOnlySpan<float> latents, Span<int> codes)
    {
        var dimension = Level.CodebookDimension;
        for (var start = 0; start < codes.Length; start += QuantizedCodes)
        {
            var count = Math.Min(QuantizedCodes, codes.Length - start);
            var input = latents.Slice(start * dimension, count * dimension).ToArray();
            var found = Run<long>(_codebook, "latents", "codes", OrtValue.CreateTensorValueFromMemory(input, [1, count, dimension]));
            for (var i = 0; i < count; i++)
            {
                codes[start + i] = (int)found[i];
            }
        }
    }

    private T[] Run<T>(InferenceSession session, string input, string output, OrtValue value)
        where T : unmanaged
    {
        using (value)
        {
            try
            {
                using var outputs = session.Run(_run, [input], [value], [output]);
                return outputs[0].GetTensorDataAsSpan<T>().ToArray();
            }
            catch (OnnxRuntimeException e)
            {
                throw Failed(e);
            }
        }
    }

    private VQWaveException Failed(Exception e) =>
        new($"ONNX Runtime cannot run {Level.VqvaeName} of {_directory} ({e.Message.Split('\n')[0].TrimEnd('.', '\r')}).", e);
}
