using Microsoft.ML.OnnxRuntime;
using VQWave.Inference;

namespace VQWave.Streaming;

/// <summary>
/// A whole-sequence graph over pieces of a sequence: one input and one output buffer, and for each length of a piece up to the longest
/// a binding of its own, all made at load. The lengths below the longest serve the beginning, where there is less history.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Run(int)"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
/// <typeparam name="TInput">Element of the input.</typeparam>
/// <typeparam name="TOutput">Element of the output.</typeparam>
internal sealed class WindowBindings<TInput, TOutput> : IDisposable
    where TInput : unmanaged
    where TOutput : unmanaged
{
    private readonly StageSession session;
    private readonly TInput[] input;
    private readonly TOutput[] output;
    private readonly int inputUnit;
    private readonly int outputUnit;
    private readonly List<IDisposable> owned = [];
    private readonly OrtIoBinding[] bindings;

    /// <summary>Allocates the buffers and binds them; takes over the session.</summary>
    /// <param name="session">The graph.</param>
    /// <param name="inputName">Name of its input.</param>
    /// <param name="outputName">Name of its output.</param>
    /// <param name="longest">Positions of the longest piece.</param>
    /// <param name="inputShape">Shape of the input of a piece by its length.</param>
    /// <param name="outputShape">Shape of the output of a piece by its length.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a buffer.</exception>
    public WindowBindings(
        StageSession session,
        string inputName,
        string outputName,
        int longest,
        Func<int, long[]> inputShape,
        Func<int, long[]> outputShape
    )
    {
        this.session = session;
        bindings = new OrtIoBinding[longest];
        inputUnit = (int)Elements(inputShape(1));
        outputUnit = (int)Elements(outputShape(1));
        input = GC.AllocateArray<TInput>(longest * inputUnit, pinned: true);
        output = GC.AllocateArray<TOutput>(longest * outputUnit, pinned: true);
        try
        {
            for (var length = 1; length <= longest; length++)
            {
                var binding = Own(session.CreateBinding());
                bindings[length - 1] = binding;
                binding.BindInput(inputName, Own(OrtValue.CreateTensorValueFromMemory(input, inputShape(length))));
                binding.BindOutput(outputName, Own(OrtValue.CreateTensorValueFromMemory(output, outputShape(length))));
            }
        }
        catch (Exception e)
        {
            Dispose();
            if (e is OnnxRuntimeException)
            {
                throw new VQWaveException(
                    $"{session.FilePath} cannot be bound by ONNX Runtime ({InferenceRuntime.FirstLine(e.Message)}): export the pack again.",
                    e
                );
            }

            throw;
        }
    }

    /// <summary>Binds a piece with further inputs, of one integer each, that the graph crops its output by.</summary>
    /// <param name="inputName">Name of the input.</param>
    /// <param name="inputShape">Its shape.</param>
    /// <param name="outputName">Name of the output.</param>
    /// <param name="outputShape">Its shape, no larger than that of the longest piece.</param>
    /// <param name="integers">The further inputs.</param>
    /// <returns>The binding, which this owns.</returns>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime refuses it.</exception>
    public OrtIoBinding BindCropped(
        string inputName,
        long[] inputShape,
        string outputName,
        long[] outputShape,
        params (string Name, long Value)[] integers
    )
    {
        var binding = Own(session.CreateBinding());
        binding.BindInput(inputName, Own(OrtValue.CreateTensorValueFromMemory(input, inputShape)));
        foreach (var (name, value) in integers)
        {
            var memory = GC.AllocateArray<long>(1, pinned: true);
            memory[0] = value;
            binding.BindInput(name, Own(OrtValue.CreateTensorValueFromMemory(memory, [1])));
        }

        binding.BindOutput(outputName, Own(OrtValue.CreateTensorValueFromMemory(output, outputShape)));
        return binding;
    }

    /// <summary>Computes a piece by a binding of <see cref="BindCropped"/>; fill the input before.</summary>
    /// <param name="binding">The binding.</param>
    /// <param name="count">Values of its output.</param>
    /// <returns>The output, valid until the next run.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public ReadOnlySpan<TOutput> Run(OrtIoBinding binding, int count)
    {
        session.Run(binding);
        return output.AsSpan(0, count);
    }

    /// <summary>Positions of the longest piece.</summary>
    public int Longest => bindings.Length;

    /// <summary>The input of a piece: fill it before <see cref="Run(int)"/>.</summary>
    public Span<TInput> Input(int length) => input.AsSpan(0, length * inputUnit);

    /// <summary>Computes a piece.</summary>
    /// <param name="length">Its positions, 1 to <see cref="Longest"/>.</param>
    /// <returns>The output of all its positions, valid until the next run.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public ReadOnlySpan<TOutput> Run(int length)
    {
        session.Run(bindings[length - 1]);
        return output.AsSpan(0, length * outputUnit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = owned.Count - 1; i >= 0; i--)
        {
            owned[i].Dispose();
        }

        owned.Clear();
        session.Dispose();
    }

    private static long Elements(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);

    private T Own<T>(T value)
        where T : IDisposable
    {
        owned.Add(value);
        return value;
    }
}
