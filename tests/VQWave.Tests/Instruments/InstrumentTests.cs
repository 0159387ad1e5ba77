using VQWave.Controls;
using VQWave.Instruments;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Instruments;

public sealed class InstrumentTests(TinyPackFixture tiny) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 48_000, 1)]
    [InlineData(2, 44_100, 2)]
    [InlineData(3, 22_050, 2)]
    [InlineData(4, 8_000, 1)]
    [InlineData(5, 192_000, 2)]
    [InlineData(6, 48_000, 2)]
    public void The_same_events_give_the_same_samples_for_any_blocks_and_any_timing(int seed, int rate, int threads)
    {
        var random = new Random(seed);
        var frames = rate * 4;
        var score = RandomScore(random, frames);
        var expected = Play(score, frames, rate, 1, () => 256, null);
        var blocks = new Random(seed + 100);
        var played = Play(score, frames, rate, threads, () => blocks.Next(4) == 0 ? blocks.Next(1, 8193) : blocks.Next(1, 200), Disturb);
        Assert.Equal(expected, played);
        Assert.Contains(expected, s => Math.Abs(s) > 0.001f);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(72)]
    public void A_note_has_its_own_phrase_and_plays_it_again(int note)
    {
        using var stage = new Stage(tiny, notes: true);
        stage.Play(12_000);
        Assert.All(stage.Play(1_000), s => Assert.Equal(0, s));
        var first = stage.Note(note, 20_000);
        stage.Play(24_000);
        var other = stage.Note(note + 1, 20_000);
        stage.Play(24_000);
        var again = stage.Note(note, 20_000);
        Assert.Equal(first, again);
        // Another note's pitch and seed.
        Assert.NotEqual(first, other);
        Assert.NotEqual(0, first[^1]);
    }

    [Fact]
    public void A_note_sounds_from_its_frame_on_and_ends_with_its_release()
    {
        using var stage = new Stage(tiny, notes: true);
        stage.Values[ParameterId.Attack] = 1;
        stage.Values[ParameterId.Release] = 100;
        stage.Play(24_000);
        var output = new float[48_000];
        stage.Instrument.Render(
            output,
            [InstrumentEvent.Midi(777, MidiMessage.NoteOn(0, 60, 127)), InstrumentEvent.Midi(20_000, MidiMessage.NoteOff(0, 60))]
        );
        Assert.All(output[..777], s => Assert.Equal(0, s));
        Assert.Contains(output[777..(777 + 96)], s => s != 0);
        Assert.Contains(output[24_000..24_799], s => s != 0);
        Assert.All(output[24_801..], s => Assert.Equal(0, s));
    }

    [Fact]
    public void A_note_at_the_very_end_of_a_release_begins_a_piece_of_its_own()
    {
        using var stage = new Stage(tiny, notes: true);
        stage.Values[ParameterId.Release] = 10;
        stage.Play(24_000);
        stage.Note(60, 20_000);
        stage.Play(480);
        var before = stage.Piece;
        // The gate is silent since this frame; the stream has not yet gone on to the next piece.
        stage.Note(60, 24_000);
        Assert.Equal(before + 1, stage.Piece);
    }

    [Fact]
    public void The_root_note_sets_the_pitch_of_a_phrase()
    {
        // The same note over another root: the same phrase, an octave higher, which is every second sample of a slower one.
        var low = PlayOver(60);
        var high = PlayOver(48);
        var matched = 0.0;
        var energy = 0.0;
        for (var i = 1000; i < 9000; i++)
        {
            matched += Math.Abs(high[i] - low[2 * i]);
            energy += Math.Abs(high[i]);
        }

        Assert.True(matched < 0.15 * energy, $"{matched / energy}");

        float[] PlayOver(int root)
        {
            using var stage = new Stage(tiny, notes: true);
            stage.Values[ParameterId.RootNote] = root;
            stage.Values[ParameterId.Buffer] = 1000;
            stage.Values[ParameterId.Attack] = 1;
            stage.Play(100_000);
            return stage.Note(60, 20_000);
        }
    }

    [Theory]
    [InlineData(48_000)]
    [InlineData(44_100)]
    public void A_changed_temperature_is_heard_within_its_delay(int rate)
    {
        using var plain = new Stage(tiny, rate: rate);
        using var changed = new Stage(tiny, rate: rate);
        for (var level = 0; level < 4; level++)
        {
            var parameter = ParameterTable.LevelTemperature(level);
            plain.Play(rate);
            changed.Play(rate);
            changed.Values[parameter] = 0;
            var expected = plain.Play(rate);
            var actual = changed.Play(rate);
            var first = Enumerable.Range(0, rate).First(i => expected[i] != actual[i]);
            // Its code's own sound comes within the delay; what looks ahead of the code is changed before.
            Assert.True(first <= changed.Instrument.ControlDelay(level) * rate, $"level {level}: {first}");
            changed.Values[parameter] = 1;
            plain.Restart();
            changed.Restart();
        }
    }

    [Fact]
    public void Rendering_allocates_nothing()
    {
        using var stage = new Stage(tiny, exact: false);
        var output = new float[256];
        var random = new Random(3);
        var events = Enumerable
            .Range(0, 64)
            .Select(_ => RandomScore(random, 256, 6).Select(e => e with { Frame = e.Frame % 256 }).OrderBy(e => e.Frame).ToArray())
            .ToArray();
        for (var i = 0; i < 400; i++)
        {
            stage.Instrument.Render(output, events[i % events.Length]);
            stage.Values[ParameterId.Mode] = i / 20 % 2;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 4000; i++)
        {
            stage.Instrument.Render(output, events[i % events.Length]);
            stage.Values[ParameterId.Mode] = i / 20 % 2;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Program_changes_recall_presets_and_tell_so()
    {
        var presets = new PresetBank(folder["presets"]);
        using var stage = new Stage(tiny, presets: presets);
        var preset = presets.Presets.First(p => p.Program is > 0);
        var output = new float[512];
        stage.Instrument.Render(output, [InstrumentEvent.Midi(100, MidiMessage.ProgramChange(0, preset.Program!.Value))]);
        Assert.Same(preset, stage.Instrument.TakeProgram());
        Assert.Null(stage.Instrument.TakeProgram());
        foreach (var (id, value) in preset.Values)
        {
            Assert.Equal(stage.Values.Table[id].Clamp(value), stage.Values[id]);
        }

        Assert.Equal(MidiMessageKind.ProgramChange, stage.Instrument.LastMidi.Kind);
        Assert.Equal(1, stage.Instrument.MidiMessages);
    }

    [Fact]
    public void Sound_off_mutes_free_run_and_ends_notes()
    {
        using var stage = new Stage(tiny);
        var output = new float[9600];
        stage.Instrument.Render(output, [InstrumentEvent.Midi(4800, MidiMessage.ControlChange(0, 120, 0))]);
        Assert.Contains(output[..4800], s => s != 0);
        Assert.All(output[(4800 + 960)..], s => Assert.Equal(0, s));
        Assert.Equal(1, stage.Values[ParameterId.Bypass]);
        stage.Values[ParameterId.Bypass] = 0;
        Assert.Contains(stage.Play(4800), s => s != 0);

        using var notes = new Stage(tiny, notes: true);
        notes.Values[ParameterId.Release] = 5000;
        notes.Play(24_000);
        notes.Instrument.Render(
            output,
            [
                InstrumentEvent.Midi(0, MidiMessage.NoteOn(0, 60, 100)),
                InstrumentEvent.Midi(0, MidiMessage.NoteOn(0, 64, 100)),
                InstrumentEvent.Midi(4800, MidiMessage.ControlChange(0, 120, 0)),
            ]
        );
        Assert.Contains(output[..4800], s => s != 0);
        Assert.All(output[(4800 + 480)..], s => Assert.Equal(0, s));
        Span<byte> held = stackalloc byte[8];
        Assert.Equal(0, notes.Instrument.ReadNotes(held));
    }

    private static void Disturb()
    {
        if (Random.Shared.Next(4) == 0)
        {
            Thread.Sleep(Random.Shared.Next(3));
        }
        else
        {
            Thread.Yield();
        }
    }

    private static List<InstrumentEvent> RandomScore(Random random, int frames, int count = 160)
    {
        var table = ParameterTable.Default;
        var score = new List<InstrumentEvent>();
        for (var i = 0; i < count; i++)
        {
            var frame = random.Next(frames);
            score.Add(
                random.Next(12) switch
                {
                    0 or 1 or 2 => InstrumentEvent.Midi(frame, MidiMessage.NoteOn(0, random.Next(50, 75), random.Next(1, 128))),
                    3 or 4 => InstrumentEvent.Midi(frame, MidiMessage.NoteOff(0, random.Next(50, 75))),
                    5 => InstrumentEvent.Midi(frame, MidiMessage.PitchBend(0, random.Next(16384))),
                    6 => InstrumentEvent.Midi(frame, MidiMessage.ControlChange(0, random.Next(20, 28), random.Next(128))),
                    7 => InstrumentEvent.Midi(frame, MidiMessage.ControlChange(0, 123, 0)),
                    8 => InstrumentEvent.Set(frame, table.IndexOf(ParameterId.Mode), random.Next(2)),
                    9 => InstrumentEvent.Set(frame, table.IndexOf(ParameterId.Seed), random.Next(100)),
                    10 => InstrumentEvent.Set(frame, table.IndexOf(ParameterId.Reset), random.Next(2)),
                    _ => RandomSet(random, frame),
                }
            );
        }

        return [.. score.OrderBy(e => e.Frame)];
    }

    private static InstrumentEvent RandomSet(Random random, int frame)
    {
        var definition = ParameterTable.Default.Parameters[random.Next(ParameterTable.Default.Count)];
        // Muting would hide the rest.
        return definition.Id is ParameterId.Bypass or ParameterId.Gain
            ? InstrumentEvent.Set(frame, ParameterTable.Default.IndexOf(ParameterId.Release), random.Next(1, 400))
            : InstrumentEvent.Set(frame, definition.Index, definition.FromNormalised(random.NextDouble()));
    }

    private float[] Play(List<InstrumentEvent> score, int frames, int rate, int threads, Func<int> nextBlock, Action? disturbance)
    {
        using var stage = new Stage(tiny, rate: rate, threads: threads, disturbance: disturbance);
        var output = new float[frames];
        var next = 0;
        for (var at = 0; at < frames; )
        {
            var size = Math.Min(frames - at, nextBlock());
            var events = new List<InstrumentEvent>();
            for (; next < score.Count && score[next].Frame < at + size; next++)
            {
                events.Add(score[next] with { Frame = score[next].Frame - at });
            }

            stage.Instrument.Render(output.AsSpan(at, size), [.. events]);
            at += size;
        }

        return output;
    }

    /// <summary>An engine that plays and the instrument before it.</summary>
    private sealed class Stage : IDisposable
    {
        private readonly LiveEngine engine;

        public Stage(
            TinyPackFixture tiny,
            bool notes = false,
            int rate = 48_000,
            int threads = 2,
            bool exact = true,
            Action? disturbance = null,
            PresetBank? presets = null
        )
        {
            var options = new LiveEngineOptions
            {
                Threads = threads,
                Governor = null,
                Disturbance = disturbance,
            };
            engine = new LiveEngine(new EngineCore(tiny.Runtime, tiny.Pack), options);
            Values[ParameterId.Mode] = notes ? 1 : 0;
            Instrument = new Instrument(engine, Values, new MidiMap(), presets) { IsExact = exact };
            Instrument.Prepare(rate);
            engine.Start();
        }

        public ParameterValues Values { get; } = new();

        public Instrument Instrument { get; }

        public int Piece
        {
            get
            {
                var snapshot = new EngineSnapshot();
                engine.ReadSnapshot(snapshot);
                return snapshot.Piece;
            }
        }

        public float[] Play(int frames)
        {
            var output = new float[frames];
            Instrument.Render(output, []);
            return output;
        }

        public float[] Note(int note, int frames)
        {
            var output = new float[frames];
            Instrument.Render(output, [InstrumentEvent.Midi(0, MidiMessage.NoteOn(0, note, 100))]);
            Instrument.Render([], [InstrumentEvent.Midi(0, MidiMessage.NoteOff(0, note))]);
            return output;
        }

        public void Restart()
        {
            Values.Fire(ParameterId.Reset);
            Play(48_000);
        }

        public void Dispose() => engine.Dispose();
    }
}
