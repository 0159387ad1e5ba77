using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>The delays between a level's next code and its sound, apart and in sum. All in samples at the pack's rate.</summary>
public sealed record EngineDelays
{
    private EngineDelays() { }

    /// <summary>The pack's sample rate, in Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Index of the level that is heard, coarsest first.</summary>
    public required int Detail { get; init; }

    /// <summary>Samples that are generated at a time: one of the coarsest codes.</summary>
    public required int Tick { get; init; }

    /// <summary>How far the context network of each level, down to the one that is heard, looks ahead; 0 for the coarsest.</summary>
    public required IReadOnlyList<int> ContextLookahead { get; init; }

    /// <summary>How far the decoder looks ahead.</summary>
    public required int Decoder { get; init; }

    /// <summary>How far generation is kept ahead of playing.</summary>
    public required int Ring { get; init; }

    /// <summary>
    /// For each level down to the one that is heard, how far its next code lies behind the tick that is written: from a control
    /// of the level to its sound pass this and the ring.
    /// </summary>
    public required IReadOnlyList<int> Lead { get; init; }

    /// <summary>The ring, the decoder and all context networks together.</summary>
    public int Total => Ring + Decoder + ContextLookahead.Sum();

    /// <summary>Samples as seconds.</summary>
    public double Seconds(int samples) => (double)samples / SampleRate;

    /// <summary>The delays of a hierarchy.</summary>
    /// <param name="configuration">The model configuration.</param>
    /// <param name="detail">Index of the level that is heard.</param>
    /// <param name="ring">Samples that generation is kept ahead of playing.</param>
    public static EngineDelays Of(HierarchyConfiguration configuration, int detail, int ring = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(detail);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(detail, configuration.Levels.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(ring);
        var schedule = new EngineSchedule(configuration);
        Span<long> need = stackalloc long[schedule.Levels];
        schedule.Need(0, detail, need);
        var context = new int[detail + 1];
        var lead = new int[detail + 1];
        for (var level = 0; level <= detail; level++)
        {
            var network = configuration.Levels[level].Generator.Context;
            context[level] = network is null ? 0 : ReceptiveField.OfContext(network).After * schedule.Compression[level - 1];
            lead[level] = (int)(need[level] * schedule.Compression[level]) - schedule.TickSamples;
        }

        var heard = configuration.Levels[detail];
        return new EngineDelays
        {
            SampleRate = configuration.SampleRate,
            Detail = detail,
            Tick = schedule.TickSamples,
            ContextLookahead = context,
            Decoder = ReceptiveField.OfDecoder(heard.Decoder, heard.Compression).After * heard.Compression,
            Ring = ring,
            Lead = lead,
        };
    }
}
