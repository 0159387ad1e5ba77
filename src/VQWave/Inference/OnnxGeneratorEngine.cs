using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>
/// The generator's step in ONNX Runtime. Two bindings swap the state's buffers, so that a step copies nothing and allocates nothing on the
/// managed heap.
/// </summary>
internal sealed class OnnxGeneratorEngine : GeneratorEngine
{
    private readonly StageSession session;
    private readonly float[][] states;
    private readonly List<OrtValue> values = [];
    private readonly OrtIoBinding[] bindings = new OrtIoBinding[2];
    private int parity;

    /// <summary>Loads the generator of a level and allocates its states, zero.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public OnnxGeneratorEngine(InferenceRuntime runtime, ModelPack pack, int levelIndex, GeneratorBuffers buffers)
        : base(buffers)
    {
        session = new StageSession(runtime, pack, ModelStage.Generator, levelIndex);
        var network = session.Level.Generator;
        states = new float[4 * network.Layers][];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = GC.AllocateArray<float>(buffers.Batch * network.Units, pinned: true);
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

    /// <inheritdoc/>
    public override string Name => "onnxruntime";

    /// <inheritdoc/>
    public override InferencePrecision Precision =>
        InferencePrecisionNames.TryParse(session.Metadata.GetValueOrDefault(ModelStages.PrecisionKey), out var precision)
        && precision != InferencePrecision.Auto
            ? precision
            : InferencePrecision.Float32;

    /// <inheritdoc/>
    public override long WeightBytes => 0;

    /// <inheritdoc/>
    public override void Step()
    {
        session.Run(bindings[parity]);
        parity ^= 1;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        foreach (var state in states)
        {
            Array.Clear(state);
        }

        parity = 0;
    }

    /// <inheritdoc/>
    public override void Dispose()
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
        var batch = Buffers.Batch;
        var half = states.Length / 2;
        var code = Own(OrtValue.CreateTensorValueFromMemory(Buffers.Codes, [batch]));
        var width = Buffers.ContextWidth;
        var condition = width == 0 ? null : Own(OrtValue.CreateTensorValueFromMemory(Buffers.Context, [batch, width]));
        var output = Own(OrtValue.CreateTensorValueFromMemory(Buffers.Logits, [batch, Buffers.CodebookSize]));
        var stateValues = Array.ConvertAll(states, s => Own(OrtValue.CreateTensorValueFromMemory(s, [batch, network.Units])));
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
