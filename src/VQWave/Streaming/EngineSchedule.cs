using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>
/// How far each level must be generated before a tick of samples can be written: the decoder looks ahead of it by its receptive
/// field, and each level's context network ahead of that level. All in exact codes, rounded up to nothing larger.
/// </summary>
/// <remarks>Immutable.</remarks>
internal sealed class EngineSchedule
{
    private readonly int[] contextAfter;
    private readonly int[] decoderAfter;

    public EngineSchedule(HierarchyConfiguration configuration)
    {
        var levels = configuration.Levels;
        Levels = levels.Count;
        TickSamples = configuration.Coarsest.Compression;
        Compression = [.. levels.Select(l => l.Compression)];
        Ratio = [.. levels.Select((_, i) => configuration.Ratio(i))];
        CodesPerTick = [.. Compression.Select(c => TickSamples / c)];
        var context = levels.Select(l => l.Generator.Context is { } network ? ReceptiveField.OfContext(network) : default).ToArray();
        var decoder = levels.Select(l => ReceptiveField.OfDecoder(l.Decoder, l.Compression)).ToArray();
        contextAfter = [.. context.Select(f => f.After)];
        decoderAfter = [.. decoder.Select(f => f.After)];

        MaximumLead = new int[Levels];
        Leads = new int[Levels][];
        Span<long> need = stackalloc long[Levels];
        for (var sound = 0; sound < Levels; sound++)
        {
            need.Clear();
            Need(0, sound, need);
            Leads[sound] = new int[Levels];
            for (var level = 0; level <= sound; level++)
            {
                Leads[sound][level] = (int)(need[level] * Compression[level]) - TickSamples;
                MaximumLead[level] = Math.Max(MaximumLead[level], (int)need[level] - CodesPerTick[level]);
            }
        }

        HistoryCapacity = new int[Levels];
        for (var level = 0; level < Levels; level++)
        {
            var before = Math.Max(decoder[level].Before, level + 1 < Levels ? context[level + 1].Before : 0);
            before = Math.Max(before, level == 0 ? ControlChange.MaximumFreezeLength : 0);
            Horizon = Math.Max(Horizon, (CodesPerTick[level] + MaximumLead[level]) * Compression[level]);
            HistoryCapacity[level] = before + (2 * CodesPerTick[level]) + MaximumLead[level] + 2;
        }
    }

    public int Levels { get; }

    public int Finest => Levels - 1;

    public int TickSamples { get; }

    public int[] Compression { get; }

    public int[] Ratio { get; }

    public int[] CodesPerTick { get; }

    /// <summary>The most codes by which a level is generated past the end of a tick, whatever is heard.</summary>
    public int[] MaximumLead { get; }

    /// <summary>
    /// By the level that is heard and then by level: samples from the end of a tick to the end of the last code that it writes; 0 for levels that
    /// are not generated then.
    /// </summary>
    public int[][] Leads { get; }

    /// <summary>Samples from a tick's beginning to the end of the last code that it may write, at whatever level.</summary>
    public int Horizon { get; }

    /// <summary>Codes of a level that must be kept.</summary>
    public int[] HistoryCapacity { get; }

    /// <summary>
    /// Raises the number of codes from the piece's start that each level must have, for a tick of the piece that is heard at a level.
    /// Levels finer than that are not touched.
    /// </summary>
    public void Need(long tick, int sound, Span<long> need)
    {
        need[sound] = Math.Max(need[sound], (CodesPerTick[sound] * (tick + 1)) + decoderAfter[sound]);
        for (var level = sound; level > 0; level--)
        {
            // Step i makes code i + 1 with the context of the coarse code over position i.
            var contexts = need[level] < 2 ? 0 : ((need[level] - 2) / Ratio[level]) + 1;
            need[level - 1] = Math.Max(need[level - 1], Math.Max(1, contexts + contextAfter[level]));
        }
    }
}
