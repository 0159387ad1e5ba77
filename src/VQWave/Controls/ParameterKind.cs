namespace VQWave.Controls;

/// <summary>What the values of a parameter are.</summary>
public enum ParameterKind
{
    /// <summary>Any number in the range.</summary>
    Continuous,

    /// <summary>Whole numbers in the range.</summary>
    Integer,

    /// <summary>0 (off) or 1 (on).</summary>
    Toggle,

    /// <summary>One of a list: whole numbers from the minimum on, each with a name.</summary>
    Choice,

    /// <summary>An event: it happens each time that the value goes from below one half to above, and its value means nothing else.</summary>
    Trigger,
}
