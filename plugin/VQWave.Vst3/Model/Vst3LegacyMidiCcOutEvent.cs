using System.Runtime.InteropServices;

namespace VQWave.Vst3;

/// <summary>A MIDI controller that a plug-in sends to its host.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Vst3LegacyMidiCcOutEvent
{
    /// <summary>Controller number, see <see cref="Vst3MidiController"/>.</summary>
    public byte ControlNumber;

    /// <summary>Channel in the event bus, from 0.</summary>
    public sbyte Channel;

    /// <summary>0 to 127; the low seven bits of a pitch bend.</summary>
    public sbyte Value;

    /// <summary>The high seven bits of a pitch bend; the pressure of poly pressure.</summary>
    public sbyte Value2;
}
