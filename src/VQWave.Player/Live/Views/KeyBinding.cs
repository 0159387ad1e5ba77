namespace VQWave.Player.Live.Views;

/// <summary>What keys do, and what the help says of them.</summary>
/// <param name="Group">The heading in the help.</param>
/// <param name="Help">What it does, in a few words.</param>
/// <param name="Act">Does it; the number is the chord's place among <paramref name="Chords"/>.</param>
/// <param name="Chords">The keys; any of them does.</param>
internal sealed record KeyBinding(KeyGroup Group, string Help, Action<TerminalController, int> Act, params KeyChord[] Chords)
{
    /// <summary>The keys as the help writes them.</summary>
    public string Label { get; } = string.Join(' ', Chords.Select(c => c.Label));

    /// <summary>Which of the keys was pressed; −1 for none.</summary>
    public int Match(in ConsoleKeyInfo press)
    {
        for (var i = 0; i < Chords.Length; i++)
        {
            if (Chords[i].Matches(press))
            {
                return i;
            }
        }

        return -1;
    }
}
