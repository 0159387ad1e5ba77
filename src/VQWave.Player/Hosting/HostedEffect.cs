using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>A VST3 plug-in as a stereo effect.</summary>
/// <remarks>Threading: as <see cref="IStereoEffect"/> has it; control threads take turns by a lock that the audio thread knows nothing of.</remarks>
internal sealed class HostedEffect : IStereoEffect
{
    private readonly Lock gate = new();
    private readonly Vst3Plugin plugin;
    private Vst3ProcessBlock? block;
    private int inputs;
    private int outputs;
    private int latency;
    private bool disposed;

    /// <summary>Takes over a plug-in that is not configured yet.</summary>
    /// <param name="plugin">The plug-in.</param>
    /// <exception cref="Vst3Exception">It is no effect with mono or stereo buses.</exception>
    public HostedEffect(Vst3Plugin plugin)
    {
        this.plugin = plugin;
        if (!HasStereoBuses() && !(TryStereo() && HasStereoBuses()))
        {
            throw new Vst3Exception($"'{Name}' is no effect on mono or stereo sound: it has {DescribeBuses()}.");
        }
    }

    /// <inheritdoc/>
    public string Name => plugin.Info.Name;

    /// <inheritdoc/>
    public int LatencySamples => Volatile.Read(ref latency);

    /// <inheritdoc/>
    public void Prepare(int sampleRate, int maxFrames)
    {
        lock (gate)
        {
            // A device that came back with the same format does not end the tails.
            if (plugin.IsActive && plugin.Setup is { } setup && setup.SampleRate == sampleRate && setup.MaxBlockFrames == maxFrames)
            {
                return;
            }

            plugin.Deactivate();
            plugin.Configure(sampleRate, maxFrames);
            plugin.Activate();
            block = plugin.Block!;
            block.Context.State |= Vst3ContextFlags.Playing;
            inputs = block.InputChannels(0);
            outputs = block.OutputChannels(0);
            for (var bus = 1; bus < block.InputCount; bus++)
            {
                block.SetInputSilence(bus, ulong.MaxValue >> (64 - Math.Clamp(block.InputChannels(bus), 1, 64)));
            }

            ReadLatency();
        }
    }

    /// <inheritdoc/>
    public int Process(Span<float> left, Span<float> right)
    {
        if (block is not { } now)
        {
            return Vst3Result.NotInitialized;
        }

        if (inputs == 1)
        {
            var mono = now.Input32(0, 0);
            for (var i = 0; i < left.Length; i++)
            {
                mono[i] = 0.5f * (left[i] + right[i]);
            }
        }
        else
        {
            left.CopyTo(now.Input32(0, 0));
            right.CopyTo(now.Input32(0, 1));
        }

        var code = plugin.Process(left.Length);
        if (code == Vst3Result.Ok)
        {
            now.Output32(0, 0)[..left.Length].CopyTo(left);
            now.Output32(0, outputs - 1)[..left.Length].CopyTo(right);
        }

        return code;
    }

    /// <inheritdoc/>
    public void Service()
    {
        lock (gate)
        {
            if (
                !disposed
                && (plugin.Pump() & (Vst3RestartFlags.LatencyChanged | Vst3RestartFlags.ReloadComponent)) != Vst3RestartFlags.None
            )
            {
                ReadLatency();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            plugin.Dispose();
        }
    }

    private void ReadLatency() => Volatile.Write(ref latency, (int)Math.Min(plugin.LatencySamples, int.MaxValue));

    private bool HasStereoBuses() => Channels(Vst3BusDirection.Input) is 1 or 2 && Channels(Vst3BusDirection.Output) is 1 or 2;

    private bool TryStereo()
    {
        ulong[] Wanted(Vst3BusDirection direction) =>
            [.. plugin.GetBuses(Vst3MediaType.Audio, direction).Select((b, i) => i == 0 ? Vst3SpeakerArrangement.Stereo : b.Arrangement)];
        return plugin.TrySetArrangements(Wanted(Vst3BusDirection.Input), Wanted(Vst3BusDirection.Output));
    }

    private int Channels(Vst3BusDirection direction) =>
        plugin.GetBuses(Vst3MediaType.Audio, direction) is [var first, ..] ? first.ChannelCount : 0;

    private string DescribeBuses()
    {
        string Side(Vst3BusDirection direction, string name) =>
            Channels(direction) switch
            {
                0 => $"no audio {name}",
                1 => $"a mono {name}",
                2 => $"a stereo {name}",
                var many => $"an {name} of {many} channels",
            };
        return $"{Side(Vst3BusDirection.Input, "input")} and {Side(Vst3BusDirection.Output, "output")}";
    }
}
