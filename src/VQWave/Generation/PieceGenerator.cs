using VQWave.Inference;
using VQWave.Interop;
using VQWave.Models;

namespace VQWave.Generation;

/// <summary>
/// Generates several pieces on all processors: each takes a share of them, which share each read of the weights. The codes are those of one
/// <see cref="HierarchicalGenerator"/>.
/// </summary>
/// <remarks>Threading: one caller at a time.</remarks>
public sealed class PieceGenerator : IDisposable
{
    private readonly HierarchyConfiguration configuration;
    private readonly HierarchicalGenerator[] generators;

    /// <summary>Creates a generator over a pack.</summary>
    /// <param name="runtime">ONNX Runtime and the provider; a GPU has one generator.</param>
    /// <param name="pack">The pack.</param>
    /// <param name="threads">Processors to use at most; 0 is all.</param>
    public PieceGenerator(InferenceRuntime runtime, ModelPack pack, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        configuration = pack.Configuration;
        var most = threads == 0 ? Environment.ProcessorCount : threads;
        generators = new HierarchicalGenerator[runtime.Provider == ExecutionProvider.Cpu ? most : 1];
        for (var i = 0; i < generators.Length; i++)
        {
            generators[i] = new HierarchicalGenerator(runtime, pack);
        }
    }

    /// <summary>Generates all pieces.</summary>
    /// <param name="request">What is to be generated.</param>
    /// <param name="progress">Told every few hundred codes of the first share, on any one thread.</param>
    /// <param name="cancellationToken">Looked at every few hundred codes.</param>
    /// <returns>The levels, coarsest first, each with all pieces.</returns>
    /// <exception cref="VQWaveException">The request does not fit the pack, or ONNX Runtime fails.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<GeneratedLevel> Generate(
        GenerationRequest request,
        Action<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        request.ValidateFor(configuration);
        var shares = Math.Min(generators.Length, request.Count);
        var parts = new IReadOnlyList<GeneratedLevel>[shares];
        SideBySide.Run([
            .. parts.Select<IReadOnlyList<GeneratedLevel>, Action>(
                (_, share) =>
                    () =>
                    {
                        var first = share * request.Count / shares;
                        var count = ((share + 1) * request.Count / shares) - first;
                        parts[share] = generators[share]
                            .Generate(
                                request with
                                {
                                    Seed = request.SeedOf(first),
                                    Count = count,
                                },
                                share == 0 ? progress : null,
                                cancellationToken
                            );
                    }
            ),
        ]);
        return
        [
            .. parts[0]
                .Select(
                    (level, i) => level with { Pieces = [.. parts.SelectMany(p => p[i].Pieces)], Seconds = parts.Max(p => p[i].Seconds) }
                ),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(generators, g => g.Dispose());
}
