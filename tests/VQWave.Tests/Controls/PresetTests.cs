using VQWave.Controls;
using VQWave.TestSupport;

namespace VQWave.Tests.Controls;

public class PresetTests
{
    [Fact]
    public void The_presets_that_come_along_are_many_distinct_and_within_their_ranges()
    {
        Assert.True(PresetBank.Factory.Count >= 8);
        Assert.Equal(Enumerable.Range(0, PresetBank.Factory.Count), PresetBank.Factory.Select(p => p.Program ?? -1));
        HashSet<string> sounds = [];
        foreach (var preset in PresetBank.Factory)
        {
            Assert.True(preset.IsFactory);
            foreach (var (id, value) in preset.Values)
            {
                var parameter = ParameterTable.Default[id];
                Assert.True(parameter.IsInPresets);
                Assert.Equal(value, parameter.Clamp(value));
            }

            ParameterValues values = new();
            preset.ApplyTo(values);
            Assert.True(
                sounds.Add(string.Join(' ', ParameterTable.Default.Parameters.Select(p => values[p.Id]))),
                $"{preset.Name} sounds like another"
            );
        }

        Assert.Equal(PresetBank.Factory.Count, PresetBank.Factory.Select(p => p.Name.ToUpperInvariant()).Distinct().Count());
    }

    [Fact]
    public void A_preset_sets_what_it_names_and_defaults_and_leaves_the_machine_alone()
    {
        ParameterValues values = new();
        values[ParameterId.Buffer] = 200;
        values[ParameterId.Bypass] = 1;
        values[ParameterId.Pitch] = 7;
        Preset preset = new()
        {
            Name = " Mine ",
            Values = new Dictionary<ParameterId, float> { [ParameterId.Temperature] = 0.5f },
        };
        preset.ApplyTo(values);
        Assert.Equal("Mine", preset.Name);
        Assert.Equal(
            (200f, 1f, 0f, 0.5f),
            (values[ParameterId.Buffer], values[ParameterId.Bypass], values[ParameterId.Pitch], values[ParameterId.Temperature])
        );
    }

