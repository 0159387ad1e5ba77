using VQWave.Streaming.Voices;

namespace VQWave.Tests.Voices;

public class NoteTests
{
    [Fact]
    public void The_last_note_sounds_and_the_one_before_comes_back()
    {
        NoteStack stack = new();
        Assert.Null(stack.Current);
        stack.NoteOn(60, 100);
        stack.NoteOn(64, 90);
        stack.NoteOn(67, 80);
        Assert.Equal(new HeldNote(67, 80), stack.Current);
        stack.NoteOff(64);
        Assert.Equal(new HeldNote(67, 80), stack.Current);
        stack.NoteOn(67, 0);
        Assert.Equal(new HeldNote(60, 100), stack.Current);
        stack.NoteOff(61);
        stack.NoteOff(60);
        Assert.Null(stack.Current);
        stack.NoteOn(200, 100);
        stack.NoteOn(-1, 100);
        Assert.Equal(0, stack.Count);
    }

    [Fact]
    public void A_note_played_again_becomes_the_last_with_its_new_velocity()
    {
        NoteStack stack = new();
        stack.NoteOn(60, 100);
        stack.NoteOn(62, 100);
        stack.NoteOn(60, 20);
        Assert.Equal([new HeldNote(62, 100), new HeldNote(60, 20)], stack.Notes.ToArray());
    }

    [Fact]
    public void The_pedal_holds_notes_whose_keys_come_up_until_it_does()
    {
        NoteStack stack = new();
        stack.NoteOn(60, 100);
        stack.SetSustain(true);
        stack.NoteOff(60);
        Assert.Equal((byte)60, stack.Current?.Note);
        stack.NoteOn(65, 100);
        stack.NoteOn(69, 100);
        stack.NoteOff(65);
        stack.SetSustain(false);
        Assert.Equal([new HeldNote(69, 100)], stack.Notes.ToArray());
        stack.SetSustain(true);
        stack.NoteOff(69);
        stack.NoteOn(69, 50);
        stack.SetSustain(false);
        Assert.Equal(new HeldNote(69, 50), stack.Current);
        stack.Clear();
        Assert.Null(stack.Current);
    }

    [Fact]
    public void A_full_stack_drops_the_oldest()
    {
        NoteStack stack = new(4);
        for (var note = 0; note < 10; note++)
        {
            stack.NoteOn(note, 1 + note);
        }

        Assert.Equal([6, 7, 8, 9], stack.Notes.ToArray().Select(n => (int)n.Note));
    }

    [Fact]
    public void Random_playing_agrees_with_a_list()
    {
        Random random = new(4);
        NoteStack stack = new(128);
        List<(int Note, int Velocity, bool Up)> list = [];
        var pedal = false;
        for (var i = 0; i < 20_000; i++)
        {
            var note = random.Next(40, 60);
            switch (random.Next(10))
            {
                case < 5:
                    var velocity = random.Next(1, 128);
                    stack.NoteOn(note, velocity);
                    list.RemoveAll(n => n.Note == note);
                    list.Add((note, velocity, false));
                    break;
                case < 9:
                    stack.NoteOff(note);
                    list = pedal ? [.. list.Select(n => n.Note == note ? n with { Up = true } : n)] : [.. list.Where(n => n.Note != note)];
                    break;
                default:
                    pedal = !pedal;
                    stack.SetSustain(pedal);
                    if (!pedal)
                    {
                        list.RemoveAll(n => n.Up);
                    }

                    break;
            }

            Assert.Equal(list.Select(n => new HeldNote((byte)n.Note, (byte)n.Velocity)), stack.Notes.ToArray());
        }
    }

    [Fact]
    public void Pitch_follows_equal_temperament()
    {
        Assert.Equal(1, NoteControl.PitchRatio(60, 60), 12);
        Assert.Equal(2, NoteControl.PitchRatio(72, 60), 12);
        Assert.Equal(440 / 261.6255653005986, NoteControl.PitchRatio(69, 60), 10);
        Assert.Equal(Math.Pow(2, -1.5 / 12), NoteControl.PitchRatio(58, 60, 0.5), 12);
        Assert.Equal(-2, NoteControl.BendSemitones(0, 2));
        Assert.Equal(0, NoteControl.BendSemitones(8192, 2));
        Assert.Equal(2, NoteControl.BendSemitones(16383, 2));
        Assert.Equal(-1, NoteControl.BendSemitones(4096, 2));
    }

    [Fact]
    public void Velocity_is_forty_logarithms()
    {
        Assert.Equal(1, NoteControl.VelocityGain(127));
        Assert.Equal(0, NoteControl.VelocityGain(0));
        foreach (var velocity in new[] { 1, 20, 64, 100 })
        {
            var decibels = 20 * Math.Log10(NoteControl.VelocityGain(velocity));
            Assert.Equal(40 * Math.Log10(velocity / 127.0), decibels, 1e-3);
            Assert.Equal(1, NoteControl.VelocityGain(velocity, 0));
            Assert.InRange(NoteControl.VelocityGain(velocity, 0.5), NoteControl.VelocityGain(velocity), 1);
        }
    }

    [Fact]
    public void Phrases_differ_between_notes_and_seeds_and_repeat()
    {
        // SplitMix64 of the state 0: the first two numbers that its authors' code prints.
        Assert.Equal(0xE220A8397B1DCDAFUL, NoteControl.PhraseSeed(0, 0));
        Assert.Equal(0x6E789E6AA1B965F4UL, NoteControl.PhraseSeed(0, 1));
        HashSet<ulong> seen = [];
        for (ulong seed = 0; seed < 500; seed++)
        {
            for (var note = 0; note < 128; note++)
            {
                Assert.True(seen.Add(NoteControl.PhraseSeed(seed, note)));
            }
        }
    }

    [Fact]
    public void Voices_allocate_nothing()
    {
        NoteStack stack = new(8);
        GateEnvelope gate = new(48000, 5, 50);
        SmoothedValue gain = new(1, RampShape.Exponential);
        LevelMeter meter = new(48000);
        var block = new float[64];
        double sum = 0;
        long Run(int blocks)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < blocks; i++)
            {
                stack.NoteOn(i % 128, 1 + (i % 127));
                stack.SetSustain(i % 3 == 0);
                stack.NoteOff((i + 64) % 128);
                gain.SetTarget(NoteControl.VelocityGain(stack.Current?.Velocity ?? 1, 0.7), 100);
                sum +=
                    NoteControl.PitchRatio(stack.Current?.Note ?? 60, 60, NoteControl.BendSemitones(i, 2)) + NoteControl.PhraseSeed(1, 2);
                if (i % 5 == 0)
                {
                    gate.Open();
                }
                else if (i % 5 == 3)
                {
                    gate.Close();
                }

                Array.Fill(block, 0.5f);
                gate.Apply(block);
                gain.Apply(block);
                meter.Process(block);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(200);
        Assert.Equal(0, Run(3000));
        Assert.True(sum > 0);
    }
}
