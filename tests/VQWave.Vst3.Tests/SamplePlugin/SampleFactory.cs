namespace VQWave.Vst3.Tests;

internal sealed class SampleFactory : Vst3Factory
{
    public static readonly Vst3Uid SynthId = new(0x5A3D1C01, 0x9E0B4F6A, 0x8D2C7B11, 0x00000001);
    public static readonly Vst3Uid ControllerId = new(0x5A3D1C01, 0x9E0B4F6A, 0x8D2C7B11, 0x00000002);
    public static readonly Vst3Uid GainId = new(0x5A3D1C01, 0x9E0B4F6A, 0x8D2C7B11, 0x00000003);

    public override Vst3FactoryInfo Info { get; } = new("Sample Vendor", "https://example.org", "sample@example.org");

    public int ModuleExits { get; private set; }

    public override IReadOnlyList<Vst3Class> Classes { get; } =
    [
        new(
            new Vst3ClassInfo(SynthId, Vst3Category.AudioModule, "Sample Synth")
            {
                SubCategories = Vst3Category.InstrumentSynth,
                Version = "1.2.3",
                Flags = Vst3ComponentFlags.Distributable,
            },
            static () => new SampleSynth()
        ),
        new(
            new Vst3ClassInfo(ControllerId, Vst3Category.ComponentController, "Sample Synth Controller") { Version = "1.2.3" },
            static () => new SampleController()
        ),
        new(
            new Vst3ClassInfo(GainId, Vst3Category.AudioModule, "Sample Gain äöü") { SubCategories = Vst3Category.Fx, Version = "1.2.3" },
            static () => new Vst3SingleComponent(new SampleGain(), new SampleGainController())
        ),
    ];

    protected override void OnModuleExit() => ModuleExits++;
}
