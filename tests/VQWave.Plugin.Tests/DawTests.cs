using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using VQWave.TestSupport;

namespace VQWave.Plugin.Tests;

/// <summary>The bundle in Ardour, without a screen: scanned, in a session with a MIDI region and automation, exported.</summary>
public sealed class DawTests(PluginFixture fixture) : IDisposable
{
    private const string Ardour = "/usr/lib/ardour7";
    private const int Rate = 48_000;
    private const int Note = 67;
    private const double NoteStart = 1;
    private const double NoteEnd = 2.5;
    private const double Seconds = 4;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Ardour_exports_the_same_twice_and_the_note_at_its_time_and_pitch()
    {
        Assert.SkipWhen(fixture.Bundle.Length == 0, "bin/VQWave.vst3 is not built: make plugin");
        Assert.SkipUnless(
            File.Exists($"{Ardour}/luasession") && File.Exists("/usr/bin/xvfb-run"),
            "Ardour 7 is not installed: make test-daw installs it"
        );
        Install();
        Scan();
        MakeSession("piece", rootNote: Note, automated: true);
        var first = Export("piece", "first.wav");
        var sound = ReadLeft(first);
        Assert.Equal(WithoutDate(first), WithoutDate(ExportAgain("piece", sound)));
        Assert.InRange(sound.Length, (int)(Seconds * Rate * 0.95), (int)(Seconds * Rate * 1.05));
        var start = Array.FindIndex(sound, s => MathF.Abs(s) > 1e-5f);
        Assert.InRange(start, (int)(NoteStart * Rate) - 64, (int)(NoteStart * Rate) + 64);
        var end = Array.FindLastIndex(sound, s => MathF.Abs(s) > 1e-5f);
        Assert.InRange(end, (int)(NoteEnd * Rate) - 64, (int)((NoteEnd + 0.3) * Rate));
        Assert.True(sound.Max(MathF.Abs) > 0.005f);

        // The same note's phrase with the root an octave below: the same samples, twice as fast.
        MakeSession("root", rootNote: Note, automated: false);
        MakeSession("octave", rootNote: Note - 12, automated: false);
        var root = ReadLeft(Export("root", "root.wav"));
        var octave = ReadLeft(Export("octave", "octave.wav"));
        Assert.NotEqual(sound, root);
        var begin = (int)(NoteStart * Rate);
        Assert.True(Likeness(root, octave, begin, 2) > 0.9, $"likeness {Likeness(root, octave, begin, 2)}");
        Assert.True(Likeness(root, octave, begin, 1) < 0.7, $"likeness {Likeness(root, octave, begin, 1)} at the same speed");
    }

    // How alike b is to a played a number of times as fast: the correlation of both without what b cannot hold.
    private static double Likeness(float[] a, float[] b, int begin, int speed) =>
        // The resampler's filter begins a few samples earlier or later with the speed.
        Enumerable.Range(-60, 121).Max(lag => Likeness(a, b, begin, speed, lag));

    private static double Likeness(float[] a, float[] b, int begin, int speed, int lag)
    {
        // From the end of the attack to where the phrases' own codes begin, which is later in the stream where it runs faster.
        const int Attack = 250;
        const int Count = 1300;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (var i = Attack; i < Count; i++)
        {
            double x = 0;
            for (var k = -4; k <= 4; k++)
            {
                x += a[begin + lag + (i * speed) + k];
            }

            double y = 0;
            var width = speed == 2 ? 2 : 4;
            for (var k = -width; k <= width; k++)
            {
                y += b[begin + i + k];
            }

            ab += x * y;
            aa += x * x;
            bb += y * y;
        }

        return ab / Math.Sqrt(aa * bb);
    }

    // The file, but for the time at which its PEAK chunk says that it was written.
    private static byte[] WithoutDate(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var peak = bytes.AsSpan(0, 200).IndexOf("PEAK"u8);
        if (peak >= 0)
        {
            bytes.AsSpan(peak + 12, 4).Clear();
        }

        return bytes;
    }

    // Now and then Ardour's engine without hardware lays its blocks, and with them the whole session, 16 frames elsewhere: then once more.
    private string ExportAgain(string name, float[] first)
    {
        const int Attempts = 4;
        const int Displacement = 16;
        for (var attempt = 1; ; attempt++)
        {
            var path = Export(name, $"{name}-again-{attempt}.wav");
            if (attempt == Attempts || Math.Abs(Onset(ReadLeft(path)) - Onset(first)) != Displacement)
            {
                return path;
            }
        }
    }

    private static int Onset(float[] sound) => Array.FindIndex(sound, x => x != 0);

