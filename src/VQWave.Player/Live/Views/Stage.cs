namespace VQWave.Player.Live.Views;

/// <summary>The colours of the terminal view: for a dark stage, a black ground and text of high contrast.</summary>
internal static class Stage
{
    public const int Black = 0x000000;
    public const int Track = 0x262B33;
    public const int Rail = 0x4A5360;
    public const int Bar = 0x10141A;
    public const int White = 0xF4F6F8;
    public const int Text = 0xC9D1D9;
    public const int Quiet = 0x8B96A3;
    public const int Amber = 0xFFB454;
    public const int Green = 0x4CD07D;
    public const int Red = 0xFF4D4F;
    public const int DeepRed = 0xB00020;
    public const int Cyan = 0x59C2FF;
    public const int Violet = 0xC792EA;

    private const int CodeColours = 256;

    public static readonly Style Plain = new(Text);
    public static readonly Style Strong = new(White, IsBold: true);
    public static readonly Style Label = new(Quiet);
    public static readonly Style Selected = new(Black, Amber, IsBold: true, IsReversed: true);
    public static readonly Style Warning = new(Amber, IsBold: true);
    public static readonly Style Problem = new(Red, IsBold: true);
    public static readonly Style Alarm = new(White, DeepRed, IsBold: true, IsReversed: true);
    public static readonly Style Title = new(White, Bar, IsBold: true);
    public static readonly Style TitleQuiet = new(Quiet, Bar);
    public static readonly Style Flag = new(Black, Cyan, IsBold: true, IsReversed: true);
    public static readonly Style Key = new(Amber, IsBold: true);

    // Hues a golden angle apart: codes next to each other in the codebook look different; three lightnesses.
    private static readonly int[] Codes =
    [
        .. Enumerable.Range(0, CodeColours).Select(i => FromHsl(i * 0.618034 % 1, 0.62, 0.42 + (0.12 * (i % 3)))),
    ];

    /// <summary>The colour of a code: the same in every frame and pack.</summary>
    public static int Code(int code) => Codes[code & (CodeColours - 1)];

    /// <summary>The nearest of xterm's 256 colours: of its cube of 6 × 6 × 6 or its 24 greys.</summary>
    public static int Indexed(int rgb)
    {
        int r = (rgb >> 16) & 0xFF,
            g = (rgb >> 8) & 0xFF,
            b = rgb & 0xFF;
        int cr = CubeStep(r),
            cg = CubeStep(g),
            cb = CubeStep(b);
        var cube = Distance(r, g, b, CubeLevel(cr), CubeLevel(cg), CubeLevel(cb));
        var grey = Math.Clamp(((((r + g + b) / 3) - 8) + 5) / 10, 0, 23);
        var level = 8 + (10 * grey);
        return Distance(r, g, b, level, level, level) < cube ? 232 + grey : 16 + (36 * cr) + (6 * cg) + cb;
    }

    /// <summary>What the environment says of the terminal's colours.</summary>
    /// <param name="variable">Gives a variable of the environment, or null.</param>
    public static ColorDepth Detect(Func<string, string?> variable)
    {
        if (variable("NO_COLOR") is { Length: > 0 } || variable("TERM") is "dumb")
        {
            return ColorDepth.None;
        }

        // Windows Terminal sets WT_SESSION and shows 24 bits.
        return variable("COLORTERM") is "truecolor" or "24bit" || variable("WT_SESSION") is { Length: > 0 }
            ? ColorDepth.True
            : ColorDepth.Indexed;
    }

    private static int CubeStep(int value) =>
        value < 48 ? 0
        : value < 115 ? 1
        : (value - 35) / 40;

    private static int CubeLevel(int step) => step == 0 ? 0 : 55 + (40 * step);

    private static int Distance(int r, int g, int b, int r2, int g2, int b2) =>
        ((r - r2) * (r - r2)) + ((g - g2) * (g - g2)) + ((b - b2) * (b - b2));

    private static int FromHsl(double hue, double saturation, double lightness)
    {
        var chroma = saturation * Math.Min(lightness, 1 - lightness);
        int Channel(double n)
        {
            var k = (n + (hue * 12)) % 12;
            return (int)Math.Round(255 * (lightness - (chroma * Math.Max(-1, Math.Min(Math.Min(k - 3, 9 - k), 1)))));
        }

        return (Channel(0) << 16) | (Channel(8) << 8) | Channel(4);
    }
}
