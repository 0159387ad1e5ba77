namespace VQWave.Vst3;

/// <summary>Categories of classes, and subcategories that hosts sort by.</summary>
public static class Vst3Category
{
    /// <summary>An audio component: what a user sees as a plug-in.</summary>
    public const string AudioModule = "Audio Module Class";

    /// <summary>An edit controller.</summary>
    public const string ComponentController = "Component Controller Class";

    /// <summary>Subcategories of a synthesiser.</summary>
    public const string InstrumentSynth = "Instrument|Synth";

    /// <summary>Subcategory of an effect.</summary>
    public const string Fx = "Fx";
}
