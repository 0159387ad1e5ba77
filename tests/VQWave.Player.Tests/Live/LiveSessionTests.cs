using System.Runtime.CompilerServices;
using VQWave.Controls;
using VQWave.Devices.Tests;
using VQWave.Player.Live;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

/// <summary>A session within this process, that plays into nothing: what keys and menus ask for.</summary>
[Collection("Sessions in this process")]
public sealed class LiveSessionTests : IDisposable
{
    private static readonly ConditionalWeakTable<LiveSession, MessageFeed.Reader> Readers = [];

    private readonly TemporaryFolder folder = new();
    private readonly ModelsFolder models;
    private readonly UserFolders user;

    public LiveSessionTests(PlayerFixture player)
    {
        var packs = folder["packs"];
        Copy(Path.Combine(player.ModelsFolder, "tiny"), Path.Combine(packs, "first"));
        Copy(Path.Combine(player.ModelsFolder, "tiny"), Path.Combine(packs, "damaged"));
        // Its name is not its folder's, as where somebody has two of one name.
        TinyModel.Write(Path.Combine(packs, "second"), TinyModel.Configuration(), seed: 2, name: "Another One");
        var broken = Path.Combine(packs, "damaged", "decoder_8.onnx");
        File.WriteAllBytes(broken, File.ReadAllBytes(broken)[..^100]);
        models = new ModelsFolder(packs);
        user = UserFolders.In(folder.Path);
    }

