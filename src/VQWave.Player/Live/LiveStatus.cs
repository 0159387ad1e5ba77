using VQWave.Controls;
using VQWave.Inference;
using VQWave.Streaming;

namespace VQWave.Player.Live;

/// <summary>How play stands at one moment. One object is filled again and again; nothing in it allocates.</summary>
internal sealed class LiveStatus
{
    /// <summary>Seconds since play began.</summary>
    public double Seconds { get; set; }

    /// <summary>The engine after its latest tick: levels, codes, tick times, counts.</summary>
    public EngineSnapshot Engine { get; } = new();

    /// <summary>Samples a code of each level of the pack that plays, coarsest first.</summary>
    public IReadOnlyList<int> Compressions { get; set; } = [];

    /// <summary>What steps each level's generator, coarsest first.</summary>
    public IReadOnlyList<LevelEngine> Engines { get; set; } = [];

    /// <summary>Codes in each codebook.</summary>
    public int CodebookSize { get; set; }

    /// <summary>The pack that plays.</summary>
    public string Pack { get; set; } = "";

    /// <summary>Full path of its folder.</summary>
    public string PackDirectory { get; set; } = "";

    /// <summary>Whether another pack is being loaded or faded to.</summary>
    public bool IsChangingPack { get; set; }

    /// <summary>The sound device, in words.</summary>
    public string Device { get; set; } = "";

    /// <summary>Whether a device sounds; false while silence stands in for a lost one.</summary>
    public bool IsSounding { get; set; }

    /// <summary>The device's frames a second.</summary>
    public int SampleRate { get; set; }

    /// <summary>Frames of a block; 0 where the device varies it.</summary>
    public int BlockFrames { get; set; }

    /// <summary>Blocks that the system says came too late.</summary>
    public long Xruns { get; set; }

    /// <summary>Times that the device went away.</summary>
    public long Losses { get; set; }

    /// <summary>Falling peak, linear.</summary>
    public float Peak { get; set; }

    /// <summary>The highest peak of the last two seconds, linear.</summary>
    public float PeakHold { get; set; }

    /// <summary>RMS over 300 ms, linear.</summary>
    public float Rms { get; set; }

    /// <summary>Samples over full scale since the start.</summary>
    public long Clipped { get; set; }

    /// <summary>Seconds of ring, decoder, context lookahead, resampler and device, and from a change of the finest level's controls to its sound.</summary>
    public LiveDelays Delays { get; set; }

    /// <summary>Notes that are held, the sounding one last; how many of <see cref="Notes"/> count is <see cref="NoteCount"/>.</summary>
    public byte[] Notes { get; } = new byte[32];

    /// <summary>How many notes are held.</summary>
    public int NoteCount { get; set; }

    /// <summary>Bend in semitones.</summary>
    public double Bend { get; set; }

    /// <summary>The last MIDI message; its kind is None before the first.</summary>
    public MidiMessage LastMidi { get; set; }

    /// <summary>Where the last MIDI message came from.</summary>
    public string LastMidiSource { get; set; } = "";

    /// <summary>Counts MIDI messages, so that a view sees that there was another.</summary>
    public long MidiMessages { get; set; }

    /// <summary>MIDI messages that were lost.</summary>
    public long MidiDropped { get; set; }

    /// <summary>How many MIDI inputs are open.</summary>
    public int MidiInputs { get; set; }

    /// <summary>Whether a take is being recorded.</summary>
    public bool IsRecording { get; set; }

    /// <summary>Seconds of the take.</summary>
    public double TakeSeconds { get; set; }

    /// <summary>Frames of the take that were lost.</summary>
    public long TakeLostFrames { get; set; }

    /// <summary>The parameter that waits for its controller, or null.</summary>
    public ParameterId? Learning { get; set; }

    /// <summary>Garbage collections since play began.</summary>
    public int Collections { get; set; }

    /// <summary>What stopped the engine, in a sentence, or null.</summary>
    public string? Fault { get; set; }
}
