using VQWave.Controls;
using VQWave.Inference;
using VQWave.Instruments;
using VQWave.Models;
using VQWave.Streaming;

namespace VQWave.Tests.Instruments;

/// <summary>On the shipped pack: no change of a control makes a step that its music does not make by itself.</summary>
public sealed class ClickTests
{
    private const int Rate = 48_000;

    [Fact]
    public void No_change_makes_a_click()
    {
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find("live-keys"));
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });
        var values = new ParameterValues();
        using var engine = new LiveEngine(
            new EngineCore(runtime, pack, new EngineOptions { Seed = 1 }),
            new LiveEngineOptions { Governor = null }
        );
        var instrument = new Instrument(engine, values, new MidiMap(), new PresetBank()) { IsExact = true };
        instrument.Prepare(Rate);
        engine.Start();
        Render(Rate);
        var steady = LargestStep(Render(6 * Rate));
        Assert.InRange(steady, 0.001f, 0.5f);

        foreach (var (name, change) in Changes())
        {
            var length = Rate / 2;
            var frame = Rate / 20;
            var sound = Render(length, [.. change.Select(e => e with { Frame = frame + e.Frame })]);
            var step = LargestStep(sound);
            // The music differs after a change; a cut in it would be a step of the size of the signal.
            Assert.True(step < 2 * steady, $"{name}: a step of {step} where steady play has {steady} at most");
        }

        float[] Render(int frames, params InstrumentEvent[] events)
        {
            var output = new float[frames];
            instrument.Render(output, events);
            return output;
        }
    }

    [Fact]
    public void A_cut_would_be_seen()
    {
        // The measure itself: a tone whose gain jumps has a step that the same tone with a ramp has not.
        var ramp = Tone(i => 1 - Math.Clamp((i - 1000) / 480.0, 0, 1));
        var cut = Tone(i => i < 1013 ? 1 : 0);
        Assert.True(LargestStep(cut) > 2 * LargestStep(ramp));

        static float[] Tone(Func<int, double> gain) =>
            [.. Enumerable.Range(0, 4000).Select(i => (float)(0.3 * gain(i) * Math.Sin(2 * Math.PI * 440 * i / Rate)))];
    }

    private static IEnumerable<(string Name, InstrumentEvent[] Events)> Changes()
    {
        yield return ("bend up", [InstrumentEvent.Midi(0, MidiMessage.PitchBend(0, 16383))]);
        yield return ("bend back", [InstrumentEvent.Midi(0, MidiMessage.PitchBend(0, 8192))]);
        yield return ("gain down", [Set(ParameterId.Gain, -60)]);
        yield return ("gain up", [Set(ParameterId.Gain, 0)]);
        yield return ("pitch", [Set(ParameterId.Pitch, 7)]);
        yield return ("pitch back", [Set(ParameterId.Pitch, 0)]);
        yield return ("mute", [Set(ParameterId.Bypass, 1)]);
        yield return ("sound", [Set(ParameterId.Bypass, 0)]);
        yield return ("greedy", [Set(ParameterId.Temperature, 0)]);
        yield return ("usual temperature", [Set(ParameterId.Temperature, 1)]);
        yield return ("top-k", [Set(ParameterId.TopK, 5)]);
        yield return ("all codes", [Set(ParameterId.TopK, 0)]);
        yield return ("seed", [Set(ParameterId.Seed, 77)]);
        yield return ("reset", [Set(ParameterId.Reset, 1)]);
        yield return ("reset done", [Set(ParameterId.Reset, 0)]);
        yield return ("freeze", [Set(ParameterId.Freeze, 1)]);
        yield return ("freeze length", [Set(ParameterId.FreezeLength, 2)]);
        yield return ("thaw", [Set(ParameterId.Freeze, 0)]);
        yield return ("detail 32x", [Set(ParameterId.Detail, 3)]);
        yield return ("detail 128x", [Set(ParameterId.Detail, 2)]);
        yield return ("detail 512x", [Set(ParameterId.Detail, 1)]);
        yield return ("detail 8x", [Set(ParameterId.Detail, 4)]);
        yield return ("deeper buffer", [Set(ParameterId.Buffer, 200)]);
        yield return ("usual buffer", [Set(ParameterId.Buffer, 52)]);
        yield return ("notes mode", [Set(ParameterId.Mode, 1)]);
        yield return ("note", [InstrumentEvent.Midi(0, MidiMessage.NoteOn(0, 60, 100))]);
        yield return ("note into a note", [InstrumentEvent.Midi(0, MidiMessage.NoteOn(0, 64, 60))]);
        yield return ("back to the first", [InstrumentEvent.Midi(0, MidiMessage.NoteOff(0, 64))]);
        yield return ("release", [InstrumentEvent.Midi(0, MidiMessage.NoteOff(0, 60))]);
        yield return (
            "again within the release",
            [
                InstrumentEvent.Midi(0, MidiMessage.NoteOn(0, 62, 100)),
                InstrumentEvent.Midi(2400, MidiMessage.NoteOff(0, 62)),
                InstrumentEvent.Midi(4800, MidiMessage.NoteOn(0, 62, 100)),
            ]
        );
        yield return ("sound off", [InstrumentEvent.Midi(0, MidiMessage.ControlChange(0, 120, 0))]);
        yield return ("free run", [Set(ParameterId.Mode, 0)]);
        yield return ("preset", [InstrumentEvent.Midi(0, MidiMessage.ProgramChange(0, 3))]);
        yield return ("first preset", [InstrumentEvent.Midi(0, MidiMessage.ProgramChange(0, 0))]);
    }

    private static InstrumentEvent Set(ParameterId id, float value) => InstrumentEvent.Set(0, ParameterTable.Default.IndexOf(id), value);

    private static float LargestStep(float[] sound) => Enumerable.Range(1, sound.Length - 1).Max(i => Math.Abs(sound[i] - sound[i - 1]));
}
