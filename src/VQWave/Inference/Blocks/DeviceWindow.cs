using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VQWave.Inference.Blocks;

/// <summary>
/// A whole-sequence graph (a context network, a decoder) over a window of codes of one length, in the provider's memory: the first codes come from the host, the last may be
/// those of a block that has only been queued, so that the host need not have seen them.
/// </summary>
/// <remarks>Threading: one caller at a time. <see cref="Queue"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
internal sealed class DeviceWindow : IDisposable
{
    private readonly string path;
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private readonly OrtIoBinding binding;
    private readonly List<OrtValue> crops = [];
    private readonly DeviceTensor codes;
    private readonly DeviceTransfer upload;
    private readonly DeviceTransfer download;
    private readonly DeviceTransfer? join;

    /// <summary>Loads the graph and binds it.</summary>
    /// <param name="runtime">The provider.</param>
    /// <param name="path">The graph's file, with an input <c>codes</c>.</param>
    /// <param name="output">Name of its output.</param>
    /// <param name="memory">The provider's memory and stream.</param>
    /// <param name="length">Codes of the window.</param>
    /// <param name="latest">The block whose codes may be the last of the window; null where all come from the host.</param>
    /// <param name="outputShape">Shape of the output.</param>
    /// <param name="crop">Further inputs of one integer each.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public DeviceWindow(
        InferenceRuntime runtime,
        string path,
        string output,
        DeviceMemory memory,
        int length,
        Block? latest,
        long[] outputShape,
        params ReadOnlySpan<(string Name, long Value)> crop
    )
    {
        this.path = path;
        Length = length;
        codes = memory.Create(TensorElementType.Int64, 1, length);
        Output = memory.Create(TensorElementType.Float, outputShape);
        upload = memory.Upload(codes);
        download = memory.Download(Output);
        join = latest is null ? null : memory.Copy(latest.CodesTensor, 0, codes, length - latest.Length, latest.Length);
        try
        {
            using var options = runtime.CreateSessionOptions(memory);
            session = new InferenceSession(path, options);
            runOptions.AddRunConfigEntry(DeviceMemory.DoNotWait, "1");
            binding = session.CreateIoBinding();
            binding.BindInput("codes", codes.Device);
            binding.BindOutput(output, Output.Device);
            foreach (var (name, value) in crop)
            {
                crops.Add(OrtValue.CreateTensorValueFromMemory(new[] { value }, [1]));
                binding.BindInput(name, crops[^1]);
            }
        }
        catch (OnnxRuntimeException e)
        {
            Dispose();
            throw new VQWaveException(
                $"{path} cannot be loaded by ONNX Runtime ({InferenceRuntime.FirstLine(e.Message)}): export the pack again.",
                e
            );
        }
    }

    /// <summary>Runs once, so that memory is laid out and libraries are loaded before anything sounds.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Warm()
    {
        Codes.Clear();
        Queue(isJoined: false);
        Finish();
    }

    /// <summary>Codes of the window.</summary>
    public int Length { get; }

    /// <summary>The output, where the provider has it and, after <see cref="Finish"/>, on the host.</summary>
    public DeviceTensor Output { get; }

    /// <summary>The window's codes on the host: fill in those that come from there.</summary>
    public Span<long> Codes => codes.Values<long>();

    /// <summary>Queues the graph.</summary>
    /// <param name="isJoined">Whether the last codes are those of the block.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Queue(bool isJoined)
    {
        try
        {
            upload.Run();
            if (isJoined)
            {
                join!.Run();
            }

            session.RunWithBinding(runOptions, binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Waits for the output and copies it to the host.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Finish()
    {
        try
        {
            binding.SynchronizeBoundOutputs();
            download.Run();
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        crops.ForEach(c => c.Dispose());
        crops.Clear();
        binding?.Dispose();
        runOptions.Dispose();
        session?.Dispose();
    }

    private VQWaveException Failed(OnnxRuntimeException e) =>
        new($"{path} failed in ONNX Runtime ({InferenceRuntime.FirstLine(e.Message)}).", e);
}