    public void Dispose()
    {
        models.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Packs_change_while_it_plays_and_a_damaged_one_is_refused_with_a_sentence()
    {
        using var session = Begin("first");
        var status = new LiveStatus();
        session.ReadStatus(status);
        Assert.Equal("Tiny", status.Pack);
        session.ChoosePack("second");
        Assert.False(Message(session, "pack").IsProblem);
        session.ReadStatus(status);
        Assert.Equal("Another One", status.Pack);
        Wait.For(() => !Read(session, status).IsChangingPack, "the end of the change");

        session.ChoosePack("damaged");
        var refused = Message(session, "pack");
        Assert.True(refused.IsProblem);
        Assert.Contains("decoder_8.onnx", refused.Text, StringComparison.Ordinal);
        Assert.Contains("'Another One' plays on", refused.Text, StringComparison.Ordinal);
        Assert.Single(refused.Text.Split('\n'));
        session.ChoosePack("nowhere");
        Assert.Contains("nowhere", Message(session, "pack").Text, StringComparison.Ordinal);
        var position = Read(session, status).Engine.Position;
        Wait.For(() => Read(session, status).Engine.Position > position + 22050, "another second of play");
        Assert.Equal("Another One", status.Pack);
        Assert.True(status.Rms > 1e-4f, "It is silent.");
        Assert.Null(status.Fault);
    }

    [Fact]
    public void The_next_pack_is_found_whatever_its_name()
    {
        using var session = Begin("first");
        var status = new LiveStatus();
        // By the folders' names: damaged, first, second, and what else is installed.
        Assert.Equal(["damaged", "first", "second"], session.Packs.Take(3));
        session.ChooseNextPack(1);
        Assert.Equal("'Another One' plays.", Message(session, "pack").Text);
        Wait.For(() => !Read(session, status).IsChangingPack, "the end of the change");
        // Backwards the damaged one is refused once, and then passed over.
        session.ChooseNextPack(-1);
        Assert.Equal("'Tiny' plays.", Message(session, "pack").Text);
        Wait.For(() => !Read(session, status).IsChangingPack, "the end of the change");
        session.ChooseNextPack(-1);
        Assert.True(Message(session, "pack").IsProblem);
        session.ChooseNextPack(1);
        session.ChooseNextPack(1);
        Assert.Contains("plays.", Message(session, "pack").Text, StringComparison.Ordinal);
        Wait.For(() => Read(session, status) is { IsChangingPack: false, Pack: "Another One" }, "the pack behind the damaged one");
    }

    [Fact]
    public void The_pack_of_the_last_session_plays_again_whatever_its_name()
    {
        using (var session = Begin("second", fresh: false))
        {
            Assert.Equal("Another One", session.Engine.Pack.Manifest.Name);
        }

        using (var session = Begin(null, fresh: false))
        {
            Assert.Equal("Another One", session.Engine.Pack.Manifest.Name);
            Assert.DoesNotContain(Messages(session), m => m.IsProblem);
        }

        // Also from outside the folders of packs.
        Copy(Path.Combine(folder["packs"], "second"), folder["elsewhere/mine"]);
        using (Begin(folder["elsewhere/mine"], fresh: false)) { }

        using (var session = Begin(null, fresh: false))
        {
            Assert.Equal(folder["elsewhere/mine"], session.Engine.Pack.Directory);
        }
    }

    [Fact]
    public void Presets_are_saved_and_recalled()
    {
        using (var session = Begin("first"))
        {
            session.Values[ParameterId.Gain] = -7;
            session.SavePreset("Mine");
            Assert.StartsWith("Preset 'Mine' is saved", Message(session, "preset").Text, StringComparison.Ordinal);
            Assert.Equal("Mine", session.PresetName);
            Assert.False(session.IsPresetChanged);
            session.Values[ParameterId.Gain] = -20;
            Assert.True(session.IsPresetChanged);
            session.Recall(session.Presets.Find("mine")!);
            Assert.Equal(-7, session.Values[ParameterId.Gain]);
            Assert.False(session.IsPresetChanged);
            for (var i = 0; i < session.Presets.Presets.Count; i++)
            {
                session.RecallNext(1);
            }

            Assert.Equal("Mine", session.PresetName);
            session.SavePreset("");
            Assert.True(Messages(session).Last(m => m.Kind == "preset").IsProblem);
        }

        using (var session = Begin("first"))
        {
            Assert.Equal(-7, session.Presets.Find("Mine")!.Values[ParameterId.Gain]);
        }
    }

    [Fact]
    public void A_controller_is_learnt_and_the_map_is_kept()
    {
        using (var session = Begin("first"))
        {
            session.Learn(ParameterId.Attack);
            Assert.Equal("Move the controller for Attack.", Message(session, "learn").Text);
            // As a knob does that is turned up.
            for (byte value = 0; value < 128; value++)
            {
                session.Press(MidiMessage.ControlChange(2, 45, value));
                Thread.Sleep(1);
            }

            Assert.Equal("Attack is moved by CC 45.", Message(session, "learn").Text);
            session.Press(MidiMessage.ControlChange(2, 45, 127));
            Wait.For(() => session.Values[ParameterId.Attack] == 1000, "the knob's end");
            session.Learn(ParameterId.Gain);
            session.CancelLearning();
            session.Unlearn(ParameterId.TopK);
        }

        using (var session = Begin("first"))
        {
            Assert.Equal(45, session.Map.Find(ParameterId.Attack)!.Controller);
            Assert.Equal(2, session.Map.Find(ParameterId.Attack)!.Channel);
            Assert.Null(session.Map.Find(ParameterId.TopK));
        }
    }

    [Fact]
    public void Takes_are_recorded_to_the_folder_that_was_asked_for()
    {
        var status = new LiveStatus();
        using var session = Begin("first");
        session.Values[ParameterId.Gain] = -12;
        session.ToggleRecording();
        Assert.StartsWith("Recording to ", Message(session, "take").Text, StringComparison.Ordinal);
        Wait.For(() => Read(session, status).TakeSeconds > 0.5, "half a second of take");
        Assert.True(status.IsRecording);
        Assert.Equal(0, status.TakeLostFrames);
        session.ToggleRecording();
        var told = Message(session, "take");
        Assert.False(told.IsProblem);
        Assert.False(Read(session, status).IsRecording);
        var file = Assert.Single(Directory.GetFiles(folder["takes"]));
        Assert.Contains(Path.GetFileName(file), told.Text, StringComparison.Ordinal);
        var channels = Measure.ReadChannels(file, out var rate);
        Assert.Equal(48000, rate);
        Assert.Equal(2, channels.Length);
        Assert.True(channels[0].Length >= 24000);
        Assert.Equal(channels[0], channels[1]);
        Assert.True(Measure.Rms(channels[0]) > 1e-3);
    }

    [Fact]
    public void Notes_of_keys_sound_and_panic_silences()
    {
        var status = new LiveStatus();
        using var session = Begin("first", mode: PlayMode.Notes);
        Thread.Sleep(200);
        Assert.Equal(0, Read(session, status).Peak);
        session.NoteOn(60, 100);
        Wait.For(() => Read(session, status) is { NoteCount: 1, Rms: > 1e-2f }, "the note's sound");
        Assert.Equal(60, status.Notes[0]);
        session.Panic();
        Wait.For(() => Read(session, status) is { NoteCount: 0, Rms: < 1e-3f }, "silence");
        session.NoteOn(62, 100);
        Wait.For(() => Read(session, status).Rms > 1e-2f, "the next note's sound");
        session.NoteOff(62);
        Wait.For(() => Read(session, status).Rms < 1e-3f, "silence");
    }

    [Fact]
    public void A_note_gives_the_same_phrase_whenever_it_is_played()
    {
        var status = new LiveStatus();
        KeyValuePair<ParameterId, float>[] values =
        [
            new(ParameterId.Temperature, 0.8f),
            new(ParameterId.Seed, 3),
            new(ParameterId.Release, 20),
            new(ParameterId.Gain, -12),
        ];
        using (var session = Begin("first", mode: PlayMode.Notes, values: values))
        {
            session.ToggleRecording();
            for (var i = 0; i < 3; i++)
            {
                Pause(session, 0.5);
                session.NoteOn(60, 127);
                Pause(session, 1);
                session.NoteOff(60);
            }

            Pause(session, 0.5);
            session.ReadStatus(status);
            session.ToggleRecording();
        }

        if (status.Engine.Drops > 0 || status.Engine.StarvedBlocks > 0)
        {
            Assert.Skip("This machine is too busy to play at full detail now.");
        }

        var sound = Measure.ReadChannels(Assert.Single(Directory.GetFiles(folder["takes"])), out var rate)[0];
        var phrases = Measure.Phrases(sound, rate / 10, 9 * rate / 10);
        Assert.Equal(3, phrases.Count);
        Assert.True(Measure.Rms(phrases[0]) > 1e-3);
        Assert.Equal(phrases[1], phrases[2]);
        Assert.Equal(phrases[0], phrases[1]);

        // By the frames of the take, so that a machine that stands still does not shorten a note.
        void Pause(LiveSession player, double seconds)
        {
            var until = Read(player, status).TakeSeconds + seconds;
            Wait.For(() => Read(player, status).TakeSeconds >= until, "the take to go on", 60);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static LiveStatus Read(LiveSession session, LiveStatus status)
    {
        session.ReadStatus(status);
        return status;
    }

    private static List<LiveMessage> Messages(LiveSession session)
    {
        List<LiveMessage> messages = [];
        var reader = Readers.GetValue(session, s => s.Messages.Read());
        while (reader.TryRead(out var message))
        {
            messages.Add(message);
        }

        return messages;
    }

    private static LiveMessage Message(LiveSession session, string kind)
    {
        LiveMessage? found = null;
        var reader = Readers.GetValue(session, s => s.Messages.Read());
        Wait.For(
            () =>
            {
                while (found is null && reader.TryRead(out var message))
                {
                    found = message.Kind == kind ? message : null;
                }

                return found is not null;
            },
            $"a message about {kind}"
        );
        return found!.Value;
    }

    private LiveSession Begin(
        string? pack,
        bool fresh = true,
        PlayMode mode = PlayMode.FreeRun,
        IEnumerable<KeyValuePair<ParameterId, float>>? values = null
    )
    {
        var options = new LiveOptions
        {
            Model = pack,
            Silent = true,
            Midi = false,
            Fresh = fresh,
            TakeFolder = folder["takes"],
            Values = [new(ParameterId.Mode, (float)mode), new(ParameterId.Buffer, 200), .. values ?? []],
        };
        var session = new LiveSession(options, user);
        session.Start();
        return session;
    }
}
