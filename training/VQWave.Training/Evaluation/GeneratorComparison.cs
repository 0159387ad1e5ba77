using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Training.Evaluation;

/// <summary>
/// A generator beside its quantised form, teacher-forced through the graphs that play: both take the same codes and contexts, each carries its
/// own state.
/// </summary>
internal sealed class GeneratorComparison(InferenceRuntime runtime, ModelPack original, ModelPack quantized, int levelIndex)
{
    /// <summary>Asks both.</summary>
    /// <param name="codes">The level's codes of each file.</param>
    /// <param name="coarser">The next coarser level's codes of each file; null at the coarsest.</param>
    /// <param name="maxCodes">Codes to ask for, taken evenly over the files.</param>
    /// <param name="progress">Told how many codes are done, and how many there are.</param>
    /// <param name="cancellation">Looked at every step.</param>
    /// <exception cref="VQWaveException">No file has two codes.</exception>
    public QuantizationLoss Compare(
        IReadOnlyList<int[]> codes,
        IReadOnlyList<int[]>? coarser,
        long maxCodes,
        Action<long, long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var rows = CodeRow.Plan([.. codes.Select(c => c.Length)], original.Configuration.Ratio(levelIndex), maxCodes);
        if (rows.Count == 0)
        {
            throw new VQWaveException(
                $"The files are too short to ask {original.Configuration.Levels[levelIndex].GeneratorName} about: give longer ones, or a larger --max-codes."
            );
        }

        var total = rows.Sum(r => (long)r.Count);
        double floatBits = 0,
            quantizedBits = 0;
        long done = 0,
            equal = 0;
        using var first = new GeneratorStepper(runtime, original, levelIndex, Math.Min(GeneratorEvaluator.RowsAtOnce, rows.Count));
        using var second = new GeneratorStepper(runtime, quantized, levelIndex, first.Batch);
        using var context = coarser is null ? null : new ContextRunner(runtime, original, levelIndex);
        var buffers = new float[first.Batch][];

        // Rows of like length side by side: a row that has ended is stepped on in vain until its neighbours have.
        foreach (var group in rows.OrderByDescending(r => r.Count).Chunk(first.Batch))
        {
            first.Reset();
            second.Reset();
            first.Context.Clear();
            for (var step = 0; step < group[0].Count; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                var active = group.TakeWhile(r => r.Count > step).Count();
                for (var slot = 0; slot < active; slot++)
                {
                    var row = group[slot];
                    first.Codes[slot] = codes[row.File][row.Start + step];
                    if (context is not null)
                    {
                        GeneratorEvaluator.FillContext(first, context, slot, row, step, coarser![row.File], ref buffers[slot]);
                    }
                }

                first.Codes.CopyTo(second.Codes);
                first.Context.CopyTo(second.Context);
                var wanted = first.Step();
                var found = second.Step();
                for (var slot = 0; slot < active; slot++)
                {
                    var row = group[slot];
                    var target = codes[row.File][row.Start + step + 1];
                    var a = wanted.Slice(slot * first.CodebookSize, first.CodebookSize);
                    var b = found.Slice(slot * first.CodebookSize, first.CodebookSize);
                    floatBits += GeneratorEvaluator.BitsOf(a, target);
                    quantizedBits += GeneratorEvaluator.BitsOf(b, target);
                    equal += CodeSampler.ArgMax(a) == CodeSampler.ArgMax(b) ? 1 : 0;
                }

                done += active;
                progress?.Invoke(done, total);
            }
        }

        return new QuantizationLoss
        {
            Files = rows.Select(r => r.File).Distinct().Count(),
            Codes = total,
            BitsPerCodeFloat = Math.Round(floatBits / total, 6),
            BitsPerCode = Math.Round(quantizedBits / total, 6),
            LossBits = Math.Round((quantizedBits - floatBits) / total, 6),
            EqualGreedyShare = Math.Round((double)equal / total, 6),
        };
    }
}
