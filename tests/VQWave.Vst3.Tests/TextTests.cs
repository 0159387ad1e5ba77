using VQWave.Vst3.Interop;

namespace VQWave.Vst3.Tests;

public sealed unsafe class TextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData("abcdefgh", "abcdefg")]
    [InlineData("abcdef🎹", "abcdef")]
    [InlineData("abcde🎹", "abcde🎹")]
    [InlineData(null, "")]
    public void Wide_texts_are_cut_at_a_character_and_end_with_zero(string? text, string expected)
    {
        char* units = stackalloc char[9];
        new Span<char>(units, 9).Fill('x');
        NativeText.Write(units, 8, text);
        Assert.Equal(expected, NativeText.Read(units, 8));
        Assert.Equal('\0', units[7]);
        Assert.Equal('x', units[8]);
    }

    [Theory]
    [InlineData("abcdefgh", "abcdefg")]
    [InlineData("abcdefä", "abcdef")]
    [InlineData("abcdeä", "abcdeä")]
    [InlineData(null, "")]
    public void Narrow_texts_are_cut_at_a_character_and_end_with_zero(string? text, string expected)
    {
        byte* bytes = stackalloc byte[9];
        new Span<byte>(bytes, 9).Fill(255);
        NativeText.Write(bytes, 8, text);
        Assert.Equal(expected, NativeText.Read(bytes, 8));
        Assert.Equal(0, bytes[7]);
        Assert.Equal(255, bytes[8]);
    }

    [Fact]
    public void Parameters_keep_their_range_and_texts()
    {
        var range = new Vst3RangeParameter(1, "Level", -60, 6, 0, 1) { Units = "dB" };
        Assert.Equal("-27.0", range.ToText(0.5));
        Assert.True(range.TryParse(" 6 dB ", out double top));
        Assert.Equal(1, top);
        Assert.True(range.TryParse("99", out double above));
        Assert.Equal(1, above);
        Assert.False(range.TryParse("NaN", out _));
        range.Normalized = double.NaN;
        Assert.Equal(range.DefaultNormalized, range.Normalized);
        range.Normalized = 7;
        Assert.Equal(1, range.Normalized);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vst3RangeParameter(1, "Empty", 1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vst3Parameter(1, "Odd", double.NaN));
        var list = new Vst3ListParameter(2, "Mode", ["a", "b", "c"], 1);
        Assert.Equal(0.5, list.DefaultNormalized);
        Assert.Equal([0, 0, 1, 1, 2, 2], new[] { 0, 0.33, 0.34, 0.66, 0.67, 1.0 }.Select(list.ToIndex));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(list.TryParse(list.Names[i], out double value));
            Assert.Equal(i, list.ToIndex(value));
        }
    }
}
