using VQWave.Vst3.Interop;

namespace VQWave.Vst3.Tests;

/// <summary>The sample plug-in in this process, through its native pointers only, with a way back to its managed half.</summary>
internal sealed class InProcess : IDisposable
{
    public InProcess(string className = "Sample Synth")
    {
        var factory = new RecordingFactory(this);
        unsafe
        {
            Module = Vst3Module.FromFactory((nint)new FactoryGlue(factory).Pointer(0), "Test host");
        }

        Plugin = Module.CreatePlugin(className);
    }

    public Vst3Module Module { get; }

    public Vst3Plugin Plugin { get; }

    public SampleSynth? Synth { get; private set; }

    public SampleController? Controller { get; private set; }

    public void Dispose() => Module.Dispose();

    private sealed class RecordingFactory : Vst3Factory
    {
        public RecordingFactory(InProcess owner)
        {
            Vst3Factory sample = new SampleFactory();
            Info = sample.Info;
            Classes =
            [
                new Vst3Class(sample.Classes[0].Info, () => owner.Synth = new SampleSynth()),
                new Vst3Class(sample.Classes[1].Info, () => owner.Controller = new SampleController()),
                sample.Classes[2],
            ];
        }

        public override Vst3FactoryInfo Info { get; }

        public override IReadOnlyList<Vst3Class> Classes { get; }
    }
}
