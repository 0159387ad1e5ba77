using System.Buffers.Binary;
using System.Text;
using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Plugin.Tests;

/// <summary>What projects keep.</summary>
public sealed class StateTests(PluginFixture fixture)
{
    private const uint Temperature = (uint)ParameterId.Temperature;

    [Fact]
    public void A_state_comes_back_as_it_was_in_processor_and_controller()
    {
        using var module = fixture.Load();
        var random = new Random(1);
        using var first = PluginFixture.Open(module);
        first.Activate();
        Dictionary<uint, double> set = [];
        foreach (var definition in ParameterTable.Default.Parameters.Where(p => p.Kind != ParameterKind.Trigger))
        {
            set[(uint)definition.Id] = definition.ToNormalised(definition.FromNormalised(random.NextDouble()));
            first.SetParameter((uint)definition.Id, set[(uint)definition.Id]);
        }

        var pack = first.FindParameter("Model pack")!;
        first.SetParameter(pack.Id, 1.0 / pack.StepCount);
        first.Flush();
        var state = first.SaveState();
        var text = Encoding.UTF8.GetString(state.Component.AsSpan(20));
        Assert.Contains("\"b-tiny\"", text, StringComparison.Ordinal);
        Assert.Contains("\"midi_map\"", text, StringComparison.Ordinal);

        using var second = PluginFixture.Open(module);
        Assert.True(second.LoadState(state));
        foreach (var (id, value) in set)
        {
            Assert.Equal(value, second.GetParameter(id), 1e-6);
        }

        Assert.Equal("b-tiny", second.GetParameterText(pack.Id, second.GetParameter(pack.Id)));
        Assert.Equal("ready", StatusAfterWork(second));
        // The processor's values are those that the controller shows.
        Assert.Equal(state.Component, second.SaveState().Component);
    }

