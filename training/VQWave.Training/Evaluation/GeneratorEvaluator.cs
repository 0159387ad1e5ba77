using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Training.Evaluation;

/// <summary>
/// Held-out bits per code of a generator, teacher-forced through the pack's one-step graph, with many rows side by side: a step of 64 rows
/// takes little longer than a few steps of one.
/// </summary>
internal sealed class GeneratorEvaluator(InferenceRuntime runtime, ModelPack pack, int levelIndex)
{
    internal const int RowsAtOnce = 64;

    // Coarse codes whose context is computed at a time: 64 rows of 512 positions of 288 floats are 38 MB.
    private const int ContextChunk = 128;

    /// <summary>Measures with and, where there is one, without the context.</summary>
    /// <param name="codes">The level's codes of each file.</param>
    /// <param name="coarser">The next coarser level's codes of each file; null at the coarsest.</param>
    /// <param name="maxCodes">Codes to ask for, taken evenly over the files.</param>
    /// <param name="progress">Told how many codes are done, and how many there are.</param>
    /// <param name="cancellation">Looked at every step.</param>
    /// <exception cref="VQWaveException">No file has two codes.</exception>
    public GeneratorFigures Evaluate(
        IReadOnlyList<int[]> codes,
        IReadOnlyList<int[]>? coarser,
        long maxCodes,
        Action<long, long>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var level = pack.Configuration.Levels[levelIndex];
        var rows = CodeRow.Plan([.. codes.Select(c => c.Length)], pack.Configuration.Ratio(levelIndex), maxCodes);
        if (rows.Count == 0)
        {
            throw new VQWaveException(
                $"The files are too short to ask {level.GeneratorName} about: give longer ones, or a larger --max-codes."
            );
        }

        var targets = rows.Sum(r => (long)r.Count);
        var passes = coarser is null ? 1 : 2;
        var with = Bits(codes, coarser, rows, withContext: true, done => progress?.Invoke(done, targets * passes), cancellation);
        double? without = coarser is null
            ? null
            : Bits(codes, coarser, rows, withContext: false, done => progress?.Invoke(targets + done, targets * passes), cancellation).Sum()
                / targets;
        var counts = new long[level.CodebookSize];
        var bitsByFile = new double[codes.Count];
        var countByFile = new long[codes.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            bitsByFile[row.File] += with[i];
            countByFile[row.File] += row.Count;
            foreach (var code in codes[row.File].AsSpan(row.Start + 1, row.Count))
            {
                counts[code]++;
            }
        }

        return new GeneratorFigures(
            targets,
            with.Sum() / targets,
            Analysis.CodeStatistics.FromHistogram(counts).EntropyBits,
            without,
            [.. bitsByFile.Select((bits, file) => bits / countByFile[file])]
        );
    }

    /// <summary>Sum of −log2 p(target) of each row.</summary>
    private double[] Bits(
        IReadOnlyList<int[]> codes,
        IReadOnlyList<int[]>? coarser,
        IReadOnlyList<CodeRow> rows,
        bool withContext,
        Action<long> progress,
        CancellationToken cancellation
    )
    {
        // Rows of like length side by side: a row that has ended is stepped on in vain until its neighbours have.
        var order = Enumerable.Range(0, rows.Count).OrderByDescending(i => rows[i].Count).ToArray();
        var bits = new double[rows.Count];
        using var stepper = new GeneratorStepper(runtime, pack, levelIndex, Math.Min(RowsAtOnce, rows.Count));
        using var context = withContext && coarser is not null ? new ContextRunner(runtime, pack, levelIndex) : null;
        var buffers = new float[stepper.Batch][];
        long done = 0;
        foreach (var group in order.Chunk(stepper.Batch))
        {
            stepper.Reset();
            stepper.Context.Clear();
            for (var step = 0; step < rows[group[0]].Count; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                var active = group.TakeWhile(i => rows[i].Count > step).Count();
                for (var slot = 0; slot < active; slot++)
                {
                    var row = rows[group[slot]];
                    stepper.Codes[slot] = codes[row.File][row.Start + step];
                    if (context is not null)
                    {
                        FillContext(stepper, context, slot, row, step, coarser![row.File], ref buffers[slot]);
                    }
                }

                var logits = stepper.Step();
                for (var slot = 0; slot < active; slot++)
                {
                    var row = rows[group[slot]];
                    var target = codes[row.File][row.Start + step + 1];
                    bits[group[slot]] += BitsOf(logits.Slice(slot * stepper.CodebookSize, stepper.CodebookSize), target);
                }

                done += active;
                progress(done);
            }
        }

        return bits;
    }

    /// <summary>Gives a row its context at a step, computed a chunk ahead into the row's buffer.</summary>
    internal static void FillContext(
        GeneratorStepper stepper,
        ContextRunner context,
        int slot,
        CodeRow row,
        int step,
        int[] coarser,
        ref float[] buffer
    )
    {
        var span = ContextChunk * context.Ratio;
        var within = step % span;
        if (within == 0)
        {
            // Rows start where a coarse code does.
            var first = (row.Start + step) / context.Ratio;
            buffer = context.Compute(coarser, first, Math.Min(ContextChunk, coarser.Length - first));
        }

        buffer.AsSpan(within * context.Width, context.Width).CopyTo(stepper.Context.Slice(slot * context.Width, context.Width));
    }

    /// <summary>−log2 of the softmax at a code, in double precision.</summary>
    internal static double BitsOf(ReadOnlySpan<float> logits, int target)
    {
        var highest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            highest = MathF.Max(highest, logit);
        }

        double sum = 0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        return (Math.Log(sum) - (logits[target] - highest)) / Math.Log(2);
    }
}
