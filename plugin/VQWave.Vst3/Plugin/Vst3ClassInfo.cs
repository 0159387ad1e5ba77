namespace VQWave.Vst3;

/// <summary>What a factory says of a class.</summary>
/// <param name="Id">Class id.</param>
/// <param name="Category">Category, see <see cref="Vst3Category"/>.</param>
/// <param name="Name">Name to show.</param>
public sealed record Vst3ClassInfo(Vst3Uid Id, string Category, string Name)
{
    /// <summary>The SDK version whose interfaces this library speaks.</summary>
    public const string CurrentSdkVersion = "VST 3.7.7";

    /// <summary>Properties of the class.</summary>
    public Vst3ComponentFlags Flags { get; init; }

    /// <summary>Subcategories, joined by |.</summary>
    public string SubCategories { get; init; } = "";

    /// <summary>Vendor; empty for the factory's.</summary>
    public string Vendor { get; init; } = "";

    /// <summary>Version, as 1.2.3.4.</summary>
    public string Version { get; init; } = "";

    /// <summary>SDK version.</summary>
    public string SdkVersion { get; init; } = CurrentSdkVersion;

    /// <summary>How many objects of it a host may make.</summary>
    public int Cardinality { get; init; } = int.MaxValue;

    /// <summary>Whether it is an audio component: what a user calls a plug-in.</summary>
    public bool IsAudioModule => Category == Vst3Category.AudioModule;

    /// <summary>Whether it says that it is an instrument.</summary>
    public bool IsInstrument => SubCategories.Split('|').Contains("Instrument", StringComparer.Ordinal);
}