    [Fact]
    public void A_missing_pack_leaves_the_project_as_it_was_and_the_first_pack_plays()
    {
        using var module = fixture.Load();
        using var first = PluginFixture.Open(module);
        first.Activate();
        first.SetParameter(Temperature, 0.25);
        first.Flush();
        var state = Change(
            first.SaveState(),
            s =>
                s.Replace("\"a-tiny\"", "\"gone\"", StringComparison.Ordinal)
                    .Replace(HashIn(s), new string('0', 64), StringComparison.Ordinal)
        );
        using var second = PluginFixture.Open(module);
        Assert.True(second.LoadState(state));
        Assert.Equal("project's pack missing: install it", Status(second));
        Assert.Equal("project's pack missing: install it", StatusAfterWork(second));
        Assert.Equal(0.25, second.GetParameter(Temperature), 1e-6);
        Assert.Equal(state.Component, second.SaveState().Component);
        // What is changed is kept, and so is the pack's name, until another is chosen.
        second.SetParameter(Temperature, 0.75);
        second.Process(64);
        var changed = Encoding.UTF8.GetString(second.SaveState().Component.AsSpan(20));
        Assert.Contains("\"gone\"", changed, StringComparison.Ordinal);
        var pack = second.FindParameter("Model pack")!;
        second.SetParameter(pack.Id, 1.0 / pack.StepCount);
        Assert.Equal("ready", StatusAfterWork(second));
        Assert.DoesNotContain("gone", Encoding.UTF8.GetString(second.SaveState().Component), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pack_of_the_same_name_that_is_another_plays_and_says_so()
    {
        using var module = fixture.Load();
        using var first = PluginFixture.Open(module);
        first.Activate();
        first.Flush();
        var state = Change(first.SaveState(), s => s.Replace(HashIn(s), new string('0', 64), StringComparison.Ordinal));
        using var second = PluginFixture.Open(module);
        Assert.True(second.LoadState(state));
        Assert.Equal("pack differs from the project's", StatusAfterWork(second));
        Assert.Equal(state.Component, second.SaveState().Component);
    }

    [Fact]
    public void A_newer_state_gives_defaults_and_is_saved_as_it_came()
    {
        using var module = fixture.Load();
        using var first = PluginFixture.Open(module);
        first.Activate();
        first.SetParameter(Temperature, 0.25);
        first.Flush();
        var newer = first.SaveState().Component;
        BinaryPrimitives.WriteInt32LittleEndian(newer.AsSpan(8), 2);
        Unreadable(module, newer, "state of a newer VQWave: defaults");
    }

    [Fact]
    public void A_damaged_state_gives_defaults_and_is_saved_as_it_came()
    {
        using var module = fixture.Load();
        Unreadable(module, Encoding.UTF8.GetBytes("what some other program wrote"), "project's state damaged: defaults");
    }

    [Fact]
    public void Thousands_of_damaged_states_crash_nothing_and_are_never_half_read()
    {
        using var module = fixture.Load();
        using var source = PluginFixture.Open(module);
        source.Activate();
        source.SetParameter(Temperature, 0.25);
        source.Flush();
        var good = source.SaveState().Component;
        using var plugin = module.CreatePlugin();
        var random = new Random(77);
        var damaged = 0;
        for (var i = 0; i < 6000; i++)
        {
            var bytes = (i % 3) switch
            {
                0 => good[..random.Next(good.Length)],
                1 => Flip(good, random),
                _ => RandomBytes(random, good),
            };
            var taken = plugin.LoadState(new Vst3PluginState(bytes, []));
            Assert.Equal(bytes.Length > 0, taken);
            if (taken)
            {
                Assert.Equal(0.5, plugin.GetParameter(Temperature), 1e-6);
                Assert.Equal(bytes, plugin.SaveState().Component);
                damaged++;
            }
        }

        Assert.True(damaged > 5900);
        Assert.True(plugin.LoadState(new Vst3PluginState(good, [])));
        Assert.Equal(0.25, plugin.GetParameter(Temperature), 1e-6);
    }

    [Fact]
    public void States_that_are_whole_but_say_nonsense_are_damaged()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        string[] payloads =
        [
            "{}",
            "[]",
            "null",
            "{\"values\":{\"temperature\":\"hot\"},\"pack\":{\"name\":\"\",\"hash\":\"\"},\"program\":0}",
            "{\"values\":{\"temperature\":1e999},\"pack\":{\"name\":1,\"hash\":\"\"},\"program\":0}",
            "{\"values\":{},\"pack\":{\"name\":\"\",\"hash\":\"\"},\"program\":1.5}",
            "{\"values\":{},\"pack\":{\"name\":\"\",\"hash\":\"\"},\"program\":0,\"midi_map\":{\"version\":99}}",
            "{\"values\":{},\"pack\":{\"name\":\"\",\"hash\":\"\"},\"program\":0,\"unread\":\"?\"}",
            new string('[', 100_000),
        ];
        foreach (var payload in payloads)
        {
            Assert.True(plugin.LoadState(new Vst3PluginState(Envelope(Encoding.UTF8.GetBytes(payload)), [])));
            Assert.Equal("project's state damaged: defaults", Status(plugin));
        }

        var fine = "{\"values\":{\"temperature\":-7,\"to_come\":3},\"pack\":{\"name\":\"\",\"hash\":\"\"},\"program\":99}";
        Assert.True(plugin.LoadState(new Vst3PluginState(Envelope(Encoding.UTF8.GetBytes(fine)), [])));
        Assert.Equal(0, plugin.GetParameter(Temperature));
    }

    private static void Unreadable(Vst3Module module, byte[] bytes, string status)
    {
        using var plugin = PluginFixture.Open(module);
        plugin.Activate();
        plugin.SetParameter(Temperature, 0.9);
        plugin.Flush();
        Assert.True(plugin.LoadState(new Vst3PluginState(bytes, [])));
        Assert.Equal(status, Status(plugin));
        Assert.Equal(status, StatusAfterWork(plugin));
        Assert.Equal(0.5, plugin.GetParameter(Temperature), 1e-6);
        Assert.Equal(bytes, plugin.SaveState().Component);
        // Once something is changed, the new state carries the old one.
        plugin.SetParameter(Temperature, 0.75);
        plugin.Process(64);
        var changed = plugin.SaveState();
        Assert.NotEqual(bytes, changed.Component);
        Assert.Contains(
            Convert.ToBase64String(bytes),
            Encoding.UTF8.GetString(changed.Component).Replace("\\u002B", "+", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        using var other = PluginFixture.Open(module);
        Assert.True(other.LoadState(changed));
        Assert.Equal(0.75, other.GetParameter(Temperature), 1e-6);
        Assert.Equal(changed.Component, other.SaveState().Component);
    }

    private static string Status(Vst3Plugin plugin)
    {
        var id = plugin.FindParameter("Status")!.Id;
        return plugin.GetParameterText(id, plugin.GetParameter(id));
    }

    private static string StatusAfterWork(Vst3Plugin plugin)
    {
        if (!plugin.IsActive)
        {
            plugin.Activate();
        }

        Assert.Equal(Vst3Result.Ok, plugin.Process(64));
        plugin.Pump();
        return Status(plugin);
    }

    private static string HashIn(string payload)
    {
        var at = payload.IndexOf("\"hash\":\"", StringComparison.Ordinal) + 8;
        return payload.Substring(at, 64);
    }

    private static Vst3PluginState Change(Vst3PluginState state, Func<string, string> change) =>
        state with
        {
            Component = Envelope(Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(state.Component.AsSpan(20))))),
        };

    // The format, written a second time.
    internal static byte[] Envelope(byte[] payload)
    {
        var bytes = new byte[20 + payload.Length];
        "VQWVST3\0"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), payload.Length);
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var c = i;
            for (var k = 0; k < 8; k++)
            {
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            }

            table[i] = c;
        }

        var crc = payload.Aggregate(0xFFFFFFFFu, (value, b) => table[(value ^ b) & 0xFF] ^ (value >> 8)) ^ 0xFFFFFFFFu;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), crc);
        payload.CopyTo(bytes, 20);
        return bytes;
    }

    private static byte[] Flip(byte[] good, Random random)
    {
        var bytes = (byte[])good.Clone();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        // Two flips of one bit are none.
        return bytes.AsSpan().SequenceEqual(good) ? good[..^1] : bytes;
    }

    private static byte[] RandomBytes(Random random, byte[] good)
    {
        var bytes = new byte[random.Next(1, 4000)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0)
        {
            good.AsSpan(0, Math.Min(20, bytes.Length)).CopyTo(bytes);
        }

        return bytes;
    }
}
