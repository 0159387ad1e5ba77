using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.Inference;

/// <summary>One graph of a pack, loaded.</summary>
/// <remarks>
/// Stages of the same graph share one native session, and so its weights, for as long as any of them lives. Runs may overlap between threads, but the recurrent state and buffers of the classes built on it are
/// one caller's at a time.
/// </remarks>
public sealed class StageSession : IDisposable
{
    private readonly Shared<SharedSession> shared;
    private readonly InferenceSession session;
    private readonly RunOptions runOptions = new();
    private bool disposed;

    /// <summary>Loads a stage of a pack.</summary>
    /// <param name="runtime">ONNX Runtime and the provider.</param>
    /// <param name="pack">The pack, checked when it was opened.</param>
    /// <param name="stage">Which graph.</param>
    /// <param name="levelIndex">Index of the level, coarsest first.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public StageSession(InferenceRuntime runtime, ModelPack pack, ModelStage stage, int levelIndex)
    {
        FilePath = pack.PathOf(stage, levelIndex);
        Stage = stage;
        Level = pack.Configuration.Levels[levelIndex];
        try
        {
            shared = SharedSession.Open(runtime, pack, FilePath);
            session = shared.Value.Session;
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new VQWaveException(
                $"{FilePath} cannot be loaded by ONNX Runtime ({InferenceRuntime.FirstLine(e.Message)}): export the pack again.",
                e
            );
        }
    }

    /// <summary>Which graph it is.</summary>
    public ModelStage Stage { get; }

    /// <summary>The level it belongs to.</summary>
    public LevelConfiguration Level { get; }

    /// <summary>The graph's file.</summary>
    public string FilePath { get; }

    /// <summary>Metadata entries of the graph.</summary>
    public IReadOnlyDictionary<string, string> Metadata => session.ModelMetadata.CustomMetadataMap;

    /// <summary>Whether the graph has an input that may be left out.</summary>
    public bool HasOptionalInput(string name) => session.OverridableInitializerMetadata.ContainsKey(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        // Once only: others may hold the same session.
        disposed = true;
        runOptions.Dispose();
        shared.Dispose();
    }

    internal OrtIoBinding CreateBinding() => session.CreateIoBinding();

    /// <summary>Runs over bound values; allocates nothing on the managed heap.</summary>
    internal void Run(OrtIoBinding binding)
    {
        try
        {
            session.RunWithBinding(runOptions, binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>Runs once with one input; the caller disposes of the outputs.</summary>
    internal IDisposableReadOnlyCollection<OrtValue> Run(string inputName, OrtValue input, IReadOnlyCollection<string> outputs)
    {
        try
        {
            return session.Run(runOptions, [inputName], [input], outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>The values of an output whose number is known.</summary>
    /// <exception cref="VQWaveException">The graph gave another number.</exception>
    internal ReadOnlySpan<T> Values<T>(OrtValue output, int expected)
        where T : unmanaged
    {
        var values = output.GetTensorDataAsSpan<T>();
        return values.Length == expected
            ? values
            : throw new VQWaveException(
                $"{FilePath} gives {values.Length} values where {expected} are expected: its strides are not its configuration's, export the pack again."
            );
    }

    private VQWaveException Failed(OnnxRuntimeException e) =>
        new($"{FilePath} failed in ONNX Runtime ({InferenceRuntime.FirstLine(e.Message)}).", e);
}
