namespace VQWave.Generation;

/// <summary>How codes are drawn from logits: one temperature and top-k for all levels, or one of each for every level.</summary>
public sealed record SamplingSettings
{
    /// <summary>The highest temperature.</summary>
    public const float MaximumTemperature = 4;

    /// <summary>The largest top-k.</summary>
    public const int MaximumTopK = 1024;

    private readonly float temperature = 1;
    private readonly int topK;
    private readonly IReadOnlyList<float>? levelTemperatures;
    private readonly IReadOnlyList<int>? levelTopK;

    /// <summary>Temperature, 0 to 4: 0 takes the likeliest code always, 1 draws as the model learned, above it is wilder.</summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public float Temperature
    {
        get => temperature;
        init => temperature = CheckTemperature(value);
    }

    /// <summary>How many of the likeliest codes are drawn from, 0 to 1024; 0 is all, 1 the likeliest only.</summary>
    /// <exception cref="VQWaveException">The value is out of range.</exception>
    public int TopK
    {
        get => topK;
        init => topK = CheckTopK(value);
    }

    /// <summary>A temperature for each level, coarsest first, in place of <see cref="Temperature"/>; or null.</summary>
    /// <exception cref="VQWaveException">A value is out of range.</exception>
    public IReadOnlyList<float>? LevelTemperatures
    {
        get => levelTemperatures;
        init => levelTemperatures = value is null ? null : [.. value.Select(CheckTemperature)];
    }

    /// <summary>A top-k for each level, coarsest first, in place of <see cref="TopK"/>; or null.</summary>
    /// <exception cref="VQWaveException">A value is out of range.</exception>
    public IReadOnlyList<int>? LevelTopK
    {
        get => levelTopK;
        init => levelTopK = value is null ? null : [.. value.Select(CheckTopK)];
    }

    /// <summary>The temperature of a level by its index, coarsest first.</summary>
    public float TemperatureOf(int levelIndex) => levelTemperatures is null ? temperature : levelTemperatures[levelIndex];

    /// <summary>The top-k of a level by its index, coarsest first.</summary>
    public int TopKOf(int levelIndex) => levelTopK is null ? topK : levelTopK[levelIndex];

    /// <summary>Checks that lists hold a value for each of a number of levels.</summary>
    /// <exception cref="VQWaveException">A list is of another length.</exception>
    public void ValidateFor(int levels)
    {
        CheckCount("temperatures", levelTemperatures?.Count, levels);
        CheckCount("top-k values", levelTopK?.Count, levels);
    }

    private static float CheckTemperature(float value) =>
        value is >= 0 and <= MaximumTemperature
            ? value
            : throw new VQWaveException($"The temperature {value} is not 0 to {MaximumTemperature} (0 is greedy, 1 as learned).");

    private static int CheckTopK(int value) =>
        value is >= 0 and <= MaximumTopK
            ? value
            : throw new VQWaveException($"The top-k {value} is not 0 to {MaximumTopK} (0 is all codes).");

    private static void CheckCount(string what, int? count, int levels)
    {
        if (count is { } given && given != levels)
        {
            throw new VQWaveException($"There are {given} {what} for {levels} levels: give one for all or {levels}, coarsest first.");
        }
    }
}
