using VQWave.Controls;

namespace VQWave.Tests.Controls;

public class ParameterTests
{
    public static TheoryData<ParameterId> Ids => [.. Enum.GetValues<ParameterId>()];

    private static ParameterTable Table => ParameterTable.Default;

    [Fact]
    public void Each_number_has_one_parameter_and_numbers_and_keys_never_change()
    {
        Assert.Equal(Enum.GetValues<ParameterId>().Order(), Table.Parameters.Select(p => p.Id).Order());
        Assert.Equal(Table.Count, Table.Parameters.Select(p => p.Key).Distinct().Count());
        Assert.Equal(Table.Count, Table.Parameters.Select(p => p.Name).Distinct().Count());
        Assert.All(Table.Parameters, p => Assert.Equal(p.Index, Table.IndexOf(p.Id)));
        Assert.All(Table.Parameters, p => Assert.Same(p, Table.FindKey(p.Key)));
        Assert.All(Table.Parameters, p => Assert.InRange(p.ShortName.Length, 1, 8));
        // What host projects and users' files hold: written out, so that a change is noticed.
        string[] stored =
        [
            "1 temperature 0 2 1",
            "2 top_k 0 1024 0",
            "3 detail 1 4 4",
            "4 seed 0 65535 1",
            "5 reset 0 1 0",
            "6 freeze 0 1 0",
            "7 freeze_length 1 128 8",
            "8 gain -60 12 0",
            "9 mode 0 1 0",
            "10 root_note 0 127 60",
            "11 bend_range 0 24 2",
            "12 buffer 26 1000 52",
            "13 pitch -24 24 0",
            "14 bypass 0 1 0",
            "15 level_temperatures 0 1 0",
            "16 attack 1 1000 5",
            "17 release 1 10000 120",
            "18 velocity_depth 0 100 100",
            "101 level_1_temperature 0 2 1",
            "102 level_2_temperature 0 2 1",
            "103 level_3_temperature 0 2 1",
            "104 level_4_temperature 0 2 1",
            "201 level_1_top_k 0 1024 0",
            "202 level_2_top_k 0 1024 0",
            "203 level_3_top_k 0 1024 0",
            "204 level_4_top_k 0 1024 0",
        ];
        Assert.Equal(stored, Table.Parameters.OrderBy(p => p.Id).Select(p => $"{(int)p.Id} {p.Key} {p.Minimum} {p.Maximum} {p.Default}"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_value_survives_normalising_and_text(ParameterId id)
    {
        var parameter = Table[id];
        var count = parameter.StepCount > 0 ? parameter.StepCount : 1000;
        var last = double.NegativeInfinity;
        for (var i = 0; i <= count; i++)
        {
            var plain = (float)(parameter.Minimum + ((double)i / count * ((double)parameter.Maximum - parameter.Minimum)));
            var normalised = parameter.ToNormalised(plain);
            Assert.InRange(normalised, 0, 1);
            Assert.True(normalised > last);
            last = normalised;
            var back = parameter.FromNormalised(normalised);
            Assert.Equal(plain, back, parameter.StepCount > 0 ? 0 : 1e-4f * (parameter.Maximum - parameter.Minimum));

            var text = parameter.Format(plain);
            Assert.True(parameter.TryParse(text, out var read), $"'{text}' of {parameter} is not read");
            var tolerance = parameter.Kind == ParameterKind.Continuous ? (0.5 * Math.Pow(10, -parameter.Decimals)) + 1e-3 : 0;
            Assert.Equal(plain, read, tolerance);
            Assert.Equal(text, parameter.Format(read));
            Assert.True(parameter.TryParse(text.ToUpperInvariant(), out _));
        }

        Assert.Equal(0, parameter.ToNormalised(parameter.Minimum));
        Assert.Equal(1, parameter.ToNormalised(parameter.Maximum));
        Assert.Equal(parameter.Minimum, parameter.FromNormalised(-3));
        Assert.Equal(parameter.Maximum, parameter.FromNormalised(2));
        Assert.Equal(parameter.Default, parameter.FromNormalised(double.NaN));
        Assert.Equal(parameter.Default, parameter.Clamp(parameter.Default));
        foreach (var nonsense in new[] { "", " ", "loud", "1 2", "1e99", "NaN", "--3", "9999999" })
        {
            Assert.False(parameter.TryParse(nonsense, out var value), $"'{nonsense}' is read as {value} of {parameter}");
        }
    }

    [Theory]
    [InlineData(ParameterId.Gain, -60f, "-inf dB")]
    [InlineData(ParameterId.Gain, 3f, "+3.0 dB")]
    [InlineData(ParameterId.Gain, -0.04f, "0.0 dB")]
    [InlineData(ParameterId.TopK, 0f, "all")]
    [InlineData(ParameterId.Level2TopK, 0f, "global")]
    [InlineData(ParameterId.TopK, 40f, "40")]
    [InlineData(ParameterId.RootNote, 60f, "C4")]
    [InlineData(ParameterId.RootNote, 0f, "C-1")]
    [InlineData(ParameterId.RootNote, 127f, "G9")]
    [InlineData(ParameterId.Detail, 2f, "128x")]
    [InlineData(ParameterId.Pitch, 7.5f, "+7.50 st")]
    [InlineData(ParameterId.Temperature, 0.85f, "0.85")]
    [InlineData(ParameterId.Mode, 1f, "notes")]
    [InlineData(ParameterId.Freeze, 1f, "on")]
    [InlineData(ParameterId.Buffer, 52f, "52 ms")]
    [InlineData(ParameterId.BendRange, 2f, "2 st")]
    [InlineData(ParameterId.VelocityDepth, 50f, "50 %")]
    public void Values_read_as_musicians_write_them(ParameterId id, float plain, string text) =>
        Assert.Equal(text, Table[id].Format(plain));

    [Theory]
    [InlineData(ParameterId.Gain, "-3", -3f)]
    [InlineData(ParameterId.Gain, "+2.5db", 2.5f)]
    [InlineData(ParameterId.Gain, "-inf", -60f)]
    [InlineData(ParameterId.RootNote, "A4", 69f)]
    [InlineData(ParameterId.RootNote, "bb3", 58f)]
    [InlineData(ParameterId.RootNote, "F#-1", 6f)]
    [InlineData(ParameterId.RootNote, "61", 61f)]
    [InlineData(ParameterId.Freeze, "Yes", 1f)]
    [InlineData(ParameterId.Buffer, " 100ms ", 100f)]
    [InlineData(ParameterId.Mode, "Free Run", 0f)]
    public void Text_is_read_as_users_type_it(ParameterId id, string text, float plain) => Assert.Equal(plain, Table[id].Parse(text));

    [Fact]
    public void A_refused_text_says_what_is_allowed()
    {
        var problem = Assert.Throws<VQWaveException>(() => Table[ParameterId.Gain].Parse("40"));
        Assert.Equal("'40' is no value of Gain: give -inf dB to +12.0 dB.", problem.Message);
        Assert.Contains(
            "free run, notes",
            Assert.Throws<VQWaveException>(() => Table[ParameterId.Mode].Parse("x")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<VQWaveException>(() => Table[ParameterId.RootNote].Parse("A9"));
    }

    [Fact]
    public void Packs_with_other_levels_keep_numbers_and_ranges_and_show_their_own_names()
    {
        var table = ParameterTable.For([256, 64, 16]);
        Assert.Equal("64x", table[ParameterId.Detail].Format(2));
        Assert.Equal("Temperature 256x", table[ParameterId.Level1Temperature].Name);
        Assert.Contains("unused", table[ParameterId.Level4Temperature].Name, StringComparison.Ordinal);
        Assert.Equal(
            Table.Parameters.Select(p => (p.Id, p.Key, p.Index, p.Minimum, p.Maximum, p.Default)),
            table.Parameters.Select(p => (p.Id, p.Key, p.Index, p.Minimum, p.Maximum, p.Default))
        );
        Assert.Same(Table, ParameterTable.For([512, 128, 32, 8]));
        Assert.Equal(ParameterId.Level4TopK, ParameterTable.LevelTopK(7));
        Assert.Equal(-1, Table.Find((ParameterId)99));
        Assert.Equal(-1, Table.Find((ParameterId)(-5)));
    }

    [Fact]
    public void Sound_is_derived_from_values()
    {
        Assert.Equal(0f, ParameterTable.GainFactor(-60));
        Assert.Equal(1f, ParameterTable.GainFactor(0));
        Assert.Equal(1.99526f, ParameterTable.GainFactor(6), 1e-4f);
        // 52 ms are 1146.6 samples, of which 512 are the tick that is generated.
        Assert.Equal(635, ParameterTable.RingDepth(52, 512, 22050));
        Assert.Equal(64, ParameterTable.RingDepth(1, 512, 22050));
        Assert.Equal(21538, ParameterTable.RingDepth(1000, 512, 22050));

        ParameterValues values = new();
        values[ParameterId.Temperature] = 0.8f;
        values[ParameterId.Level2Temperature] = 1.3f;
        Assert.Equal(1.1f, values.EffectiveTemperature(1), 1e-6f);
        Assert.Equal(0.8f, values.EffectiveTemperature(0));
        values[ParameterId.Temperature] = 2;
        Assert.Equal(2f, values.EffectiveTemperature(1));
        values[ParameterId.LevelTemperatures] = (float)LevelTemperatureMode.Own;
        Assert.Equal(1.3f, values.EffectiveTemperature(1));
        values[ParameterId.TopK] = 50;
        values[ParameterId.Level3TopK] = 7;
        Assert.Equal((50, 7), (values.EffectiveTopK(0), values.EffectiveTopK(2)));
    }
}
