namespace VQWave.Vst3;

/// <summary>A bus, as a plug-in describes it to a host.</summary>
/// <param name="MediaType">What it carries.</param>
/// <param name="Direction">Which way it goes.</param>
/// <param name="Index">Number within its kind and direction.</param>
/// <param name="Name">Name to show.</param>
/// <param name="ChannelCount">Channels.</param>
/// <param name="Type">Role.</param>
/// <param name="Flags">Properties.</param>
/// <param name="Arrangement">Speakers of an audio bus.</param>
public sealed record Vst3BusInfo(
    Vst3MediaType MediaType,
    Vst3BusDirection Direction,
    int Index,
    string Name,
    int ChannelCount,
    Vst3BusType Type,
    Vst3BusFlags Flags,
    ulong Arrangement
);
