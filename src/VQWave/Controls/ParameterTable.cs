using System.Globalization;

namespace VQWave.Controls;

/// <summary>
/// The one table of all parameters: the player, the plug-in and the files take names, ranges, units and numbers from here.
/// </summary>
/// <remarks>
/// <para>
/// There are always four level slots, coarsest first, whatever pack plays: numbers and ranges never depend on it, only the names and
/// texts that show the compression. A pack with fewer levels leaves the last slots without effect; where one has more, those past the
/// fourth follow the fourth slot.
/// </para>
/// <para>
/// The default of every temperature is 1, the only value that is no one's taste: it draws from the distribution that the model learned,
/// and it is where a pack's metrics were measured. Immutable and safe on any thread; look-ups are real-time safe.
/// </para>
/// </remarks>
public sealed class ParameterTable
{
    /// <summary>Level slots.</summary>
    public const int LevelSlots = 4;

    /// <summary>The highest temperature; beyond it the codes are nearly evenly spread.</summary>
    public const float MaximumTemperature = 2;

    /// <summary>The largest top-k, which is all codes; 0 is all codes too.</summary>
    public const int MaximumTopK = 1024;

    private const int LowestLevelTemperature = (int)ParameterId.Level1Temperature;
    private const int LowestLevelTopK = (int)ParameterId.Level1TopK;

    private readonly List<ParameterDefinition> parameters = [];
    private readonly int[] indexOfId = new int[256];
    private readonly Dictionary<string, ParameterDefinition> byKey = new(StringComparer.Ordinal);

    private ParameterTable(IReadOnlyList<int> compressions)
    {
        Array.Fill(indexOfId, -1);
        Compressions = [.. compressions.Take(LevelSlots)];
        AddGlobals();
        AddLevels();
    }

    /// <summary>The table for packs with levels of 512, 128, 32 and 8 samples a code.</summary>
    public static ParameterTable Default { get; } = new([512, 128, 32, 8]);

    /// <summary>The parameters by their <see cref="ParameterDefinition.Index"/>.</summary>
    public IReadOnlyList<ParameterDefinition> Parameters => parameters;

    /// <summary>How many parameters there are.</summary>
    public int Count => parameters.Count;

    /// <summary>Samples a code of each level that is shown, coarsest first, at most four.</summary>
    public IReadOnlyList<int> Compressions { get; }

    /// <summary>A parameter by its number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public ParameterDefinition this[ParameterId id] => parameters[IndexOf(id)];

    /// <summary>The table with the names of a pack's levels. The numbers, ranges and places are those of <see cref="Default"/>.</summary>
    /// <param name="compressions">Samples a code of each level, coarsest first; at least one.</param>
    public static ParameterTable For(IReadOnlyList<int> compressions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(compressions.Count, nameof(compressions));
        return compressions.SequenceEqual(Default.Compressions) ? Default : new ParameterTable(compressions);
    }

    /// <summary>The temperature parameter of a level by its index, coarsest first; levels past the fourth share the fourth slot.</summary>
    public static ParameterId LevelTemperature(int level) => (ParameterId)(LowestLevelTemperature + Slot(level));

    /// <summary>The top-k parameter of a level by its index, coarsest first; levels past the fourth share the fourth slot.</summary>
    public static ParameterId LevelTopK(int level) => (ParameterId)(LowestLevelTopK + Slot(level));

    /// <summary>The place of a parameter in <see cref="Parameters"/>; −1 where there is none. Real-time safe.</summary>
    public int Find(ParameterId id) => (int)id >= 0 && (int)id < indexOfId.Length ? indexOfId[(int)id] : -1;

    /// <summary>The place of a parameter in <see cref="Parameters"/>. Real-time safe.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public int IndexOf(ParameterId id) =>
        Find(id) is var index and >= 0 ? index : throw new ArgumentOutOfRangeException(nameof(id), id, "There is no such parameter.");

    /// <summary>A parameter by its name in files; null where there is none.</summary>
    public ParameterDefinition? FindKey(string key) => byKey.GetValueOrDefault(key);

