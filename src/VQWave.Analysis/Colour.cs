namespace VQWave.Analysis;

/// <summary>An sRGB colour.</summary>
internal readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    // Night blue over violet, red and orange to cream; luminance rises all the way, so that the map also reads in grey.
    private static readonly Colour[] Heat =
    [
        new(8, 8, 24),
        new(38, 26, 92),
        new(98, 32, 126),
        new(164, 46, 114),
        new(216, 78, 80),
        new(244, 134, 54),
        new(252, 196, 88),
        new(255, 250, 215),
    ];

    /// <summary>A colour for a value from 0, dark, to 1, bright.</summary>
    public static Colour OfHeat(double value)
    {
        double place = Math.Clamp(value, 0, 1) * (Heat.Length - 1);
        int index = Math.Min((int)place, Heat.Length - 2);
        double share = place - index;
        Colour a = Heat[index];
        Colour b = Heat[index + 1];
        return new Colour(
            (byte)Math.Round(a.Red + ((b.Red - a.Red) * share)),
            (byte)Math.Round(a.Green + ((b.Green - a.Green) * share)),
            (byte)Math.Round(a.Blue + ((b.Blue - a.Blue) * share))
        );
    }
}
