using VQWave.Generation;

namespace VQWave.Streaming;

/// <summary>
/// A change of a control with the time from which it is wanted. It takes effect, at each level that it concerns, at the first code
/// that begins at or after that time and is not yet generated; changes of detail and resets at a tick in the same manner.
/// </summary>
/// <remarks>Immutable, of fixed size; its members are real-time safe. Values out of range are brought into it.</remarks>
public readonly record struct ControlChange
{
    /// <summary>The most codes that freezing repeats.</summary>
    public const int MaximumFreezeLength = 256;

    /// <summary>All levels that a kind of change concerns.</summary>
    public const int AllLevels = -1;

    private const double SeedOfPiece = 1;
    private const double SeedOfReplay = 2;

    private ControlChange(ControlKind kind, int level, double value, long time, ulong seed = 0)
    {
        Kind = kind;
        Level = level;
        Value = value;
        Time = time;
        SeedValue = seed;
    }

    /// <summary>What changes.</summary>
    public ControlKind Kind { get; }

    /// <summary>Index of the level, coarsest first, or <see cref="AllLevels"/>.</summary>
    public int Level { get; init; }

    /// <summary>The new value; 1 and 0 for on and off, NaN for no own temperature, −1 for no own top-k.</summary>
    public double Value { get; }

    /// <summary>The new seed, for <see cref="ControlKind.Seed"/>.</summary>
    public ulong SeedValue { get; }

    /// <summary>Engine time in samples from its start; 0 is as soon as possible.</summary>
    public long Time { get; init; }

    /// <summary>Number of resets before which the change waits; 0 unless a performance is replayed.</summary>
    public int Piece { get; init; }

    /// <summary>The temperature of all levels that have none of their own, 0 to 4.</summary>
    public static ControlChange Temperature(float value, long time = 0) =>
        new(ControlKind.Temperature, AllLevels, Range(value, 0, SamplingSettings.MaximumTemperature, 1), time);

    /// <summary>A level's own temperature, 0 to 4, or null to follow the common one again.</summary>
    public static ControlChange OwnTemperature(int level, float? value, long time = 0) =>
        new(ControlKind.OwnTemperature, level, value is { } own ? Range(own, 0, SamplingSettings.MaximumTemperature, 1) : double.NaN, time);

    /// <summary>What is added to a level's temperature, −4 to 4; the sum is kept between 0 and 4.</summary>
    public static ControlChange TemperatureOffset(int level, float value, long time = 0) =>
        new(
            ControlKind.TemperatureOffset,
            level,
            Range(value, -SamplingSettings.MaximumTemperature, SamplingSettings.MaximumTemperature, 0),
            time
        );

    /// <summary>The top-k of all levels that have none of their own, 0 to 1024; 0 is all codes.</summary>
    public static ControlChange TopK(int value, long time = 0) =>
        new(ControlKind.TopK, AllLevels, Math.Clamp(value, 0, SamplingSettings.MaximumTopK), time);

    /// <summary>A level's own top-k, 0 to 1024, or null to follow the common one again.</summary>
    public static ControlChange OwnTopK(int level, int? value, long time = 0) =>
        new(ControlKind.OwnTopK, level, value is { } own ? Math.Clamp(own, 0, SamplingSettings.MaximumTopK) : -1, time);

    /// <summary>The seed of all levels: the codes after the change are those that the seed gives at their positions.</summary>
    public static ControlChange Seed(ulong value, long time = 0) => new(ControlKind.Seed, AllLevels, 0, time, value);

    /// <summary>Whether the coarsest level repeats its last codes while the finer ones are imagined anew.</summary>
    public static ControlChange Freeze(bool on, long time = 0) => new(ControlKind.Freeze, 0, on ? 1 : 0, time);

    /// <summary>How many codes freezing repeats, 1 to 256.</summary>
    public static ControlChange FreezeLength(int codes, long time = 0) =>
        new(ControlKind.FreezeLength, 0, Math.Clamp(codes, 1, MaximumFreezeLength), time);

    /// <summary>
    /// One code of the coarsest level, in place of one that would be drawn: several that are due take the codes that come next, one each.
    /// </summary>
    /// <remarks>A code that the pack does not have is passed over, and so are all while the level is frozen.</remarks>
    public static ControlChange CoarseCode(int code, long time = 0) => new(ControlKind.CoarseCode, 0, Math.Max(code, 0), time);

    /// <summary>The finest level that is generated and heard; a level that the pack does not have is its finest.</summary>
    public static ControlChange Detail(int level, long time = 0) => new(ControlKind.Detail, AllLevels, Math.Max(level, 0), time);

    /// <summary>A bound on the detail; a level that the pack does not have is none.</summary>
    public static ControlChange DetailLimit(int level, long time = 0) => new(ControlKind.DetailLimit, AllLevels, Math.Max(level, 0), time);

    /// <summary>Ends the piece and begins the next from the start codes, between two ticks.</summary>
    public static ControlChange Reset(long time = 0) => new(ControlKind.Reset, AllLevels, 0, time);

    /// <summary>
    /// Ends the piece and begins the next with a seed, between two ticks. Seeds that were sent before and wait for their time end with the piece that
    /// they were meant for.
    /// </summary>
    public static ControlChange Reset(ulong seed, long time = 0) => new(ControlKind.Reset, AllLevels, SeedOfPiece, time, seed);

    /// <summary>Whether seeds that wait are for the piece that ends.</summary>
    internal bool DropsSeeds => Kind == ControlKind.Reset && Value == SeedOfPiece;

    /// <summary>Whether the next piece begins with <see cref="SeedValue"/>.</summary>
    internal bool BeginsWithSeed => Kind == ControlKind.Reset && Value != 0;

    /// <summary>What a score says of it: seeds that it dropped are not in the score.</summary>
    internal ControlChange ForScore() => DropsSeeds ? new ControlChange(Kind, Level, SeedOfReplay, Time, SeedValue) : this;

    // NaN would spread through the logits: it counts as the usual value.
    private static double Range(float value, float low, float high, float usual) =>
        float.IsNaN(value) ? usual : Math.Clamp(value, low, high);
}
