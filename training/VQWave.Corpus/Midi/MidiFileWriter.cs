using VQWave.Corpus.Music;

namespace VQWave.Corpus.Midi;

/// <summary>Encodes a piece as a standard MIDI file, format 1: a conductor track, then a track for each instrument.</summary>
internal static class MidiFileWriter
{
    public static byte[] Encode(Piece piece)
    {
        var tracks = new List<byte[]> { EncodeConductor(piece) };
        foreach (Instrument instrument in piece.Instruments)
        {
            var track = new MidiTrack();
            track.AddText(0, 0x03, instrument.Name);
            track.AddProgram(0, instrument.Channel, instrument.Program);
            track.AddControl(0, instrument.Channel, 7, instrument.Volume);
            track.AddControl(0, instrument.Channel, 10, 64);
            track.AddControl(0, instrument.Channel, 91, instrument.ReverbSend);
            track.AddControl(0, instrument.Channel, 93, 0);
            foreach (MidiControl control in piece.Controls.Where(c => c.Channel == instrument.Channel))
            {
                track.AddControl(control.Tick, control.Channel, control.Controller, control.Value);
            }

            foreach (MidiNote note in piece.Notes.Where(n => n.Channel == instrument.Channel))
            {
                track.AddNote(note);
            }

            tracks.Add(track.Encode(piece.EndTick));
        }

        byte[] header =
        [
            .. "MThd"u8,
            0,
            0,
            0,
            6,
            0,
            1,
            (byte)(tracks.Count >> 8),
            (byte)tracks.Count,
            Piece.TicksPerQuarter >> 8,
            Piece.TicksPerQuarter & 0xFF,
        ];
        return [.. header, .. tracks.SelectMany(t => t)];
    }

    private static byte[] EncodeConductor(Piece piece)
    {
        var track = new MidiTrack();
        track.AddText(0, 0x03, piece.Name);
        track.AddMeter(0, piece.QuartersPerBar);
        foreach (TempoChange tempo in piece.Tempi)
        {
            track.AddTempo(tempo.Tick, tempo.MicrosecondsPerQuarter);
        }

        return track.Encode(piece.EndTick);
    }
}
