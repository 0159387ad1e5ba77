namespace VQWave.Controls;

/// <summary>The presets that come with VQWave, by their program numbers.</summary>
/// <remarks>
/// They say what each level is for: the coarsest writes the form (phrases, chords), the middle ones the notes and their attacks, the finest the
/// timbre. High temperature where form is made wanders; where timbre is made it adds breath and noise.
/// </remarks>
internal static class FactoryPresets
{
    internal static IReadOnlyList<Preset> All { get; } =
    [
        Make(0, "As Learned"),
        // The likelier half of every choice: familiar phrases, a clean surface.
        Make(1, "Steady Hand", (ParameterId.Temperature, 0.75f), (ParameterId.TopK, 128)),
        // Bold form, careful detail: it goes where the corpus never went, and sounds well on the way.
        Make(
            2,
            "Wanderer",
            (ParameterId.Level1Temperature, 1.35f),
            (ParameterId.Level2Temperature, 1.1f),
            (ParameterId.Level3Temperature, 0.85f),
            (ParameterId.Level4Temperature, 0.8f),
            (ParameterId.Level4TopK, 256)
        ),
        // The other way round: a calm form under a grainy surface.
        Make(
            3,
            "Worn Tape",
            (ParameterId.Level1Temperature, 0.7f),
            (ParameterId.Level1TopK, 32),
            (ParameterId.Level3Temperature, 1.2f),
            (ParameterId.Level4Temperature, 1.35f)
        ),
        // The likeliest code always: it falls into loops, which is what one wants of it.
        Make(4, "Clockwork", (ParameterId.Temperature, 0)),
        // About three quarters of a second, the surface re-imagined at each turn.
        Make(5, "Turning Loop", (ParameterId.Freeze, 1), (ParameterId.FreezeLength, 32), (ParameterId.Level4Temperature, 1.1f)),
        // One short grain held: a drone that breathes.
        Make(
            6,
            "Held Breath",
            (ParameterId.Freeze, 1),
            (ParameterId.FreezeLength, 3),
            (ParameterId.Level2Temperature, 1.2f),
            (ParameterId.Level3Temperature, 1.15f),
            (ParameterId.Attack, 400),
            (ParameterId.Release, 1500)
        ),
        // The second level's decoder: the music through a wall.
        Make(7, "Next Door", (ParameterId.Detail, 2), (ParameterId.Temperature, 0.9f)),
        // An octave down, and slower: what the fine levels do becomes audible.
        Make(8, "Half Speed", (ParameterId.Pitch, -12), (ParameterId.Temperature, 0.95f)),
        // Few choices, evenly drawn: the same handful of sounds in ever new order.
        Make(9, "Dice", (ParameterId.Temperature, 1.8f), (ParameterId.TopK, 6)),
        Make(10, "Storm", (ParameterId.Temperature, 1.6f), (ParameterId.Gain, -3)),
        // A phrase on each key, tight.
        Make(
            11,
            "Phrase Keys",
            (ParameterId.Mode, (float)PlayMode.Notes),
            (ParameterId.Temperature, 0.9f),
            (ParameterId.Attack, 3),
            (ParameterId.Release, 150)
        ),
        // A frozen chord on the keys, with slow edges.
        Make(
            12,
            "Choir Keys",
            (ParameterId.Mode, (float)PlayMode.Notes),
            (ParameterId.Freeze, 1),
            (ParameterId.FreezeLength, 6),
            (ParameterId.Temperature, 0.85f),
            (ParameterId.Attack, 250),
            (ParameterId.Release, 1200),
            (ParameterId.VelocityDepth, 60)
        ),
    ];

    private static Preset Make(int program, string name, params (ParameterId Id, float Value)[] values) =>
        new()
        {
            Name = name,
            Program = program,
            IsFactory = true,
            Values = values.ToDictionary(v => v.Id, v => v.Value),
        };
}
