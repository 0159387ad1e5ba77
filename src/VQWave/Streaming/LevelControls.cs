using VQWave.Generation;

namespace VQWave.Streaming;

/// <summary>The controls as one level sees them at its current code.</summary>
internal struct LevelControls
{
    public float CommonTemperature;
    public float OwnTemperature;
    public float Offset;
    public int CommonTopK;
    public int OwnTopK;
    public ulong Seed;
    public bool Frozen;
    public int FreezeLength;

    /// <summary>The code to take in place of the next one, or −1.</summary>
    public int GivenCode;

    /// <summary>The controls of a level at the start.</summary>
    public static LevelControls Initial(EngineOptions options, int level) =>
        new()
        {
            CommonTemperature = options.Sampling.Temperature,
            OwnTemperature = options.Sampling.LevelTemperatures is { } temperatures ? temperatures[level] : float.NaN,
            CommonTopK = options.Sampling.TopK,
            OwnTopK = options.Sampling.LevelTopK is { } topK ? topK[level] : -1,
            Seed = options.Seed,
            FreezeLength = options.FreezeLength,
            GivenCode = -1,
        };

    /// <summary>The temperature to draw with.</summary>
    public readonly float Temperature =>
        Math.Clamp((float.IsNaN(OwnTemperature) ? CommonTemperature : OwnTemperature) + Offset, 0, SamplingSettings.MaximumTemperature);

    /// <summary>The top-k to draw with.</summary>
    public readonly int TopK => OwnTopK < 0 ? CommonTopK : OwnTopK;

    public void Apply(in ControlChange change)
    {
        switch (change.Kind)
        {
            case ControlKind.Temperature:
                CommonTemperature = (float)change.Value;
                break;
            case ControlKind.OwnTemperature:
                OwnTemperature = (float)change.Value;
                break;
            case ControlKind.TemperatureOffset:
                Offset = (float)change.Value;
                break;
            case ControlKind.TopK:
                CommonTopK = (int)change.Value;
                break;
            case ControlKind.OwnTopK:
                OwnTopK = (int)change.Value;
                break;
            case ControlKind.Seed:
                Seed = change.SeedValue;
                break;
            case ControlKind.Freeze:
                Frozen = change.Value != 0;
                break;
            case ControlKind.FreezeLength:
                FreezeLength = (int)change.Value;
                break;
            case ControlKind.CoarseCode:
                GivenCode = (int)change.Value;
                break;
        }
    }
}
