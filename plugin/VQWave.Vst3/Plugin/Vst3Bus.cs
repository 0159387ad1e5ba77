namespace VQWave.Vst3;

/// <summary>A bus of a component.</summary>
public sealed class Vst3Bus
{
    private readonly int _eventChannels;

    internal Vst3Bus(
        Vst3MediaType media,
        Vst3BusDirection direction,
        string name,
        Vst3BusType type,
        Vst3BusFlags flags,
        ulong arrangement,
        int channels
    )
    {
        MediaType = media;
        Direction = direction;
        Name = name;
        Type = type;
        Flags = flags;
        Arrangement = arrangement;
        _eventChannels = channels;
    }

    /// <summary>What it carries.</summary>
    public Vst3MediaType MediaType { get; }

    /// <summary>Which way it goes.</summary>
    public Vst3BusDirection Direction { get; }

    /// <summary>Name, as a host shows it.</summary>
    public string Name { get; }

    /// <summary>Role.</summary>
    public Vst3BusType Type { get; }

    /// <summary>Properties.</summary>
    public Vst3BusFlags Flags { get; }

    /// <summary>Speakers of an audio bus, see <see cref="Vst3SpeakerArrangement"/>.</summary>
    public ulong Arrangement { get; internal set; }

    /// <summary>Channels: audio channels, or MIDI channels of an event bus.</summary>
    public int ChannelCount => MediaType == Vst3MediaType.Audio ? Vst3SpeakerArrangement.ChannelCount(Arrangement) : _eventChannels;

    /// <summary>Whether the host has activated it.</summary>
    public bool IsActive { get; internal set; }
}
