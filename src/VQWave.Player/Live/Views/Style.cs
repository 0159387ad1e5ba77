namespace VQWave.Player.Live.Views;

/// <summary>How a cell looks.</summary>
/// <param name="Foreground">The letter's colour, 0xRRGGBB.</param>
/// <param name="Background">The cell's colour, 0xRRGGBB.</param>
/// <param name="IsBold">Whether the letter is bold.</param>
/// <param name="IsReversed">Whether the cell is reversed where there are no colours; with colours it has no effect.</param>
internal readonly record struct Style(int Foreground, int Background = Stage.Black, bool IsBold = false, bool IsReversed = false)
{
    /// <summary>The same on another background.</summary>
    public Style On(int background) => this with { Background = background };
}