    private static float[] ReadLeft(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = 12;
        var channels = 0;
        while (at < bytes.Length - 8)
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 4));
            if (bytes.AsSpan(at, 4).SequenceEqual("fmt "u8))
            {
                channels = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at + 10));
                Assert.Equal(Rate, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 12)));
                Assert.Equal(32, BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at + 22)));
            }
            else if (bytes.AsSpan(at, 4).SequenceEqual("data"u8))
            {
                var samples = new float[size / 4 / channels];
                for (var i = 0; i < samples.Length; i++)
                {
                    samples[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at + 8 + (4 * i * channels)));
                }

                return samples;
            }

            at += 8 + size + (size & 1);
        }

        Assert.Fail($"{path} has no samples");
        return [];
    }

    private static byte[] MidiFile()
    {
        const int Division = 1920;
        using MemoryStream track = new();
        void Event(double seconds, ReadOnlySpan<byte> message)
        {
            // 120 quarters a minute.
            var ticks = (int)(seconds * 2 * Division);
            track.Write([(byte)(0x80 | ((ticks >> 7) & 127)), (byte)(ticks & 127)]);
            track.Write(message);
        }

        Event(NoteStart, [0x90, Note, 100]);
        Event(NoteEnd - NoteStart, [0x80, Note, 64]);
        Event(0, [0xFF, 0x2F, 0]);
        using MemoryStream file = new();
        file.Write([.. "MThd"u8, 0, 0, 0, 6, 0, 0, 0, 1, Division >> 8, Division & 255, .. "MTrk"u8, 0, 0, 0, (byte)track.Length]);
        file.Write(track.ToArray());
        return file.ToArray();
    }

    private static string FormatTime(double seconds) => string.Create(CultureInfo.InvariantCulture, $"a{(long)(seconds * 282_240_000)}");

    private static string FormatBeats(double seconds) => string.Create(CultureInfo.InvariantCulture, $"b{(long)(seconds * 2 * 1920)}");

    private void Install()
    {
        var home = Directory.CreateDirectory(folder["home/.vst3"]).FullName;
        Run("cp", "-Rp", fixture.Bundle, home);
        // Ardour holds a scan for stale that is of the same second as the library.
        var module = Path.Combine(home, "VQWave.vst3", "Contents", "x86_64-linux", "VQWave.so");
        File.SetLastWriteTimeUtc(module, DateTime.UtcNow.AddHours(-1));
    }

    private void Scan()
    {
        var text = Run($"{Ardour}/ardour-vst3-scanner", "-f", "-v", folder["home/.vst3/VQWave.vst3"]);
        Assert.Contains("Found Plugin: VQWave", text, StringComparison.Ordinal);
        Assert.Contains("n_outputs=\"2\"", text, StringComparison.Ordinal);
        Assert.Contains("n_midi_inputs=\"1\"", text, StringComparison.Ordinal);
    }

    private void MakeSession(string name, int rootNote, bool automated)
    {
        var script = folder[$"{name}.lua"];
        File.WriteAllText(
            script,
            $$"""
            AudioEngine:set_backend("None (Dummy)", "", "")
            local s = create_session("{{folder[name]}}", "{{name}}", {{Rate}})
            assert(s)
            local pi = ARDOUR.LuaAPI.new_plugin_info("VQWave", ARDOUR.PluginType.VST3)
            assert(not pi:isnil())
            local midi = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
            local audio = ARDOUR.ChanCount(ARDOUR.DataType("audio"), 2)
            local tracks = s:new_midi_track(midi, audio, true, pi, nil, nil, 1, "VQ", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
            for t in tracks:iter() do
              local proc = t:nth_plugin(0)
              local plug = proc:to_insert():plugin(0)
              local temperature = -1
              for j = 0, plug:parameter_count() - 1 do
                local label = plug:parameter_label(j)
                if label == "Mode" then assert(ARDOUR.LuaAPI.set_processor_param(proc, j, 1)) end
                if label == "Root note" then
                  local _, _, range = ARDOUR.LuaAPI.plugin_automation(proc, j)
                  print("root note", range.lower, range.upper)
                  assert(ARDOUR.LuaAPI.set_processor_param(proc, j, range.lower + (range.upper - range.lower) * {{rootNote}} / 127))
                end
                if label == "Temperature" then temperature = j end
              end
              local al, cl, pd = ARDOUR.LuaAPI.plugin_automation(proc, temperature)
              assert(not al:isnil())
              for i = 0, {{(automated ? 8 : -1)}} do
                cl:add(Temporal.timepos_t(i * {{Rate}} // 4), pd.lower + (pd.upper - pd.lower) * (0.3 + 0.05 * i), false, true)
              end
            end
            -- parameters reach a processor with a block
            ARDOUR.LuaAPI.usleep(500000)
            s:save_state("")
            print("made")
            close_session()
            quit()
            """
        );
        // It may abort as it ends, when all is written.
        Assert.Contains("made", Run("xvfb-run", "-a", "ardour7-lua", script), StringComparison.Ordinal);
        AddRegion(name, automated);
    }

    // No script can make a MIDI region from a file.
    private void AddRegion(string name, bool automated)
    {
        var midi = Directory.CreateDirectory(folder[$"{name}/interchange/{name}/midifiles"]).FullName;
        File.WriteAllBytes(Path.Combine(midi, "notes.mid"), MidiFile());
        var path = folder[$"{name}/{name}.ardour"];
        var session = XDocument.Load(path);
        var root = session.Root!;
        root.SetAttributeValue("id-counter", 100_000);
        root.SetAttributeValue("session-range-is-free", 0);
        root.Element("Sources")!
            .Add(
                new XElement(
                    "Source",
                    Attributes(
                        "id=90001 name=notes.mid type=midi flags=Writable,CanRename take-id= origin= timespine=1 natural-position=b0 have-natural-position=1"
                    )
                )
            );
        var region =
            $"name=notes muted=0 opaque=1 locked=0 video-locked=0 automatic=0 import=0 external=0 hidden=0 position-locked=0 valid-transients=0 "
            + $"start=b0 length={FormatBeats(Seconds)}@b0 position=b0 sync-position=b0 ancestral-start=b0 ancestral-length=b0@b0 stretch=1 shift=1 "
            + $"layering-index=0 first-edit=nothing type=midi source-0=90001 master-source-0=90001";
        root.Element("Regions")!.Add(new XElement("Region", Attributes($"id=90002 whole-file=1 {region}")));
        root.Element("Playlists")!
            .Elements("Playlist")
            .Single(p => (string?)p.Attribute("type") == "midi")
            .Add(new XElement("Region", Attributes($"id=90003 whole-file=0 {region}")));
        root.Element("Locations")!
            .Add(
                new XElement(
                    "Location",
                    Attributes(
                        $"id=90004 name=session start={FormatTime(0)} end={FormatTime(Seconds)} flags=IsSessionRange locked=0 timestamp=0 cue=0"
                    )
                )
            );
        // The temperature's curve, which was drawn, is to be played: in steps, at their own frames, as Ardour gives a ramp as a value a block.
        var drawn = root.Descendants("AutomationList").Where(list => list.Element("events") is not null).ToList();
        Assert.Equal(automated, drawn.Count > 0);
        foreach (var list in drawn)
        {
            list.SetAttributeValue("state", "Play");
            list.SetAttributeValue("interpolation-style", "Discrete");
        }

        session.Save(path);
    }

    private static IEnumerable<XAttribute> Attributes(string list) =>
        list.Split(' ').Select(a => a.Split('=', 2)).Select(a => new XAttribute(a[0], a[1]));

    private string Export(string name, string file)
    {
        var output = folder[file];
        // Ardour 7.3's butler can wait for its engine for ever as an export begins, with no thread in a plug-in: it is tried again.
        for (
            var attempt = 0;
            !TryRun(out _, "xvfb-run", "-a", "ardour7-export", "-s", $"{Rate}", "-b", "float", "-o", output, folder[name], name);
            attempt++
        )
        {
            Assert.True(attempt < 4, "Ardour's export does not end");
        }

        Assert.True(File.Exists(output), $"Ardour did not write {file}");
        return output;
    }

    private string Run(string program, params string[] arguments)
    {
        Assert.True(TryRun(out var text, program, arguments), $"{program} did not end");
        return text;
    }

    private bool TryRun(out string printed, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["HOME"] = folder["home"];
        start.Environment["XDG_CACHE_HOME"] = folder["home/cache"];
        start.Environment["XDG_CONFIG_HOME"] = folder["home/config"];
        start.Environment["XDG_DATA_HOME"] = folder["home/data"];
        start.Environment["LD_LIBRARY_PATH"] = Ardour;
        start.Environment["VQWAVE_MODELS"] = fixture.Models;
        using var process = Process.Start(start)!;
        StringBuilder text = new();
        void Take(object sender, DataReceivedEventArgs line)
        {
            lock (text)
            {
                text.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExit(TimeSpan.FromMinutes(1.5));
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        lock (text)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{program} {string.Join(' ', arguments)}: {process.ExitCode}\n{text}");
            printed = text.ToString();
            return ended;
        }
    }
}
