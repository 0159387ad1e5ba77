using VQWave.Controls;

namespace VQWave.Plugin;

/// <summary>
/// The numbers of the plug-in's parameters. Those of the core's table have the numbers that they have there; the plug-in's own are above.
/// They are stored in projects and never change their meaning.
/// </summary>
internal static class PluginIds
{
    /// <summary>Which pack plays.</summary>
    public const uint Pack = 1000;

    /// <summary>The program of the factory presets.</summary>
    public const uint Program = 1001;

    /// <summary>What the plug-in is doing; read only.</summary>
    public const uint Status = 1002;

    /// <summary>The bend wheel.</summary>
    public const uint Bend = 1100;

    /// <summary>The sustain pedal, where no parameter has CC 64.</summary>
    public const uint Sustain = 1101;

    /// <summary>CC 120.</summary>
    public const uint AllSoundOff = 1102;

    /// <summary>CC 123 to 127.</summary>
    public const uint AllNotesOff = 1103;

    /// <summary>Volume: its range ends at 0 dB, so that it cannot be the gain itself.</summary>
    public const uint Volume = 1104;

    /// <summary>The first of the controllers that <see cref="ControllerSlots"/> hands out.</summary>
    public const uint FirstSlot = 1110;

    /// <summary>The list of the factory presets.</summary>
    public const int Programs = 1;

    /// <summary>The controller of the volume.</summary>
    public const int VolumeController = 7;

    /// <summary>The place of a parameter in the core's table; −1 for the plug-in's own and for those that are not.</summary>
    public static int TableIndex(uint id) => id < 256 ? ParameterTable.Default.Find((ParameterId)id) : -1;
}