    /// <summary>
    /// The depth of the engine's ring that a buffer in milliseconds asks for: a tick is generated on top of it, and both together last as long.
    /// Real-time safe.
    /// </summary>
    /// <param name="milliseconds">The value of <see cref="ParameterId.Buffer"/>.</param>
    /// <param name="tickSamples">Samples of a tick: the coarsest level's compression.</param>
    /// <param name="sampleRate">The model's rate in Hz.</param>
    public static int RingDepth(float milliseconds, int tickSamples, int sampleRate) =>
        Math.Max(64, (int)Math.Round(milliseconds * sampleRate / 1000.0, MidpointRounding.AwayFromZero) - tickSamples);

    /// <summary>The linear gain of the value of <see cref="ParameterId.Gain"/>: 0 at its minimum, which is silence. Real-time safe.</summary>
    public static float GainFactor(float decibels) => decibels <= -60 ? 0 : MathF.Pow(10, decibels / 20);

    /// <summary>
    /// The temperature that a level is generated with: its own, or the global one moved by its offset (its value less 1), held in the range.
    /// Real-time safe.
    /// </summary>
    /// <param name="values">Plain values by place in the table: a snapshot.</param>
    /// <param name="level">The level's index, coarsest first.</param>
    public float EffectiveTemperature(ReadOnlySpan<float> values, int level) =>
        CombineTemperatures(
            values[IndexOf(ParameterId.Temperature)],
            values[IndexOf(LevelTemperature(level))],
            values[IndexOf(ParameterId.LevelTemperatures)]
        );

    /// <summary>
    /// The top-k that a level is generated with: its own, or the global one where its own is 0. 0 is all codes. Real-time safe.
    /// </summary>
    /// <param name="values">Plain values by place in the table: a snapshot.</param>
    /// <param name="level">The level's index, coarsest first.</param>
    public int EffectiveTopK(ReadOnlySpan<float> values, int level) =>
        CombineTopK(values[IndexOf(ParameterId.TopK)], values[IndexOf(LevelTopK(level))]);

    internal static float CombineTemperatures(float common, float own, float mode) =>
        mode == (float)LevelTemperatureMode.Own ? own : Math.Clamp(common + (own - 1), 0, MaximumTemperature);

    internal static int CombineTopK(float common, float own) => (int)(own > 0 ? own : common);

    private static int Slot(int level) => Math.Clamp(level, 0, LevelSlots - 1);

    private string LevelName(int slot) =>
        slot < Compressions.Count ? Compressions[slot].ToString(CultureInfo.InvariantCulture) + "x" : $"level {slot + 1} (unused)";

    private void Add(ParameterDefinition definition)
    {
        indexOfId[(int)definition.Id] = definition.Index;
        byKey.Add(definition.Key, definition);
        parameters.Add(definition);
    }

