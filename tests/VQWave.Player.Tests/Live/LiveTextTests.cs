using VQWave.Controls;
using VQWave.Player.Live.Views;

namespace VQWave.Player.Tests.Live;

public class LiveTextTests
{
    [Fact]
    public void Values_read_as_the_table_writes_them()
    {
        LineText line = new();
        foreach (var definition in ParameterTable.Default.Parameters)
        {
            for (var i = -10; i <= 1010; i++)
            {
                var value = definition.Minimum + ((definition.Maximum - definition.Minimum) * i / 1000);
                Assert.Equal(definition.Format(value), line.Clear().AddValue(definition, value).ToString());
            }

            foreach (var value in new[] { 0f, -0.001f, 0.001f, -0.04f, 0.05f, float.NaN, definition.Default })
            {
                Assert.Equal(definition.Format(value), line.Clear().AddValue(definition, value).ToString());
            }
        }
    }

    [Fact]
    public void Messages_read_as_MIDI_writes_them()
    {
        LineText line = new();
        for (var status = 0; status < 256; status++)
        {
            foreach (var (data1, data2) in new[] { (0, 0), (60, 0), (60, 100), (127, 127) })
            {
                MidiMessage message = new((byte)status, (byte)data1, (byte)data2);
                Assert.Equal(message.ToString(), line.Clear().AddMidi(message).ToString());
            }
        }
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(59.99, "0:59")]
    [InlineData(754, "12:34")]
    [InlineData(36_061, "10:01:01")]
    [InlineData(-1, "0:00")]
    [InlineData(double.NaN, "0:00")]
    public void Times_read_as_on_a_clock(double seconds, string expected) =>
        Assert.Equal(expected, new LineText().AddTime(seconds).ToString());

    [Theory]
    [InlineData(1, "0.0")]
    [InlineData(0.5, "-6.0")]
    [InlineData(0, "-inf")]
    [InlineData(double.NaN, "-inf")]
    public void Levels_read_in_decibels(double level, string expected) =>
        Assert.Equal(expected, new LineText().AddDecibels(level).ToString());

    [Theory]
    [InlineData(0.5, "+0.50")]
    [InlineData(-0.5, "-0.50")]
    [InlineData(-0.001, "0.00")]
    [InlineData(0.001, "0.00")]
    public void Differences_have_a_sign(double value, string expected) =>
        Assert.Equal(expected, new LineText().AddSigned(value, "F2").ToString());

    [Fact]
    public void A_line_takes_aligned_values_and_grows()
    {
        LineText line = new();
        line.Write($"[{12, 5}|{12, -5}|{1.25, 6:F1}|{"ab", 4}|{'x'}]");
        Assert.Equal("[   12|12   |   1.2|  ab|x]", line.ToString());
        line.Clear().Add('a', 5000).RemoveLast();
        Assert.Equal(4999, line.Length);
        line.Clear().Add("a🎹").RemoveLast();
        Assert.Equal("a", line.ToString());
    }
}
