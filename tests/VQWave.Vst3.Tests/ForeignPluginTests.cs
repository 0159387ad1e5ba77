using VQWave.Vst3.Interop;

namespace VQWave.Vst3.Tests;

/// <summary>Plug-ins that others wrote: whatever VST3 bundles are installed, Debian's zam-plugins for one.</summary>
[Collection("native objects")]
public sealed class ForeignPluginTests
{
    private const string Folder = "/usr/lib/vst3";
    private const int Frames = 512;
    private const int Blocks = 40;
    private const string None = "(none)";

    public static TheoryData<string> Bundles
    {
        get
        {
            string[] found = Directory.Exists(Folder) ? Directory.GetDirectories(Folder, "*.vst3") : [];
            return found.Length == 0 ? [None] : [.. found.Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(Bundles))]
    public void Loads_plays_obeys_its_parameters_keeps_its_state_and_unloads(string bundle)
    {
        Assert.SkipWhen(bundle == None, $"no VST3 bundle in {Folder}: apt-get install zam-plugins");
        int before = NativeObject.AliveCount;
        string binary;
        using (Vst3Module module = Vst3Module.Load(bundle))
        {
            binary = module.BinaryPath;
            Assert.NotEmpty(module.AudioModules);
            Assert.Contains(binary, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
            foreach (Vst3ClassInfo info in module.AudioModules)
            {
                Try(module, info);
            }
        }

        // No reference to our objects is left, and the library is gone from the process.
        Assert.Equal(before, NativeObject.AliveCount);
        Assert.DoesNotContain(binary, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    private static void Try(Vst3Module module, Vst3ClassInfo info)
    {
        float[] plain = Render(module, info, null, 0);
        Assert.All(plain, sample => Assert.True(float.IsFinite(sample)));
        Assert.Contains(plain, sample => sample != 0);

        // One that loads something on a thread of its own (the convolver of ZamHeadX2) does not sound the same twice.
        bool repeats = plain.AsSpan().SequenceEqual(Render(module, info, null, 0));
        using Vst3Plugin plugin = module.CreatePlugin(info);
        var audible = new List<string>();
        foreach (Vst3ParameterInfo parameter in plugin.Parameters)
        {
            Assert.NotEmpty(parameter.Title);
            Assert.InRange(parameter.DefaultNormalized, 0, 1);
            Assert.InRange(plugin.GetParameter(parameter.Id), 0, 1);
            if (!IsPlain(parameter) || audible.Count >= 2)
            {
                continue;
            }

            foreach (double value in new[] { 0.0, 1.0 })
            {
                float[] changed = Render(module, info, parameter, value);
                Assert.All(changed, sample => Assert.True(float.IsFinite(sample)));
                if (!changed.AsSpan().SequenceEqual(plain))
                {
                    audible.Add(parameter.Title);
                    break;
                }
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{info.Name}: {plugin.Parameters.Count} parameters, repeats: {repeats}, heard: {string.Join(", ", audible)}"
        );
        if (plugin.Parameters.Any(IsPlain))
        {
            Assert.NotEmpty(audible);
            TryState(plugin, module, info);
        }

        TryEdges(plugin);
    }

    private static void TryState(Vst3Plugin plugin, Vst3Module module, Vst3ClassInfo info)
    {
        Vst3ParameterInfo parameter = plugin.Parameters.First(IsPlain);
        plugin.Configure(48000, Frames);
        plugin.Activate();
        double wanted = parameter.DefaultNormalized > 0.5 ? 0 : 1;
        Assert.True(plugin.SetParameter(parameter.Id, wanted));
        plugin.Process(Frames);
        plugin.Pump();
        Vst3PluginState state = plugin.SaveState();
        using Vst3Plugin other = module.CreatePlugin(info);
        Assert.True(other.LoadState(Vst3PluginState.FromPreset(state.ToPreset(info.Id), out Vst3Uid id)));
        Assert.Equal(info.Id, id);
        Assert.Equal(plugin.GetParameter(parameter.Id), other.GetParameter(parameter.Id), 1e-6);
    }

    private static void TryEdges(Vst3Plugin plugin)
    {
        foreach (Vst3ParameterInfo parameter in plugin.Parameters)
        {
            // Texts are the plug-in's own affair, but there is one for each default.
            Assert.NotEmpty(plugin.GetParameterText(parameter.Id, parameter.DefaultNormalized));
        }

        plugin.Deactivate();
        plugin.Configure(48000, Frames);
        plugin.Activate();
        Assert.Equal(Vst3Result.Ok, plugin.Process(1));
        Assert.Equal(Vst3Result.Ok, plugin.Process(0));
        plugin.Restart();
        Assert.Equal(Vst3Result.Ok, plugin.Process(Frames));
        if (plugin.SetBypass(true))
        {
            Assert.Equal(Vst3Result.Ok, plugin.Process(Frames));
        }
    }

    private static bool IsPlain(Vst3ParameterInfo parameter)
    {
        const Vst3ParameterFlags Special =
            Vst3ParameterFlags.IsReadOnly | Vst3ParameterFlags.IsHidden | Vst3ParameterFlags.IsBypass | Vst3ParameterFlags.IsProgramChange;
        return (parameter.Flags & Special) == Vst3ParameterFlags.None && parameter.Flags.HasFlag(Vst3ParameterFlags.CanAutomate);
    }

    private static float[] Render(Vst3Module module, Vst3ClassInfo info, Vst3ParameterInfo? parameter, double value)
    {
        using Vst3Plugin plugin = module.CreatePlugin(info);
        plugin.Configure(48000, Frames);
        plugin.Activate();
        Vst3ProcessBlock block = plugin.Block!;
        block.Context.State |= Vst3ContextFlags.Playing;
        if (parameter is not null)
        {
            Assert.True(plugin.SetParameter(parameter.Id, value), parameter.Title);
        }

        var random = new Random(17);
        var output = new float[Blocks * Frames];
        for (int b = 0; b < Blocks; b++)
        {
            for (int i = 0; i < Frames; i++)
            {
                // A sine under noise: something for filters, and something for dynamics.
                double sine = Math.Sin(2 * Math.PI * 997 * ((b * Frames) + i) / 48000);
                float sample = (float)((0.5 * sine) + (0.25 * ((random.NextDouble() * 2) - 1)));
                for (int bus = 0; bus < block.InputCount; bus++)
                {
                    for (int c = 0; c < block.InputChannels(bus); c++)
                    {
                        block.Input32(bus, c)[i] = sample;
                    }
                }
            }

            if (b == 0)
            {
                plugin.AddMidi(0, 0x90, 60, 100);
            }

            Assert.Equal(Vst3Result.Ok, plugin.Process(Frames));
            block.Output32(0, 0)[..Frames].CopyTo(output.AsSpan(b * Frames));
        }

        return output;
    }
}