    [Fact]
    public void Saved_presets_come_back_with_a_program_and_can_stand_for_others()
    {
        using TemporaryFolder folder = new();
        PresetBank bank = new(folder["presets"]);
        ParameterValues values = new();
        values[ParameterId.Temperature] = 1.37f;
        values[ParameterId.Seed] = 4711;
        values[ParameterId.Level3TopK] = 17;
        var saved = bank.Save(Preset.Capture("Grüße / aus: Köln", values));
        Assert.Equal(PresetBank.Factory.Count, saved.Program);

        PresetBank again = new(folder["presets"]);
        Assert.Empty(again.Problems);
        var found = again.Find("grüße / aus: köln")!;
        Assert.Same(found, again.FindProgram(saved.Program!.Value));
        ParameterValues restored = new();
        found.ApplyTo(restored);
        Assert.All(values.Table.Parameters, p => Assert.Equal(values[p.Id], restored[p.Id]));

        // The same name replaces, and keeps its program and its file.
        bank.Save(Preset.Capture("Grüße / aus: Köln", new ParameterValues()));
        Assert.Single(Directory.GetFiles(folder["presets"]));
        Assert.Equal(saved.Program, bank.Find("Grüße / aus: Köln")?.Program);
        // Other names that are the same in a file's name have files of their own.
        bank.Save(Preset.Capture("grusse aus koln", values) with { Program = 3 });
        bank.Save(Preset.Capture("gr  e aus k ln!", values));
        Assert.Equal(3, Directory.GetFiles(folder["presets"]).Length);
        Assert.Equal("grusse aus koln", bank.FindProgram(3)?.Name);
        Assert.True(bank.Delete("Grusse aus Koln"));
        Assert.Equal(PresetBank.Factory[3].Name, bank.FindProgram(3)?.Name);
        Assert.False(bank.Delete(PresetBank.Factory[3].Name));

        // A user's own version of one that came along.
        bank.Save(Preset.Capture(PresetBank.Factory[1].Name, values));
        Assert.False(bank.FindProgram(1)!.IsFactory);
        Assert.True(bank.Delete(PresetBank.Factory[1].Name));
        Assert.True(bank.FindProgram(1)!.IsFactory);
        Assert.Null(bank.FindProgram(128));
        Assert.Null(bank.FindProgram(-1));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"version\": 9, \"name\": \"x\"}")]
    [InlineData("{\"version\": 1}")]
    [InlineData("{\"version\": 1, \"name\": \"a\\nb\"}")]
    [InlineData("{\"version\": 1, \"name\": \"x\", \"program\": 128}")]
    [InlineData("{\"version\": 1, \"name\": \"x\", \"values\": {\"temperature\": \"hot\"}}")]
    public void A_damaged_preset_is_named_and_left_where_it_is(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["bad.json"], text);
        File.WriteAllText(folder["good.json"], """{"version": 1, "name": "Good", "values": {"temperature": 99, "flux": 1}}""");
        PresetBank bank = new(folder.Path);
        Assert.Equal(2, bank.Problems.Count);
        Assert.StartsWith(folder["bad.json"], bank.Problems[0], StringComparison.Ordinal);
        Assert.Contains("'flux'", bank.Problems[1], StringComparison.Ordinal);
        Assert.Equal(2f, bank.Find("good")!.Values[ParameterId.Temperature]);
        Assert.Equal(PresetBank.Factory.Count + 1, bank.Presets.Count);
        Assert.Equal(text, File.ReadAllText(folder["bad.json"]));
    }

    [Fact]
    public void A_preset_leaves_what_is_locked()
    {
        ParameterValues values = new();
        values[ParameterId.Seed] = 77;
        values.SetLocked(ParameterId.Seed, true);
        Assert.True(values.IsLocked(ParameterId.Seed));
        Preset preset = new()
        {
            Name = "Seeded",
            Values = new Dictionary<ParameterId, float> { [ParameterId.Seed] = 5, [ParameterId.Temperature] = 0.5f },
        };
        preset.ApplyTo(values);
        Assert.Equal((77f, 0.5f), (values[ParameterId.Seed], values[ParameterId.Temperature]));
        values.SetLocked(ParameterId.Seed, false);
        preset.ApplyTo(values);
        Assert.Equal(5f, values[ParameterId.Seed]);
    }

    [Fact]
    public void A_preset_is_renamed_in_its_file_and_keeps_its_program()
    {
        using TemporaryFolder folder = new();
        PresetBank bank = new(folder.Path);
        ParameterValues values = new();
        values[ParameterId.Temperature] = 0.25f;
        var saved = bank.Save(Preset.Capture("Evening", values));
        bank.Save(Preset.Capture("Other", values));
        var renamed = bank.Rename("evening", " Night ");
        Assert.Equal(("Night", saved.Program), (renamed.Name, renamed.Program));
        Assert.Equal(0.25f, renamed.Values[ParameterId.Temperature]);
        Assert.Null(bank.Find("Evening"));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
        // The case alone may change; another's name, a name that is none, and presets of VQWave may not be had.
        Assert.Equal("NIGHT", bank.Rename("Night", "NIGHT").Name);
        Assert.Contains("already", Assert.Throws<VQWaveException>(() => bank.Rename("Night", "Other")).Message);
        Assert.Throws<VQWaveException>(() => bank.Rename("Night", "  "));
        Assert.Contains("of your own", Assert.Throws<VQWaveException>(() => bank.Rename(PresetBank.Factory[0].Name, "Mine")).Message);
        Assert.NotNull(new PresetBank(folder.Path).Find("NIGHT"));
    }

    [Fact]
    public void A_bank_without_a_folder_refuses_in_a_sentence()
    {
        PresetBank bank = new();
        Assert.Contains(
            "'A'",
            Assert.Throws<VQWaveException>(() => bank.Save(new Preset { Name = "A" })).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<VQWaveException>(() => new Preset { Name = "  " });
        Assert.Throws<VQWaveException>(() => new Preset { Name = new string('x', 65) });
        Assert.Equal(PresetBank.Factory.Select(p => p.Name), bank.Presets.Select(p => p.Name));
    }

    [Fact]
    public void A_session_is_remembered()
    {
        using TemporaryFolder folder = new();
        var path = folder["session.json"];
        ParameterValues values = new();
        values[ParameterId.Gain] = -7.3f;
        values[ParameterId.Buffer] = 93;
        values[ParameterId.Bypass] = 1;
        var settings = new SessionSettings
        {
            Pack = "live",
            AudioHost = "JACK",
            AudioDevice = "system",
            SampleRate = 48000,
            BlockFrames = 256,
            MidiInputs = ["nanoKONTROL2", "Keystation"],
            MidiMap = "/somewhere/map.json",
            Preset = "Wanderer",
        }.WithValues(values);
        settings.Save(path);
        var loaded = SessionSettings.Load(path, out var problem);
        Assert.Null(problem);
        // Records compare lists by reference.
        Assert.Equal(settings with { MidiInputs = loaded.MidiInputs, Values = loaded.Values }, loaded);
        Assert.Equal(settings.MidiInputs, loaded.MidiInputs);
        ParameterValues restored = new();
        loaded.ApplyTo(restored);
        Assert.Equal((-7.3f, 93f, 0f), (restored[ParameterId.Gain], restored[ParameterId.Buffer], restored[ParameterId.Bypass]));
        Assert.Equal(new SessionSettings().Pack, SessionSettings.Load(folder["none.json"], out problem).Pack);
        Assert.Null(problem);
        foreach (
            var text in new[]
            {
                "oops",
                "{\"version\": 1, \"sample_rate\": 3}",
                "{\"version\": 1, \"midi_inputs\": [null]}",
                "{\"version\": 7}",
            }
        )
        {
            File.WriteAllText(path, text);
            Assert.Null(SessionSettings.Load(path, out problem).Pack);
            Assert.Contains("the defaults are used; the file is kept as session.json.damaged", problem, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, new byte[5 << 20]);
        Assert.NotNull(SessionSettings.Load(path, out problem));
        Assert.Contains("too many", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_one_sentence_and_leaves_nothing_behind()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "");
        Assert.StartsWith(
            folder["file/map.json"],
            Assert.Throws<VQWaveException>(() => new MidiMap().Save(folder["file/map.json"])).Message,
            StringComparison.Ordinal
        );
        Directory.CreateDirectory(folder["taken.json"]);
        Assert.Throws<VQWaveException>(() => new SessionSettings().Save(folder["taken.json"]));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [Fact]
    public void Folders_follow_each_system()
    {
        var linux = UserFolders.For(false, false, _ => null, "/home/a");
        Assert.Equal(("/home/a/.config/vqwave", "/home/a/.local/share/vqwave"), (linux.Configuration, linux.Data));
        Assert.Equal("/home/a/.cache/vqwave", linux.Cache);
        var xdg = UserFolders.For(false, false, n => n == "XDG_CONFIG_HOME" ? "/cfg" : "relative", "/home/a");
        Assert.Equal(("/cfg/vqwave", "/home/a/.local/share/vqwave"), (xdg.Configuration, xdg.Data));
        var mac = UserFolders.For(false, true, _ => "", "/Users/a");
        Assert.Equal("/Users/a/Library/Application Support/VQWave", mac.Data);
        Assert.Equal("/Users/a/Library/Caches/VQWave", mac.Cache);
        Assert.Equal("/cache/vqwave", UserFolders.For(false, false, n => n == "XDG_CACHE_HOME" ? "/cache" : null, "/home/a").Cache);
        var windows = UserFolders.For(true, false, n => n == "APPDATA" ? "/roaming" : null, "/u");
        Assert.Equal(
            (Path.Combine("/roaming", "VQWave"), Path.Combine("/u", "AppData", "Local", "VQWave")),
            (windows.Configuration, windows.Data)
        );
        Assert.Equal(Path.Combine("/u", "AppData", "Local", "VQWave", "Cache"), windows.Cache);
        Assert.Equal("/home/a/.config/vqwave/session.json", linux.SessionFile);
        Assert.Equal("/home/a/.config/vqwave/midi-map.json", linux.MidiMapFile);
        Assert.Equal("/home/a/.local/share/vqwave/presets", linux.Presets);
        // Where the pack locator looks.
        Assert.Equal("/home/a/.local/share/vqwave/models", linux.Models);
        Assert.True(Path.IsPathFullyQualified(UserFolders.FromEnvironment().Configuration));
    }
}
