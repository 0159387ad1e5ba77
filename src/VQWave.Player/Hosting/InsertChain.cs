using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>Effects behind the generator, one after the other.</summary>
/// <remarks>
/// <see cref="Process"/> is real-time safe and for the audio thread; <see cref="Prepare"/> never overlaps it. The other members are for control
/// threads. A plug-in is native code in this process: a crash of one ends the program.
/// </remarks>
internal sealed class InsertChain : IDisposable
{
    private const int UsualFrames = 1024;
    private const int MostFrames = 8192;
    private const int PatienceMilliseconds = 2000;

    private readonly List<Vst3Module> modules = [];
    private readonly InsertSlot[] slots;
    private float[] left = [];
    private float[] right = [];
    private int rate;
    private int isProcessing;

    /// <summary>A chain of effects, which it takes over.</summary>
    public InsertChain(IEnumerable<IStereoEffect> effects, TimeProvider? time = null, Func<double>? threadTime = null) =>
        slots = [.. effects.Select(e => new InsertSlot(e, time, threadTime))];

    private InsertChain(List<Vst3Module> loaded, List<IStereoEffect> effects)
        : this(effects) => modules = loaded;

    /// <summary>The effects in order.</summary>
    public IReadOnlyList<InsertSlot> Slots => slots;

    /// <summary>Seconds that the effects that are heard delay the sound by, all together.</summary>
    public double Latency
    {
        get
        {
            long frames = 0;
            foreach (var slot in slots)
            {
                frames += slot.Verdict == InsertVerdict.None ? slot.Effect.LatencySamples : 0;
            }

            return Volatile.Read(ref rate) is > 0 and var hertz ? (double)frames / hertz : 0;
        }
    }

    /// <summary>Loads effects; null where none are wanted.</summary>
    /// <exception cref="Vst3Exception">One is not there, cannot be loaded, or is no effect.</exception>
    /// <exception cref="UsageException">A class or a parameter is unknown.</exception>
    public static InsertChain? Load(IReadOnlyList<InsertOptions> inserts)
    {
        if (inserts.Count == 0)
        {
            return null;
        }

        var loaded = new List<Vst3Module>();
        var effects = new List<IStereoEffect>();
        try
        {
            foreach (var insert in inserts)
            {
                effects.Add(LoadEffect(insert, path => LoadModule(loaded, path)));
            }

            return new InsertChain(loaded, effects);
        }
        catch
        {
            Unload(effects, loaded);
            throw;
        }
    }

    /// <summary>Makes all effects ready; one that refuses is bypassed.</summary>
    public void Prepare(int sampleRate, int bufferFrames)
    {
        var frames = bufferFrames is > 0 and <= MostFrames ? bufferFrames : UsualFrames;
        if (left.Length != frames)
        {
            left = new float[frames];
            right = new float[frames];
        }

        foreach (var slot in slots)
        {
            slot.Prepare(sampleRate, frames);
        }

        Volatile.Write(ref rate, sampleRate);
    }

    /// <summary>Real-time safe. Processes a block in place: of more than two channels the even ones get the left, the odd ones the right.</summary>
    public void Process(Span<float> interleaved, int channels)
    {
        Volatile.Write(ref isProcessing, 1);
        var frames = interleaved.Length / channels;
        for (var at = 0; at < frames && left.Length > 0; at += left.Length)
        {
            var size = Math.Min(left.Length, frames - at);
            var part = interleaved.Slice(at * channels, size * channels);
            var l = left.AsSpan(0, size);
            var r = right.AsSpan(0, size);
            var second = channels > 1 ? 1 : 0;
            for (var i = 0; i < size; i++)
            {
                l[i] = part[i * channels];
                r[i] = part[(i * channels) + second];
            }

            foreach (var slot in slots)
            {
                slot.Process(l, r);
            }

            Write(part, channels, l, r);
        }

        Volatile.Write(ref isProcessing, 0);
    }

    /// <summary>Does what is due beside the sound, and tells what became of the effects.</summary>
    public void Service(Action<string> tell)
    {
        foreach (var slot in slots)
        {
            slot.Effect.Service();
            if (slot.TryReadNews(out var text))
            {
                tell(text);
            }
        }
    }

    /// <summary>Unloads all. The audio thread has ended; where it hangs within an effect, that is left alone.</summary>
    public void Dispose()
    {
        if (SpinWait.SpinUntil(() => Volatile.Read(ref isProcessing) == 0, PatienceMilliseconds))
        {
            Unload(slots.Select(s => s.Effect), modules);
        }
    }

    private static HostedEffect LoadEffect(InsertOptions insert, Func<string, Vst3Module> load)
    {
        var info = PluginReference.Parse(insert.Plugin).FindClass(load, out var module);
        var plugin = module.CreatePlugin(info);
        foreach (var text in insert.Parameters)
        {
            var point = ParameterPoint.Parse(plugin, text, "--insert-param", timed: false);
            plugin.SetParameter(point.Id, point.Normalized);
        }

        return new HostedEffect(plugin);
    }

    // A module is entered once, however many of its plug-ins are in the chain.
    private static Vst3Module LoadModule(List<Vst3Module> loaded, string path)
    {
        var binary = Vst3Module.FindBinary(path);
        var module = loaded.Find(m => m.BinaryPath == binary);
        if (module is null)
        {
            module = Vst3Module.Load(path);
            loaded.Add(module);
        }

        return module;
    }

    private static void Unload(IEnumerable<IStereoEffect> effects, List<Vst3Module> loaded)
    {
        foreach (var effect in effects.Reverse())
        {
            effect.Dispose();
        }

        foreach (var module in Enumerable.Reverse(loaded))
        {
            module.Dispose();
        }
    }

    private static void Write(Span<float> interleaved, int channels, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        if (channels == 1)
        {
            for (var i = 0; i < left.Length; i++)
            {
                interleaved[i] = 0.5f * (left[i] + right[i]);
            }

            return;
        }

        for (var i = 0; i < left.Length; i++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                interleaved[(i * channels) + channel] = (channel & 1) == 0 ? left[i] : right[i];
            }
        }
    }
}
