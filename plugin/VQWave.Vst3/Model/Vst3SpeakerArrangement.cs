using System.Numerics;

namespace VQWave.Vst3;

/// <summary>Sets of speakers, one bit a speaker.</summary>
public static class Vst3SpeakerArrangement
{
    /// <summary>No channel.</summary>
    public const ulong Empty = 0;

    /// <summary>Mono: the speaker M.</summary>
    public const ulong Mono = 1UL << 19;

    /// <summary>Stereo: left and right.</summary>
    public const ulong Stereo = 3;

    /// <summary>Number of channels of a set.</summary>
    public static int ChannelCount(ulong arrangement) => BitOperations.PopCount(arrangement);

    /// <summary>The usual set of a number of channels: mono, stereo, or the first speakers.</summary>
    /// <param name="channels">0 to 63.</param>
    public static ulong ForChannels(int channels) =>
        channels switch
        {
            <= 0 => Empty,
            1 => Mono,
            < 64 => (1UL << channels) - 1,
            _ => ulong.MaxValue,
        };
}
