using VQWave.Torch;
using VQWave.Training.Data;
using VQWave.Training.Networks;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Training;

/// <summary>Bits per code of a generator on held-out pieces, teacher-forced from their beginnings with the state carried along.</summary>
/// <param name="model">The networks.</param>
/// <param name="corpus">The held-out codes; disposed of with this.</param>
/// <param name="options">How many codes to ask for.</param>
/// <param name="device">Where the networks are.</param>
internal sealed class HeldOutCodes(GeneratorPair model, CodeCorpus corpus, GeneratorTrainingOptions options, Device device) : IDisposable
{
    // The logits of a whole piece would fill the memory.
    private readonly int _step = 4096 / corpus.Ratio * corpus.Ratio;

    /// <summary>Asks for up to the configured number of codes, taken evenly over the pieces.</summary>
    /// <param name="stillThere">Called now and then.</param>
    /// <param name="cancellation">Breaks it off.</param>
    /// <returns>The figures; null when cancelled.</returns>
    public HeldOutBits? Measure(Action stillThere, CancellationToken cancellation)
    {
        model.eval();
        using var noGrad = torch.no_grad();
        var asked = new CodeStatistics(options.Level.CodebookSize);
        double bits = 0;
        var perPiece = Math.Max(options.ValidationCodes / corpus.Pieces.Count, Math.Max(options.ChunkCodes, 2 * corpus.Ratio));
        foreach (var piece in corpus.Pieces)
        {
            using var scope = torch.NewDisposeScope();
            var length = (Math.Min(piece.Length, perPiece) - 1) / corpus.Ratio * corpus.Ratio;
            var (h, c) = model.Generator.InitialState(1, device);
            for (long at = 0; at < length; at += _step)
            {
                if (cancellation.IsCancellationRequested)
                {
                    model.train();
                    return null;
                }

                var part = (int)Math.Min(_step, length - at);
                using var inner = torch.NewDisposeScope();
                var read = ReadCodes(piece.Fine, at, part + 1);
                var codes = torch.tensor(read, 1, part + 1).to(device);
                var (logits, nextH, nextC) = model.Generator.forward(codes.narrow(1, 0, part), ContextAt(piece, at, part), (h, c));
                bits += F.cross_entropy(logits.squeeze(0), codes.narrow(1, 1, part).squeeze(0)).ToDouble() / Math.Log(2) * part;
                asked.Add(read.AsSpan(1));
                h.copy_(nextH);
                c.copy_(nextC);
                stillThere();
            }
        }

        model.train();
        return new HeldOutBits(bits / asked.Total, asked.EntropyBits, asked.Total);
    }

    /// <inheritdoc/>
    public void Dispose() => corpus.Dispose();

    private static long[] ReadCodes(U16File file, long from, int count)
    {
        var raw = new ushort[count];
        file.ReadRaw(from, raw);
        return Array.ConvertAll(raw, c => (long)c);
    }

    /// <summary>Context of <paramref name="count"/> codes of a piece from <paramref name="at"/> on, both multiples of the ratio.</summary>
    private Tensor? ContextAt(CodePiece piece, long at, int count)
    {
        if (model.ContextNetwork is not { } network)
        {
            return null;
        }

        var first = (at / corpus.Ratio) - network.HistoryCodes;
        var window = network.HistoryCodes + (count / corpus.Ratio) + network.LookaheadCodes;
        var from = Math.Max(first, 0);
        var to = Math.Min(first + window, piece.Coarse!.Length);
        var codes = new long[window];
        var inside = new float[window];
        ReadCodes(piece.Coarse, from, (int)(to - from)).CopyTo(codes, from - first);
        inside.AsSpan((int)(from - first), (int)(to - from)).Fill(1);
        return model.ContextOf(codes, inside, 1, count, device);
    }
}
