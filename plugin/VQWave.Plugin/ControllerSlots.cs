using VQWave.Controls;

namespace VQWave.Plugin;

/// <summary>
/// A host gives a controller as a parameter's value over its whole range. Where the map says something else (a part of the range, an endless
/// knob, 14 bits), the controller moves a hidden parameter, and the processor asks the map what it means. Both halves count them alike.
/// </summary>
internal static class ControllerSlots
{
    /// <summary>How many there are; further ones move their parameters over the whole range.</summary>
    public const int Count = 8;

    /// <summary>Whether it is the default volume, whose hidden parameter is older and has a name.</summary>
    public static bool IsVolume(MidiBinding binding) =>
        binding
            is {
                Parameter: ParameterId.Gain,
                Controller: PluginIds.VolumeController,
                Channel: < 0,
                Encoding: ControllerEncoding.Absolute,
                Low: 0,
                High: < 1,
            };

    /// <summary>The slot of a controller; −1 where it has none.</summary>
    public static int Find(MidiMap map, int channel, int controller)
    {
        for (var slot = 0; slot < Count && TryGet(map, slot, out var bound, out var number); slot++)
        {
            if (number == controller && (bound < 0 || bound == channel))
            {
                return slot;
            }
        }

        return -1;
    }

    /// <summary>The controller of a slot. Real-time safe.</summary>
    /// <param name="map">The map.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="channel">Its channel; −1 for all.</param>
    /// <param name="controller">Its number.</param>
    public static bool TryGet(MidiMap map, int slot, out int channel, out int controller)
    {
        var bindings = map.Bindings;
        var next = 0;
        for (var i = 0; i < bindings.Count; i++)
        {
            var binding = bindings[i];
            if (IsPlain(binding) || IsVolume(binding))
            {
                continue;
            }

            channel = binding.Channel;
            controller = binding.Controller;
            if (next++ == slot)
            {
                return true;
            }

            // The fine half.
            if (binding.Encoding == ControllerEncoding.Absolute14 && binding.Controller < 32)
            {
                controller += 32;
                if (next++ == slot)
                {
                    return true;
                }
            }
        }

        channel = -1;
        controller = -1;
        return false;
    }

    private static bool IsPlain(MidiBinding binding) => binding is { Encoding: ControllerEncoding.Absolute, Low: 0, High: 1 };
}