    private void AddGlobals()
    {
        Add(
            new ParameterDefinition(ParameterId.Temperature, "temperature", "Temperature", "Temp")
            {
                Index = Count,
                Maximum = MaximumTemperature,
                Default = 1,
                Decimals = 2,
            }
        );
        Add(
            new ParameterDefinition(ParameterId.TopK, "top_k", "Top-k", "Top-k")
            {
                Index = Count,
                Kind = ParameterKind.Integer,
                Unit = ParameterUnit.Codes,
                Maximum = MaximumTopK,
                Skew = 4,
                MinimumText = "all",
            }
        );
        Add(
            new ParameterDefinition(ParameterId.Detail, "detail", "Detail", "Detail")
            {
                Index = Count,
                Kind = ParameterKind.Choice,
                Minimum = 1,
                Maximum = LevelSlots,
                Default = LevelSlots,
                Choices = [.. Enumerable.Range(0, LevelSlots).Select(LevelName)],
            }
        );
        Add(
            new ParameterDefinition(ParameterId.Seed, "seed", "Seed", "Seed")
            {
                Index = Count,
                Kind = ParameterKind.Integer,
                Maximum = 65535,
                Default = 1,
            }
        );
        Add(
            new ParameterDefinition(ParameterId.Reset, "reset", "Reset", "Reset")
            {
                Index = Count,
                Kind = ParameterKind.Trigger,
                IsInPresets = false,
            }
        );
        Add(new ParameterDefinition(ParameterId.Freeze, "freeze", "Freeze", "Freeze") { Index = Count, Kind = ParameterKind.Toggle });
        Add(
            new ParameterDefinition(ParameterId.FreezeLength, "freeze_length", "Freeze length", "FrzLen")
            {
                Index = Count,
                Kind = ParameterKind.Integer,
                Unit = ParameterUnit.Codes,
                Minimum = 1,
                Maximum = 128,
                Default = 8,
                Skew = 2,
            }
        );
        Add(
            new ParameterDefinition(ParameterId.Gain, "gain", "Gain", "Gain")
            {
                Index = Count,
                Unit = ParameterUnit.Decibels,
                Minimum = -60,
                Maximum = 12,
                Skew = 0.5,
                Decimals = 1,
                SmoothingMilliseconds = 20,
                MinimumText = "-inf dB",
            }
        );
        Add(
            new ParameterDefinition(ParameterId.Mode, "mode", "Mode", "Mode")
            {
                Index = Count,
                Kind = ParameterKind.Choice,
                Choices = ["free run", "notes"],
            }
        );
        Add(
            new ParameterDefinition(ParameterId.RootNote, "root_note", "Root note", "Root")
            {
                Index = Count,
                Kind = ParameterKind.Integer,
                Unit = ParameterUnit.Note,
                Maximum = 127,
                Default = 60,
            }
        );
        Add(
            new ParameterDefinition(ParameterId.BendRange, "bend_range", "Bend range", "Bend")
            {
                Index = Count,
                Kind = ParameterKind.Integer,
                Unit = ParameterUnit.Semitones,
                Maximum = 24,
                Default = 2,
            }
        );
        Add(
            // A tick of 512 samples at 22,050 Hz that is being generated and a little more than one that is played. It is how long a control of the
            // finest level takes to be heard.
            new ParameterDefinition(ParameterId.Buffer, "buffer", "Buffer", "Buffer")
            {
                Index = Count,
                Unit = ParameterUnit.Milliseconds,
                Minimum = 26,
                Maximum = 1000,
                Default = 52,
                Skew = 2,
                CanAutomate = false,
                IsInPresets = false,
            }
        );
        Add(
            new ParameterDefinition(ParameterId.Pitch, "pitch", "Pitch", "Pitch")
            {
                Index = Count,
                Unit = ParameterUnit.Semitones,
                Minimum = -24,
                Maximum = 24,
                Decimals = 2,
                SmoothingMilliseconds = 10,
            }
        );
        Add(
            new ParameterDefinition(ParameterId.Bypass, "bypass", "Bypass", "Bypass")
            {
                Index = Count,
                Kind = ParameterKind.Toggle,
                SmoothingMilliseconds = 10,
                IsInPresets = false,
            }
        );
        Add(
            new ParameterDefinition(ParameterId.LevelTemperatures, "level_temperatures", "Level temperatures", "LvlTemps")
            {
                Index = Count,
                Kind = ParameterKind.Choice,
                Choices = ["offset", "own"],
            }
        );
        AddTime(ParameterId.Attack, "attack", "Attack", 1000, 5);
        AddTime(ParameterId.Release, "release", "Release", 10_000, 120);
        Add(
            new ParameterDefinition(ParameterId.VelocityDepth, "velocity_depth", "Velocity depth", "VelDepth")
            {
                Index = Count,
                Unit = ParameterUnit.Percent,
                Maximum = 100,
                Default = 100,
            }
        );
    }

    private void AddTime(ParameterId id, string key, string name, float maximum, float value) =>
        Add(
            new ParameterDefinition(id, key, name, name)
            {
                Index = Count,
                Unit = ParameterUnit.Milliseconds,
                Minimum = 1,
                Maximum = maximum,
                Default = value,
                Skew = 3,
                Decimals = 1,
            }
        );

    private void AddLevels()
    {
        for (var slot = 0; slot < LevelSlots; slot++)
        {
            Add(
                new ParameterDefinition(
                    LevelTemperature(slot),
                    $"level_{slot + 1}_temperature",
                    $"Temperature {LevelName(slot)}",
                    $"Temp {slot + 1}"
                )
                {
                    Index = Count,
                    Maximum = MaximumTemperature,
                    Default = 1,
                    Decimals = 2,
                }
            );
        }

        for (var slot = 0; slot < LevelSlots; slot++)
        {
            Add(
                new ParameterDefinition(LevelTopK(slot), $"level_{slot + 1}_top_k", $"Top-k {LevelName(slot)}", $"Top-k {slot + 1}")
                {
                    Index = Count,
                    Kind = ParameterKind.Integer,
                    Unit = ParameterUnit.Codes,
                    Maximum = MaximumTopK,
                    Skew = 4,
                    MinimumText = "global",
                }
            );
        }
    }
}
