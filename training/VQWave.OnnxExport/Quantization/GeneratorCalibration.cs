using System.Numerics;
using Microsoft.ML.OnnxRuntime;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.OnnxExport.Quantization;

/// <summary>
/// What the matrices of a pack's generators are multiplied with when the pack plays: the pack generates pieces of its own, at temperature 1, and the
/// second moments of each matrix's inputs are taken. So no music is needed, and held-out music stays held out.
/// </summary>
internal sealed class GeneratorCalibration
{
    /// <summary>Pieces side by side.</summary>
    public const int Pieces = 32;

    private readonly ModelPack pack;
    private readonly InferenceRuntime runtime;
    private readonly int steps;
    private readonly ulong seed;
    private int[][]? coarser;
    private int next;

    /// <summary>Prepares to generate.</summary>
    /// <param name="pack">A float pack.</param>
    /// <param name="runtime">Where it runs.</param>
    /// <param name="steps">Codes of each piece at each level.</param>
    /// <param name="seed">Seed of the pieces.</param>
    public GeneratorCalibration(ModelPack pack, InferenceRuntime runtime, int steps, ulong seed)
    {
        this.pack = pack;
        this.runtime = runtime;
        this.steps = steps;
        this.seed = seed;
    }

    /// <summary>Generates the next level, coarsest first.</summary>
    /// <param name="graph">The level's generator.</param>
    /// <param name="cancellation">Looked at every step.</param>
    /// <returns>Second moments E[x xᵀ], [columns, columns], of each matrix's input by the matrix's name.</returns>
    /// <exception cref="VQWaveException">ONNX Runtime refuses the graph.</exception>
    public IReadOnlyDictionary<string, double[]> Next(GeneratorGraph graph, CancellationToken cancellation)
    {
        var index = next++;
        try
        {
            return Generate(index, graph, cancellation);
        }
        catch (OnnxRuntimeException e)
        {
            throw new VQWaveException(
                $"ONNX Runtime cannot run the generator of level {pack.Configuration.Levels[index].Name}: {e.Message}",
                e
            );
        }
    }

    private IReadOnlyDictionary<string, double[]> Generate(int index, GeneratorGraph graph, CancellationToken cancellation)
    {
        var level = pack.Configuration.Levels[index];
        var network = level.Generator;
        var contexts = index == 0 ? null : Contexts(index);
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(graph.WithInputsShown(), options);
        using var run = new RunOptions();
        var sampler = new CodeSampler(level.CodebookSize);
        var random = new CounterRandom(seed, (uint)index);
        var moments = graph.Matrices.ToDictionary(m => m.Name, m => new double[m.Columns * m.Columns], StringComparer.Ordinal);
        var codes = new int[Pieces][];
        Array.ForEach(Enumerable.Range(0, Pieces).ToArray(), p => codes[p] = new int[steps + 1]);
        var code = new long[Pieces];
        var context = new float[Pieces * network.ContextWidth];
        var stateNames = Enumerable.Range(0, network.Layers).SelectMany(i => new[] { $"h_{i}", $"c_{i}" }).ToArray();
        var states = stateNames.Select(_ => new float[Pieces * network.Units]).ToArray();
        string[] inputNames = [.. network.ContextWidth == 0 ? ["code"] : new[] { "code", "context" }, .. stateNames];
        string[] shown = [.. graph.Matrices.Select(m => m.Input).Distinct(StringComparer.Ordinal)];
        string[] outputNames =
        [
            .. stateNames.Select(s => $"{s}_out"),
            "logits",
            .. shown.Where(s => !s.EndsWith("_out", StringComparison.Ordinal)),
        ];
        for (var p = 0; p < Pieces; p++)
        {
            codes[p][0] = pack.Manifest.StartCodes[index];
        }

        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var p = 0; p < Pieces; p++)
            {
                code[p] = codes[p][step];
                contexts
                    ?[p].AsSpan(step * network.ContextWidth, network.ContextWidth)
                    .CopyTo(context.AsSpan(p * network.ContextWidth, network.ContextWidth));
            }

            var values = new List<OrtValue> { OrtValue.CreateTensorValueFromMemory(code, [Pieces]) };
            if (contexts is not null)
            {
                values.Add(OrtValue.CreateTensorValueFromMemory(context, [Pieces, network.ContextWidth]));
            }

            values.AddRange(states.Select(s => OrtValue.CreateTensorValueFromMemory(s, [Pieces, network.Units])));
            using var results = session.Run(run, inputNames, values, outputNames);
            values.ForEach(v => v.Dispose());
            ReadOnlySpan<float> Result(string name) => results[Array.IndexOf(outputNames, name)].GetTensorDataAsSpan<float>();
            for (var s = 0; s < states.Length; s++)
            {
                Result($"{stateNames[s]}_out").CopyTo(states[s]);
            }

            var logits = Result("logits");
            for (var p = 0; p < Pieces; p++)
            {
                var uniform = random.Uniform((ulong)((step * Pieces) + p));
                codes[p][step + 1] = sampler.Sample(logits.Slice(p * level.CodebookSize, level.CodebookSize), 1, 0, uniform);
            }

            foreach (var matrix in graph.Matrices)
            {
                Accumulate(moments[matrix.Name], Result(matrix.Input), matrix.Columns);
            }
        }

        foreach (var (name, sums) in moments)
        {
            Finish(sums, graph.Matrices.First(m => m.Name == name).Columns, (double)Pieces * steps);
        }

        coarser = Array.ConvertAll(codes, c => c[..steps]);
        return moments;
    }

    /// <summary>
    /// The context of each piece: it begins somewhere in the piece of the coarser level, so that not only the beginnings of pieces are seen.
    /// </summary>
    private float[][] Contexts(int index)
    {
        using var runner = ContextRunner.OnOnnxRuntime(runtime, pack, index);
        var random = new CounterRandom(seed, (uint)(index + pack.Configuration.Levels.Count));
        var needed = (steps + runner.Ratio - 1) / runner.Ratio;
        return
        [
            .. coarser!.Select((codes, p) => runner.Compute(codes, (int)(random.Uniform((ulong)p) * (codes.Length - needed + 1)), needed)),
        ];
    }

    /// <summary>Adds x xᵀ of each row to the upper triangle.</summary>
    private static void Accumulate(double[] sums, ReadOnlySpan<float> rows, int columns)
    {
        var lanes = Vector<double>.Count;
        var x = new double[columns];
        for (var row = 0; row < rows.Length; row += columns)
        {
            for (var c = 0; c < columns; c++)
            {
                x[c] = rows[row + c];
            }

            for (var i = 0; i < columns; i++)
            {
                var line = sums.AsSpan(i * columns, columns);
                var factor = new Vector<double>(x[i]);
                var j = i;
                for (; j <= columns - lanes; j += lanes)
                {
                    (new Vector<double>(line[j..]) + (factor * new Vector<double>(x, j))).CopyTo(line[j..]);
                }

                for (; j < columns; j++)
                {
                    line[j] += x[i] * x[j];
                }
            }
        }
    }

    private static void Finish(double[] sums, int columns, double count)
    {
        for (var i = 0; i < columns; i++)
        {
            for (var j = i; j < columns; j++)
            {
                sums[(i * columns) + j] /= count;
                sums[(j * columns) + i] = sums[(i * columns) + j];
            }
        }
    }
}
