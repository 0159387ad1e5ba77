namespace VQWave.Controls;

/// <summary>The file of a <see cref="Preset"/>: plain values by the parameters' keys.</summary>
internal sealed record PresetDocument
{
    public int Version { get; set; }

    public string? Name { get; set; }

    public int? Program { get; set; }

    public SortedDictionary<string, float>? Values { get; set; }
}
