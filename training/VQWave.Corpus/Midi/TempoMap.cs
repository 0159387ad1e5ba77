namespace VQWave.Corpus.Midi;

/// <summary>Turns ticks into seconds under tempo changes that are in order and begin at tick 0.</summary>
internal static class TempoMap
{
    public static double SecondsAt(IReadOnlyList<TempoChange> tempi, int tick, int ticksPerQuarter)
    {
        double microseconds = 0;
        for (int i = 0; i < tempi.Count && tempi[i].Tick < tick; i++)
        {
            int end = i + 1 < tempi.Count ? Math.Min(tick, tempi[i + 1].Tick) : tick;
            microseconds += (double)(end - tempi[i].Tick) * tempi[i].MicrosecondsPerQuarter / ticksPerQuarter;
        }

        return microseconds * 1e-6;
    }
}
