using VQWave.Controls;

namespace VQWave.Plugin;

/// <summary>What processor and controller do alike with a state.</summary>
internal static class StateStream
{
    /// <summary>The whole of a stream; null where it is longer than any state of ours.</summary>
    public static byte[]? Read(Stream stream)
    {
        using MemoryStream memory = new();
        var buffer = new byte[1 << 14];
        while (stream.Read(buffer) is var count and > 0)
        {
            if (memory.Length + count > PluginState.MaximumBytes)
            {
                return null;
            }

            memory.Write(buffer, 0, count);
        }

        return memory.ToArray();
    }

    /// <summary>What is the matter with the pack that a state asks for.</summary>
    public static PluginStatus PackProblem(PackCatalog catalog, PluginState state)
    {
        if (state.PackName.Length == 0)
        {
            return PluginStatus.Ready;
        }

        var index = catalog.Find(state.PackName, state.PackHash, out var isSame);
        return index < 0 ? PluginStatus.PackMissing
            : isSame ? PluginStatus.Ready
            : PluginStatus.PackDiffers;
    }

    /// <summary>Makes a map that is in use the one of a state.</summary>
    /// <param name="map">The map.</param>
    /// <param name="json">The state's; null for the default one.</param>
    public static void Adopt(MidiMap map, string? json)
    {
        var source = json is null ? new MidiMap() : MidiMap.FromJson(json);
        map.SoftTakeover = source.SoftTakeover;
        map.ReceiveChannel = source.ReceiveChannel;
        map.Clear();
        foreach (var binding in source.Bindings)
        {
            map.Bind(binding);
        }
    }
}
