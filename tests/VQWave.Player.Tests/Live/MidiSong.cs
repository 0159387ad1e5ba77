using VQWave.Controls;

namespace VQWave.Player.Tests.Live;

/// <summary>Writes a standard MIDI file of format 0, a tick a millisecond.</summary>
internal static class MidiSong
{
    public static byte[] Bytes(params (int Milliseconds, MidiMessage Message)[] events)
    {
        var track = new List<byte>();
        var now = 0;
        foreach (var (time, message) in events)
        {
            AddNumber(track, time - now);
            now = time;
            track.Add(message.Status);
            track.Add(message.Data1);
            if (message.Length == 3)
            {
                track.Add(message.Data2);
            }
        }

        track.AddRange([0, 0xFF, 0x2F, 0]);
        // 500 ticks a quarter note, and 120 quarter notes a minute where no tempo is set.
        byte[] head = [.. "MThd"u8, 0, 0, 0, 6, 0, 0, 0, 1, 500 >> 8, 500 & 255];
        return [.. head, .. "MTrk"u8, 0, 0, (byte)(track.Count >> 8), (byte)track.Count, .. track];
    }

    public static void Write(string path, params (int Milliseconds, MidiMessage Message)[] events) =>
        File.WriteAllBytes(path, Bytes(events));

    private static void AddNumber(List<byte> track, int number)
    {
        for (var shift = 21; shift > 0; shift -= 7)
        {
            if (number >> shift != 0)
            {
                track.Add((byte)(0x80 | ((number >> shift) & 0x7F)));
            }
        }

        track.Add((byte)(number & 0x7F));
    }
}
