namespace VQWave.Controls;

/// <summary>
/// The numbers of the parameters. They are stored in host projects and never change their meaning; a number that is given up is not used again.
/// </summary>
public enum ParameterId
{
    /// <summary>Temperature of all levels.</summary>
    Temperature = 1,

    /// <summary>Top-k of all levels.</summary>
    TopK = 2,

    /// <summary>The finest level that is generated.</summary>
    Detail = 3,

    /// <summary>The seed.</summary>
    Seed = 4,

    /// <summary>Starts again from the seed.</summary>
    Reset = 5,

    /// <summary>Loops the last coarsest codes.</summary>
    Freeze = 6,

    /// <summary>How many coarsest codes are looped.</summary>
    FreezeLength = 7,

    /// <summary>Output gain.</summary>
    Gain = 8,

    /// <summary>Free run or notes.</summary>
    Mode = 9,

    /// <summary>The note that plays at the model's own pitch.</summary>
    RootNote = 10,

    /// <summary>Semitones at the ends of the bend wheel.</summary>
    BendRange = 11,

    /// <summary>How far ahead the engine generates.</summary>
    Buffer = 12,

    /// <summary>Transposition of the sound.</summary>
    Pitch = 13,

    /// <summary>Silences the instrument.</summary>
    Bypass = 14,

    /// <summary>Whether the levels' temperatures are relative to the global one.</summary>
    LevelTemperatures = 15,

    /// <summary>Time that a note takes to full gain.</summary>
    Attack = 16,

    /// <summary>Time that a note takes to silence.</summary>
    Release = 17,

    /// <summary>How much velocity changes the gain.</summary>
    VelocityDepth = 18,

    /// <summary>Temperature of the coarsest level.</summary>
    Level1Temperature = 101,

    /// <summary>Temperature of the second level.</summary>
    Level2Temperature = 102,

    /// <summary>Temperature of the third level.</summary>
    Level3Temperature = 103,

    /// <summary>Temperature of the fourth level.</summary>
    Level4Temperature = 104,

    /// <summary>Top-k of the coarsest level.</summary>
    Level1TopK = 201,

    /// <summary>Top-k of the second level.</summary>
    Level2TopK = 202,

    /// <summary>Top-k of the third level.</summary>
    Level3TopK = 203,

    /// <summary>Top-k of the fourth level.</summary>
    Level4TopK = 204,
}
