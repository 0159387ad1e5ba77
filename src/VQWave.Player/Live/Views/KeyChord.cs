namespace VQWave.Player.Live.Views;

/// <summary>A key or letter to press.</summary>
/// <param name="Letter">The letter, where it is one; case counts.</param>
/// <param name="Key">The key, where it has no letter.</param>
/// <param name="Modifiers">What is held with a key.</param>
/// <param name="Label">How the help writes it.</param>
internal readonly record struct KeyChord(char Letter, ConsoleKey Key, ConsoleModifiers Modifiers, string Label)
{
    /// <summary>A letter, digit or sign.</summary>
    public static KeyChord Of(char letter) => new(letter, default, default, letter == ' ' ? "Space" : letter.ToString());

    /// <summary>A key without a letter.</summary>
    public static KeyChord Of(ConsoleKey key, string label, ConsoleModifiers modifiers = ConsoleModifiers.None) =>
        new('\0', key, modifiers, label);

    /// <summary>Whether a key press is this.</summary>
    public bool Matches(in ConsoleKeyInfo press)
    {
        if (Letter != '\0')
        {
            return press.KeyChar == Letter
                && (press.Modifiers & (ConsoleModifiers.Control | ConsoleModifiers.Alt)) == ConsoleModifiers.None;
        }

        return press.Key == Key && press.Modifiers == Modifiers;
    }
}
