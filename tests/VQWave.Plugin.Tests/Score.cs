using VQWave.Vst3;

namespace VQWave.Plugin.Tests;

/// <summary>What happens at which frame of a piece, and how a host gives it to the plug-in block by block.</summary>
internal sealed class Score
{
    private readonly List<(int Frame, Action<Vst3Plugin, int> Act)> events = [];

    public Score Note(int frame, int pitch, int length, int velocity = 100)
    {
        events.Add((frame, (plugin, at) => plugin.AddMidi(at, 0x90, (byte)pitch, (byte)velocity)));
        events.Add((frame + length, (plugin, at) => plugin.AddMidi(at, 0x80, (byte)pitch, 0)));
        return this;
    }

    public Score Midi(int frame, byte status, byte data1, byte data2)
    {
        events.Add((frame, (plugin, at) => plugin.AddMidi(at, status, data1, data2)));
        return this;
    }

    public Score Set(int frame, uint id, double normalized)
    {
        events.Add((frame, (plugin, at) => plugin.Block!.InputParameters.Add(id, at, normalized)));
        return this;
    }

    /// <summary>Renders from the transport's start.</summary>
    /// <param name="plugin">The plug-in, active.</param>
    /// <param name="frames">Frames.</param>
    /// <param name="block">Length of the next block.</param>
    public float[] Play(Vst3Plugin plugin, int frames, Func<int> block)
    {
        var inOrder = events.OrderBy(e => e.Frame).ToList();
        var output = new float[frames];
        var next = 0;
        // A host that starts at the project's beginning, as one does for a bounce.
        plugin.Block!.Context.State |= Vst3ContextFlags.Playing;
        plugin.Block.Context.ProjectTimeSamples = 0;
        for (var at = 0; at < frames; )
        {
            var count = Math.Min(block(), frames - at);
            for (; next < inOrder.Count && inOrder[next].Frame < at + count; next++)
            {
                inOrder[next].Act(plugin, inOrder[next].Frame - at);
            }

            Assert.Equal(Vst3Result.Ok, plugin.Process(count));
            if (count > 0)
            {
                plugin.Block.Output32(0, 0)[..count].CopyTo(output.AsSpan(at));
                Assert.True(
                    plugin.Block.Output32(0, 1)[..count].SequenceEqual(plugin.Block.Output32(0, 0)[..count]),
                    "left and right are the same"
                );
            }

            at += count;
        }

        // The transport stops, as it does after a bounce.
        plugin.Block.Context.State &= ~Vst3ContextFlags.Playing;
        Assert.Equal(Vst3Result.Ok, plugin.Process(1));
        return output;
    }

    public float[] Play(Vst3Plugin plugin, int frames, int block = 512) => Play(plugin, frames, () => block);
}
