using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// A generator that advances one code at a time, for a batch of independent sequences. Inputs, outputs and the recurrent state
/// lie in buffers that are made once; two bindings swap the state's buffers, so that a step copies and allocates nothing.
/// </summary>
/// <remarks>
/// Threading: one caller at a time. <see cref="Step"/> allocates nothing on the managed heap, but it calls ONNX Runtime and so is not
/// for an audio callback.
/// </remarks>
public sealed class GeneratorStepper : IDisposable
{
    private readonly StageSession session;
    private readonly long[] codes;
    private readonly float[] context;
    private readonly float[] logits;
    private readonly float[][] states;
    private readonly List<OrtValue> values = [];
    private readonly OrtIoBinding[] bindings = new OrtIoBinding[2];
    private int parity;

    /// <summary>Loads the generator of a level and allocates its buffers, with zero states.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <param name="batch">Number of independent sequences.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public GeneratorStepper(InferenceRuntime runtime, ModelPack pack, int levelIndex, int batch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        session = new StageSession(runtime, pack, ModelStage.Generator, levelIndex);
        var level = session.Level;
        var network = level.Generator;
        Batch = batch;
        CodebookSize = level.CodebookSize;
        ContextWidth = network.ContextWidth;
        codes = GC.AllocateArray<long>(batch, pinned: true);
        context = GC.AllocateArray<float>(batch * ContextWidth, pinned: true);
        logits = GC.AllocateArray<float>(batch * CodebookSize, pinned: true);
        states = new float[4 * network.Layers][];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = GC.AllocateArray<float>(batch * network.Units, pinned: true);
        }

        try
        {
            Bind(network);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Number of independent sequences.</summary>
    public int Batch { get; }

    /// <summary>Number of codes, the width of the logits.</summary>
    public int CodebookSize { get; }

    /// <summary>Width of the context of one step; 0 at the coarsest level.</summary>
    public int ContextWidth { get; }

    /// <summary>The code at the current position of each sequence: [batch]; set it before a step.</summary>
    public Span<long> Codes => codes;

    /// <summary>The context at the current position of each sequence: [batch × width]; set it before a step.</summary>
    public Span<float> Context => context;

    /// <summary>Steps since the states were zero.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Takes the codes and contexts at the current position and moves on by one.
    /// </summary>
    /// <returns>The logits of the next codes, [batch × codebook size], valid until the next step.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public ReadOnlySpan<float> Step()
    {
        session.Run(bindings[parity]);
        parity ^= 1;
        Position++;
        return logits;
    }

    /// <summary>Goes back to the beginning of a piece: zero states.</summary>
    public void Reset()
    {
        foreach (var state in states)
        {
            Array.Clear(state);
        }

        parity = 0;
        Position = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var binding in bindings)
        {
            binding?.Dispose();
        }

        foreach (var value in values)
        {
            value.Dispose();
        }

        session.Dispose();
    }

    // states holds h_0, c_0, h_1, c_1, … twice: the first half is read on even steps and written on odd ones.
    private void Bind(GeneratorNetwork network)
    {
        var half = states.Length / 2;
        var code = Own(OrtValue.CreateTensorValueFromMemory(codes, [Batch]));
        var condition = ContextWidth == 0 ? null : Own(OrtValue.CreateTensorValueFromMemory(context, [Batch, ContextWidth]));
        var output = Own(OrtValue.CreateTensorValueFromMemory(logits, [Batch, CodebookSize]));
        var stateValues = Array.ConvertAll(states, s => Own(OrtValue.CreateTensorValueFromMemory(s, [Batch, network.Units])));
        for (var even = 0; even < 2; even++)
        {
            var binding = session.CreateBinding();
            bindings[even] = binding;
            binding.BindInput("code", code);
            if (condition is not null)
            {
                binding.BindInput("context", condition);
            }

            binding.BindOutput("logits", output);
            for (var i = 0; i < half; i++)
            {
                var name = $"{(i % 2 == 0 ? 'h' : 'c')}_{i / 2}";
                binding.BindInput(name, stateValues[i + (even * half)]);
                binding.BindOutput($"{name}_out", stateValues[i + ((1 - even) * half)]);
            }
        }
    }

    private OrtValue Own(OrtValue value)
    {
        values.Add(value);
        return value;
    }
}
