using Microsoft.ML.OnnxRuntime;
using VQWave.Inference;

namespace VQWave.Streaming;

/// <summary>
/// A whole-sequence graph over pieces of a sequence: one input and one output buffer, and for each length of a piece up to the longest
/// a binding of its own, all made at load. The lengths below the longest serve the beginning, where there is less history.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Run"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
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

    /// <summary>Positions of the longest piece.</summary>
    public int Longest => bindings.Length;

    /// <summary>The input of a piece: fill it before <see cref="Run"/>.</summary>
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
