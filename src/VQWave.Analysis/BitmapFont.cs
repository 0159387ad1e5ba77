namespace VQWave.Analysis;

/// <summary>A font of 5 × 7 dots for the printable ASCII characters.</summary>
internal static class BitmapFont
{
    public const int Width = 5;
    public const int Height = 7;

    /// <summary>From one character to the next, in dots.</summary>
    public const int Advance = 6;

    // Seven digits of base 32 (0-9, A-V) a character from ' ' to '~': one a row from the top, the highest bit at the left.
    private const string Rows =
        "0000000"
        + "4444404"
        + "AAA0000"
        + "AAVAVAA"
        + "4FKE5U4"
        + "OP248J3"
        + "CIK8LID"
        + "4480000"
        + "2488842"
        + "8422248"
        + "04LEL40"
        + "044V440"
        + "0000C48"
        + "000V000"
        + "00000CC"
        + "01248G0"
        + "EHJLPHE"
        + "4C4444E"
        + "EH1248V"
        + "V2421HE"
        + "26AIV22"
        + "VGU11HE"
        + "68GUHHE"
        + "V124888"
        + "EHHEHHE"
        + "EHHF12C"
        + "0CC0CC0"
        + "0CC0C48"
        + "248G842"
        + "00V0V00"
        + "8421248"
        + "EH12404"
        + "EH1DLLE"
        + "EHHVHHH"
        + "UHHUHHU"
        + "EHGGGHE"
        + "SIHHHIS"
        + "VGGUGGV"
        + "VGGUGGG"
        + "EHGNHHF"
        + "HHHVHHH"
        + "E44444E"
        + "72222IC"
        + "HIKOKIH"
        + "GGGGGGV"
        + "HRLLHHH"
        + "HHPLJHH"
        + "EHHHHHE"
        + "UHHUGGG"
        + "EHHHLID"
        + "UHHUKIH"
        + "FGGE11U"
        + "V444444"
        + "HHHHHHE"
        + "HHHHHA4"
        + "HHHLLLA"
        + "HHA4AHH"
        + "HHHA444"
        + "V1248GV"
        + "E88888E"
        + "0G84210"
        + "E22222E"
        + "4AH0000"
        + "000000V"
        + "8420000"
        + "00E1FHF"
        + "GGMPHHU"
        + "00EGGHE"
        + "11DJHHF"
        + "00EHVGE"
        + "698S888"
        + "FHHHF1E"
        + "GGMPHHH"
        + "40C444E"
        + "20622IC"
        + "GGIKOKI"
        + "C44444E"
        + "00QLLHH"
        + "00MPHHH"
        + "00EHHHE"
        + "UHHHUGG"
        + "DJHHF11"
        + "00MPGGG"
        + "00FGE1U"
        + "88S8896"
        + "00HHHJD"
        + "00HHHA4"
        + "00HHLLA"
        + "00HA4AH"
        + "HHHHF1E"
        + "00V248V"
        + "2448442"
        + "4444444"
        + "8442448"
        + "008L200";

    /// <summary>The dots of one row of a character; what is not ASCII shows as a question mark, a dash as a hyphen.</summary>
    public static int Row(char character, int row)
    {
        char shown = character switch
        {
            '−' or '–' or '—' => '-',
            '×' => 'x',
            '’' => '\'',
            < ' ' or > '~' => '?',
            _ => character,
        };
        char digit = Rows[((shown - ' ') * Height) + row];
        return digit <= '9' ? digit - '0' : digit - 'A' + 10;
    }

    /// <summary>How many dots a character hangs below the line; its rows begin that much lower.</summary>
    public static int Descent(char character) => character is 'g' or 'p' or 'q' or 'y' ? 2 : 0;

    /// <summary>The width of a text in dots.</summary>
    public static int Measure(string text) => text.Length == 0 ? 0 : (text.Length * Advance) - 1;
}
