namespace VQWave.Controls;

/// <summary>The file of <see cref="SessionSettings"/>.</summary>
internal sealed record SessionDocument
{
    public int Version { get; set; }

    public string? Pack { get; set; }

    public string? AudioHost { get; set; }

    public string? AudioDevice { get; set; }

    public int? SampleRate { get; set; }

    public int? BlockFrames { get; set; }

    public List<string>? MidiInputs { get; set; }

    public string? MidiMap { get; set; }

    public string? Preset { get; set; }

    public SortedDictionary<string, float>? Values { get; set; }
}
