using VQWave.Vst3;

namespace VQWave.Plugin;

/// <summary>The module's one instrument: a processor and a controller, two objects as hosts know them best.</summary>
internal sealed class PluginFactory : Vst3Factory
{
    /// <summary>Never changes: projects name the plug-in by it.</summary>
    public static readonly Vst3Uid ProcessorId = new(0x6B1F0A52, 0x93C84D7E, 0xA5D2E41C, 0x7F305689);

    /// <summary>Never changes.</summary>
    public static readonly Vst3Uid ControllerId = new(0x6B1F0A52, 0x93C84D7E, 0xA5D2E41C, 0x7F30568A);

    private static readonly string Version = typeof(PluginFactory).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public override Vst3FactoryInfo Info { get; } = new("VQWave");

    public override IReadOnlyList<Vst3Class> Classes { get; } =
    [
        new(
            new Vst3ClassInfo(ProcessorId, Vst3Category.AudioModule, "VQWave")
            {
                SubCategories = Vst3Category.InstrumentSynth,
                Version = Version,
            },
            static () => new Processor()
        ),
        new(
            new Vst3ClassInfo(ControllerId, Vst3Category.ComponentController, "VQWave Controller") { Version = Version },
            static () => new Controller()
        ),
    ];

    protected override void OnModuleExit() => Workshop.Close();
}
