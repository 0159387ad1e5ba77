using VQWave.Models;
using VQWave.Training.Data;

namespace VQWave.Training.Training;

/// <summary>
/// Streams of codes side by side. Each walks through a segment of a piece chunk by chunk, so that a recurrent state can be carried along,
/// then jumps to another place in the corpus.
/// </summary>
public sealed class CodeStreams
{
    // One segment in so many begins where its piece begins: the start of a piece is what generation starts from.
    private const int BeginningsOneIn = 8;
    private readonly CodeCorpus _corpus;
    private readonly Xoshiro _random;
    private readonly int _chunk;
    private readonly int _segment;
    private readonly int _history;
    private readonly int _lookahead;
    private readonly int[] _piece;
    private readonly long[] _at;
    private readonly int[] _left;
    private readonly int _first;
    private readonly int _count;
    private readonly long[] _cumulative;
    private readonly ushort[] _fine;
    private readonly ushort[] _coarse;

    /// <summary>Places the streams.</summary>
    /// <param name="corpus">The codes.</param>
    /// <param name="context">The context network, or null at the coarsest level.</param>
    /// <param name="streams">How many.</param>
    /// <param name="chunk">Codes a step, a multiple of the ratio between the levels.</param>
    /// <param name="segment">Codes before a stream jumps, a multiple of <paramref name="chunk"/>.</param>
    /// <param name="random">Where to begin.</param>
    /// <param name="share">The streams whose codes are read, where processes share them: the first and how many; null for all.</param>
    public CodeStreams(
        CodeCorpus corpus,
        ContextNetwork? context,
        int streams,
        int chunk,
        int segment,
        Xoshiro random,
        (int First, int Count)? share = null
    )
    {
        (_first, _count) = share ?? (0, streams);
        _corpus = corpus;
        _random = random;
        _chunk = chunk;
        _segment = segment;
        _history = context?.HistoryCodes ?? 0;
        _lookahead = context?.LookaheadCodes ?? 0;
        _piece = new int[streams];
        _at = new long[streams];
        _left = new int[streams];
        _cumulative = new long[corpus.Pieces.Count];
        long sum = 0;
        for (var i = 0; i < _cumulative.Length; i++)
        {
            sum += Math.Max(corpus.Pieces[i].Length - chunk, 0);
            _cumulative[i] = sum;
        }

        if (sum == 0)
        {
            throw new VQWaveException($"No piece has more than {chunk} codes; use longer audio or a smaller --chunk.");
        }

        Window = context is null ? 0 : _history + (chunk / corpus.Ratio) + _lookahead;
        Codes = new long[_count * (chunk + 1)];
        Coarse = new long[_count * Window];
        Inside = new float[_count * Window];
        Fresh = new float[_count];
        _fine = new ushort[chunk + 1];
        _coarse = new ushort[Math.Max(Window, 1)];
    }

    /// <summary>Coarse codes a chunk's context is computed from; 0 without a context network.</summary>
    public int Window { get; }

    /// <summary>Codes (own streams × (chunk + 1)): inputs and, one further, targets.</summary>
    public long[] Codes { get; }

    /// <summary>Coarse codes (own streams × <see cref="Window"/>).</summary>
    public long[] Coarse { get; }

    /// <summary>1 where a coarse code is inside its piece.</summary>
    public float[] Inside { get; }

    /// <summary>0 for a stream that has just jumped and begins with a state of zeros, else 1.</summary>
    public float[] Fresh { get; }

    /// <summary>Where the streams stand, for a checkpoint.</summary>
    public long[] Position
    {
        get => [.. _piece.Select(p => (long)p), .. _at, .. _left.Select(l => (long)l)];
        set
        {
            var n = _piece.Length;
            ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, 3 * n);
            for (var i = 0; i < n; i++)
            {
                _piece[i] = (int)value[i];
                _at[i] = value[n + i];
                _left[i] = (int)value[(2 * n) + i];
                if (value[i] < 0 || value[i] >= _corpus.Pieces.Count || _at[i] < 0)
                {
                    // The corpus has changed since: begin elsewhere.
                    (_piece[i], _at[i], _left[i]) = (0, 0, 0);
                }
            }
        }
    }

    /// <summary>Reads the next chunk of every stream.</summary>
    public void Next()
    {
        for (var i = 0; i < _piece.Length; i++)
        {
            var length = _corpus.Pieces[_piece[i]].Length;
            var jump = _left[i] <= 0 || _at[i] + _chunk + 1 > length;
            if (jump)
            {
                Jump(i);
            }

            // All streams walk, so that they jump as they would in one process; the others' codes are not read.
            var own = i - _first;
            if (own >= 0 && own < _count)
            {
                Fresh[own] = jump ? 0 : 1;
                Read(i, own);
            }

            _at[i] += _chunk;
            _left[i] -= _chunk;
        }
    }

    private void Jump(int stream)
    {
        var at = _random.Below(_cumulative[^1]);
        var index = Array.BinarySearch(_cumulative, at + 1);
        if (index < 0)
        {
            index = ~index;
        }

        // An entry may repeat where a piece is too short to be chosen: take the first with this sum.
        while (index > 0 && _cumulative[index - 1] == _cumulative[index])
        {
            index--;
        }

        var start = at - (index == 0 ? 0 : _cumulative[index - 1]);
        _piece[stream] = index;
        _at[stream] = _random.Below(BeginningsOneIn) == 0 ? 0 : start / _corpus.Ratio * _corpus.Ratio;
        _left[stream] = _segment;
    }

    private void Read(int stream, int row)
    {
        var piece = _corpus.Pieces[_piece[stream]];
        piece.Fine.ReadRaw(_at[stream], _fine);
        for (var i = 0; i <= _chunk; i++)
        {
            Codes[(row * (_chunk + 1)) + i] = _fine[i];
        }

        if (Window > 0)
        {
            var coarseLength = piece.Length / _corpus.Ratio;
            var first = (_at[stream] / _corpus.Ratio) - _history;
            var from = Math.Max(first, 0);
            var to = Math.Min(first + Window, coarseLength);
            piece.Coarse!.ReadRaw(from, _coarse.AsSpan(0, (int)(to - from)));
            for (var i = 0; i < Window; i++)
            {
                var inside = first + i >= from && first + i < to;
                Coarse[(row * Window) + i] = inside ? _coarse[first + i - from] : 0;
                Inside[(row * Window) + i] = inside ? 1 : 0;
            }
        }
    }
}
