namespace VQWave.Devices;

/// <summary>A MIDI message of one to three raw bytes as a device sent it, and when. Longer ones (SysEx) are counted, not carried.</summary>
/// <param name="Time">
/// From JACK: the number of the frame at which it applies, in the stream's sample time. From RtMidi: the
/// <see cref="System.Diagnostics.Stopwatch"/> timestamp of its arrival.
/// </param>
/// <param name="Source">Which port it came from: 0 for JACK's own port, else <see cref="MidiInput"/>'s number of the port.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Status">The first byte.</param>
/// <param name="Data1">The second byte, 0 where there is none.</param>
/// <param name="Data2">The third byte, 0 where there is none.</param>
public readonly record struct TimedMidi(long Time, int Source, byte Length, byte Status, byte Data1, byte Data2)
{
    /// <summary>The most bytes that a message carries.</summary>
    public const int MaxLength = 3;

    /// <summary>Real-time safe. Copies the raw bytes.</summary>
    /// <param name="bytes">Receives them; at least <see cref="Length"/> long.</param>
    /// <returns>How many were copied.</returns>
    public int CopyTo(Span<byte> bytes)
    {
        ReadOnlySpan<byte> all = [Status, Data1, Data2];
        all[..Length].CopyTo(bytes);
        return Length;
    }

    /// <summary>Real-time safe. Makes a message of raw bytes.</summary>
    /// <param name="time">When.</param>
    /// <param name="source">Where from.</param>
    /// <param name="bytes">One to three bytes.</param>
    internal static TimedMidi From(long time, int source, ReadOnlySpan<byte> bytes) =>
        new(time, source, (byte)bytes.Length, bytes[0], bytes.Length > 1 ? bytes[1] : (byte)0, bytes.Length > 2 ? bytes[2] : (byte)0);
}
