using VQWave.Vst3;

namespace VQWave.Player.Tests.Hosting;

/// <summary>A gain that can be told to misbehave, exported through native pointers and loaded from them as any plug-in.</summary>
internal sealed class TroublePlugin : Vst3Component
{
    public const uint Gain = 0;
    public const uint Trouble = 1;
    public const int LoudGain = 100;
    private float gain = 1;
    private int trouble;

    private TroublePlugin()
    {
        AddAudioBus(Vst3BusDirection.Input, "In", Vst3SpeakerArrangement.Stereo);
        AddAudioBus(Vst3BusDirection.Output, "Out", Vst3SpeakerArrangement.Stereo);
        AddEventBus(Vst3BusDirection.Input, "Notes");
    }

    public override uint LatencySamples => 48;

    /// <summary>A module that holds it. Main thread.</summary>
    public static Vst3Module Load() => Vst3Module.FromFactory(Vst3Exports.GetFactory(static () => new Factory()));

    protected override void Process(in Vst3ProcessData data)
    {
        var changes = data.InputParameters;
        for (var i = 0; i < changes.Count; i++)
        {
            var queue = changes[i];
            // Only the last point of a block is read, as simple plug-ins do it.
            if (queue.TryGetPoint(queue.Count - 1, out _, out var value))
            {
                if (queue.Id == Gain)
                {
                    gain = (float)(value * 2);
                }
                else
                {
                    trouble = (int)Math.Round(value * 4);
                }
            }
        }

        if (trouble == 2)
        {
            throw new InvalidOperationException("told to fail");
        }

        for (var c = 0; c < 2; c++)
        {
            var target = data.Output(0).Channel32(c);
            ReadOnlySpan<float> source = data.Input(0).Channel32(c);
            for (var i = 0; i < data.FrameCount; i++)
            {
                target[i] = source[i] * gain * (trouble >= 3 ? LoudGain : 1);
            }

            if (trouble == 1)
            {
                target[data.FrameCount / 2] = float.NaN;
            }

            for (var e = 0; e < data.InputEvents.Count; e++)
            {
                // A note is heard as a click of its velocity.
                if (data.InputEvents.TryGet(e, out var note) && note.Type == Vst3EventType.NoteOn)
                {
                    target[note.SampleOffset] += note.NoteOn.Velocity;
                }
            }
        }
    }

    private sealed class Controller : Vst3EditController
    {
        public Controller()
        {
            AddParameter(new Vst3RangeParameter(Gain, "Gain", 0, 2, 1));
            AddParameter(new Vst3ListParameter(Trouble, "Trouble", ["none", "NaN", "error", "loud", "louder"]));
        }
    }

    private sealed class Factory : Vst3Factory
    {
        public override Vst3FactoryInfo Info { get; } = new("Trouble Makers");

        public override IReadOnlyList<Vst3Class> Classes { get; } =
        [
            new(
                new Vst3ClassInfo(new Vst3Uid(1, 2, 3, 4), Vst3Category.AudioModule, "Trouble") { SubCategories = Vst3Category.Fx },
                static () => new Vst3SingleComponent(new TroublePlugin(), new Controller())
            ),
        ];
    }
}
