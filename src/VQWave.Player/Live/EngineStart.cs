using VQWave.Controls;
using VQWave.Generation;
using VQWave.Streaming;

namespace VQWave.Player.Live;

/// <summary>How an engine is to begin, so that the parameters hold from its first code on: what is told later comes in its time.</summary>
internal static class EngineStart
{
    /// <summary>The engine's options that the parameters ask for.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="levels">How many levels the pack has.</param>
    public static EngineOptions From(ParameterValues values, int levels)
    {
        var detail = (int)values[ParameterId.Detail];
        return new EngineOptions
        {
            Seed = (ulong)values[ParameterId.Seed],
            Sampling = new SamplingSettings
            {
                LevelTemperatures = [.. Enumerable.Range(0, levels).Select(values.EffectiveTemperature)],
                LevelTopK = [.. Enumerable.Range(0, levels).Select(values.EffectiveTopK)],
            },
            // The last choice is the finest level, however many there are.
            Detail = detail < Math.Min(ParameterTable.LevelSlots, levels) ? detail - 1 : null,
            FreezeLength = (int)values[ParameterId.FreezeLength],
        };
    }
}
