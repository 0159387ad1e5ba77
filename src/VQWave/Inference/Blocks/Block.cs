using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VQWave.Models;

namespace VQWave.Inference.Blocks;

/// <summary>A generator's block of one length: its graph, and the inputs and codes of its run in memory that stays where it is.</summary>
/// <remarks>Made and run by <see cref="BlockGenerator"/>; callers fill the inputs. Threading: one caller at a time.</remarks>
internal sealed class Block : IDisposable
{
    // Two captured graphs, one for each place of the states; 0 is ONNX Runtime's own. The last is none.
    private static readonly string[] GraphNames = ["1", "2", "-1"];
    private readonly InferenceSession session;
    private readonly RunOptions[] runOptions = new RunOptions[GraphNames.Length];
    private readonly DeviceMemory memory;
    private readonly OrtIoBinding[] bindings = new OrtIoBinding[2];
    private OrtIoBinding? latest;
    private readonly DeviceTensor code;
    private readonly DeviceTensor? context;
    private readonly DeviceTensor temperature;
    private readonly DeviceTensor topK;
    private readonly DeviceTensor uniform;
    private readonly DeviceTensor given;
    private readonly DeviceTensor codes;
    private readonly int codebookSize;
    private readonly DeviceTransfer upload;
    private readonly DeviceTransfer? uploadContext;
    private readonly DeviceTransfer download;

    /// <summary>Loads the graph and binds it.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses it.</exception>
    public Block(
        InferenceRuntime runtime,
        byte[] graph,
        LevelConfiguration level,
        int length,
        int batch,
        DeviceMemory memory,
        DeviceTensor[][] states
    )
    {
        Length = length;
        Batch = batch;
        this.memory = memory;
        codebookSize = level.CodebookSize;
        var width = level.Generator.ContextWidth;
        code = memory.Create(TensorElementType.Int64, batch);
        context = width == 0 ? null : memory.Create(TensorElementType.Float, length, batch, width);
        temperature = memory.Create(TensorElementType.Float, length, batch, 1);
        topK = memory.Create(TensorElementType.Int64, length, batch, 1);
        uniform = memory.Create(TensorElementType.Double, length, batch, 1);
        given = memory.Create(TensorElementType.Int64, length, batch);
        codes = memory.Create(TensorElementType.Int64, length, batch);
        DeviceTensor[] inputs = [code, temperature, topK, uniform, given];
        upload = memory.Upload(inputs);
        uploadContext = context is null ? null : memory.Upload(context);
        download = memory.Download(codes);
        Temperature.Fill(1);
        TopK.Fill(level.CodebookSize);
        Given.Fill(-1);
        using var options = runtime.CreateSessionOptions(memory, isCaptured: true);
        session = new InferenceSession(graph, options);
        try
        {
            for (var i = 0; i < GraphNames.Length; i++)
            {
                runOptions[i] = new RunOptions();
                runOptions[i].AddRunConfigEntry("gpu_graph_id", GraphNames[i]);
                runOptions[i].AddRunConfigEntry(DeviceMemory.DoNotWait, "1");
            }

            for (var place = 0; place < 2; place++)
            {
                bindings[place] = Bind(states[place], states[1 - place]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Codes that a run writes.</summary>
    public int Length { get; }

    /// <summary>Number of independent sequences.</summary>
    public int Batch { get; }

    /// <summary>The code before the block, of each sequence: [batch].</summary>
    public Span<long> Code => code.Values<long>();

    /// <summary>The context of the position before each code: [length × batch × width]; empty at the coarsest level.</summary>
    public Span<float> Context => context is null ? [] : context.Values<float>();

    /// <summary>What the codes were: [length × batch].</summary>
    public ReadOnlySpan<long> Codes => codes.Values<long>();

    private Span<float> Temperature => temperature.Values<float>();

    private Span<long> TopK => topK.Values<long>();

    private Span<double> Uniform => uniform.Values<double>();

    private Span<long> Given => given.Values<long>();

    /// <summary>Says how a code is to be drawn.</summary>
    /// <param name="index">Position in the block × batch + sequence.</param>
    /// <param name="ownTemperature">0 or more; 0 is greedy.</param>
    /// <param name="largest">How many of the largest logits take part; 0 or too many is all, 1 is greedy.</param>
    /// <param name="number">A number in [0, 1).</param>
    public void Draw(int index, float ownTemperature, int largest, double number)
    {
        var isGreedy = ownTemperature == 0 || largest == 1;
        var all = largest < 1 || largest > codebookSize ? codebookSize : largest;
        Temperature[index] = isGreedy ? 1 : ownTemperature;
        TopK[index] = isGreedy ? 1 : all;
        Uniform[index] = number;
        Given[index] = -1;
    }

    /// <summary>Says what a code is to be, whatever the network would have.</summary>
    /// <param name="index">Position in the block × batch + sequence.</param>
    /// <param name="wanted">The code.</param>
    public void Give(int index, int wanted)
    {
        Temperature[index] = 1;
        TopK[index] = 1;
        Uniform[index] = 0;
        Given[index] = wanted;
    }

    /// <summary>Refuses codes that would be read beyond a table.</summary>
    /// <exception cref="VQWaveException">A code is none of the codebook.</exception>
    public void Check()
    {
        foreach (var value in Code)
        {
            Check(value);
        }

        foreach (var value in Given)
        {
            Check(Math.Max(0, value));
        }
    }

    /// <summary>The contexts where the graph reads them; null at the coarsest level.</summary>
    public DeviceTensor? ContextTensor => context;

    /// <summary>The codes where the graph writes them.</summary>
    public DeviceTensor CodesTensor => codes;

    /// <summary>Uploads the inputs and queues the block.</summary>
    /// <param name="place">Where the states are read.</param>
    /// <param name="hasContext">Whether the contexts are in the provider's memory already.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime fails.</exception>
    public void Queue(int place, bool hasContext)
    {
        upload.Run();
        if (!hasContext)
        {
            uploadContext?.Run();
        }

        session.RunWithBinding(runOptions[memory.IsCapturing ? place : 2], bindings[place]);
        latest = bindings[place];
    }

    /// <summary>Waits for the codes of the block that was queued.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime fails.</exception>
    public void Finish()
    {
        latest?.SynchronizeBoundOutputs();
        download.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var binding in bindings)
        {
            binding?.Dispose();
        }

        foreach (var options in runOptions)
        {
            options?.Dispose();
        }

        session.Dispose();
    }

    private void Check(long value)
    {
        if (value < 0 || value >= codebookSize)
        {
            throw new VQWaveException($"The code {value} is not 0 to {codebookSize - 1}.");
        }
    }

    private OrtIoBinding Bind(DeviceTensor[] from, DeviceTensor[] to)
    {
        var binding = session.CreateIoBinding();
        binding.BindInput("code", code.Device);
        if (context is not null)
        {
            binding.BindInput("context", context.Device);
        }

        binding.BindInput("temperature", temperature.Device);
        binding.BindInput("top_k", topK.Device);
        binding.BindInput("uniform", uniform.Device);
        binding.BindInput("given", given.Device);
        binding.BindOutput("codes", codes.Device);
        for (var i = 0; i < from.Length; i++)
        {
            var name = $"{(i % 2 == 0 ? 'h' : 'c')}_{i / 2}";
            binding.BindInput(name, from[i].Device);
            binding.BindOutput($"{name}_out", to[i].Device);
        }

        return binding;
    }
}
