using System.Text.Json;
using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Plugin.Tests;

/// <summary>What a host sees of the plug-in, and what it may do to it.</summary>
public sealed class HostTests(PluginFixture fixture)
{
    private const uint Mode = (uint)ParameterId.Mode;

    [Fact]
    public void The_bundle_says_what_it_is()
    {
        using var module = fixture.Load();
        Assert.Equal("VQWave", module.Factory.Vendor);
        var info = Assert.Single(module.AudioModules);
        Assert.Equal("VQWave", info.Name);
        Assert.True(info.IsInstrument);
        var written = File.ReadAllText(Path.Combine(fixture.Bundle, "Contents", "Resources", "moduleinfo.json"));
        Assert.Equal(module.ToModuleInfoJson(info.Version), written);
        using var json = JsonDocument.Parse(written);
        Assert.Equal(info.Id.ToString(), json.RootElement.GetProperty("Classes")[0].GetProperty("CID").GetString());

        using var plugin = module.CreatePlugin();
        Assert.False(plugin.IsSingleComponent);
        Assert.Equal(uint.MaxValue, plugin.TailSamples);
        Assert.Empty(plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input));
        Assert.Equal(2, Assert.Single(plugin.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output)).ChannelCount);
        Assert.Equal(16, Assert.Single(plugin.GetBuses(Vst3MediaType.Event, Vst3BusDirection.Input)).ChannelCount);
        Assert.True(plugin.SupportsSampleSize(Vst3SampleSize.Float32) && plugin.SupportsSampleSize(Vst3SampleSize.Float64));
        var presets = Directory.GetFiles(Path.Combine(fixture.Bundle, "Contents", "Resources", "presets"), "*.vstpreset");
        Assert.Equal(PresetBank.Factory.Count, presets.Length);
        foreach (var preset in presets)
        {
            var state = Vst3PluginState.FromPreset(File.ReadAllBytes(preset), out var id);
            Assert.Equal(info.Id, id);
            Assert.True(plugin.LoadState(state));
        }
    }

    [Fact]
    public void Parameters_are_those_of_the_table()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        foreach (var definition in ParameterTable.Default.Parameters)
        {
            var parameter = plugin.Parameters.Single(p => p.Id == (uint)definition.Id);
            Assert.Equal(definition.Name, parameter.Title);
            Assert.Equal(definition.UnitText, parameter.Units);
            Assert.Equal(definition.ToNormalised(definition.Default), parameter.DefaultNormalized, 1e-12);
            Assert.True(parameter.Flags.HasFlag(Vst3ParameterFlags.CanAutomate));
            Assert.Equal(definition.ToNormalised(definition.Default), plugin.GetParameter(parameter.Id), 1e-6);
            for (var i = 0; i <= 20; i++)
            {
                var plain = definition.FromNormalised(i / 20.0);
                Assert.Equal(plain, plugin.ToPlain(parameter.Id, i / 20.0), 1e-5);
                var text = plugin.GetParameterText(parameter.Id, i / 20.0);
                Assert.True(plugin.TryParseParameter(parameter.Id, text, out var read), $"{definition.Name}: '{text}'");
                Assert.Equal(text, plugin.GetParameterText(parameter.Id, read));
                Assert.True(plugin.TryParseParameter(parameter.Id, $"{text} {parameter.Units}", out var withUnit));
                Assert.Equal(read, withUnit);
            }
        }

        Assert.Equal((uint)ParameterId.Bypass, plugin.Bypass!.Id);
        var list = Assert.Single(plugin.GetProgramLists());
        Assert.Equal(PresetBank.Factory.Select(p => p.Name), list.Programs);
        Assert.True(plugin.FindParameter("Status")!.Flags.HasFlag(Vst3ParameterFlags.IsReadOnly));
        var pack = plugin.FindParameter("Model pack")!;
        Assert.Equal("a-tiny", plugin.GetParameterText(pack.Id, 0));
        Assert.Equal("b-tiny", plugin.GetParameterText(pack.Id, 1.0 / pack.StepCount));
        Assert.Equal(plugin.Parameters.Count, plugin.Parameters.Select(p => p.Id).Distinct().Count());
    }

    [Fact]
    public void Controllers_move_what_the_default_map_says()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        (int Controller, ParameterId Id)[] expected =
        [
            (1, ParameterId.Temperature),
            (71, ParameterId.TopK),
            (64, ParameterId.Freeze),
            (20, ParameterId.Level1Temperature),
            (23, ParameterId.Level4Temperature),
            (24, ParameterId.Level1TopK),
            (27, ParameterId.Level4TopK),
        ];
        foreach (var (controller, id) in expected)
        {
            Assert.True(plugin.TryMapMidi(0, 3, controller, out var parameter));
            Assert.Equal((uint)id, parameter);
        }

        foreach (var controller in new[] { 7, 120, 123, Vst3MidiController.PitchBend })
        {
            Assert.True(plugin.TryMapMidi(0, 0, controller, out var parameter));
            Assert.True(plugin.Parameters.Single(p => p.Id == parameter).Flags.HasFlag(Vst3ParameterFlags.IsHidden));
        }

        Assert.False(plugin.TryMapMidi(0, 0, 90, out _));
        Assert.False(plugin.TryMapMidi(1, 0, 1, out _));
    }

    [Fact]
    public void Latency_is_the_buffers_and_is_told_again()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, mode: Vst3ProcessMode.Realtime);
        plugin.Activate();
        plugin.Pump();
        var first = plugin.LatencySamples;
        Assert.InRange(first, 48u * 30, 48u * 200);
        var buffer = (uint)ParameterId.Buffer;
        plugin.SetParameter(buffer, plugin.ToNormalized(buffer, 500));
        Assert.True(plugin.Pump().HasFlag(Vst3RestartFlags.LatencyChanged));
        var second = plugin.LatencySamples;
        Assert.Equal(48 * (500 - 52), (int)second - (int)first, 50.0);
        plugin.Restart();
        Assert.Equal(second, plugin.LatencySamples);
        plugin.Process(128);
        Assert.Equal(second, plugin.LatencySamples);
        // Notes sound at once.
        plugin.SetParameter(Mode, 1);
        Assert.True(plugin.Pump().HasFlag(Vst3RestartFlags.LatencyChanged));
        Assert.Equal(0u, plugin.LatencySamples);
        plugin.SetParameter((uint)ParameterId.Temperature, 0.3);
        Assert.False(plugin.Pump().HasFlag(Vst3RestartFlags.LatencyChanged));
        // So does a state, also one of another latency than before it was read for the first time.
        plugin.Process(128);
        var state = plugin.SaveState();
        using (var other = PluginFixture.Open(module))
        {
            Assert.Equal(first, other.LatencySamples);
            other.Pump();
            Assert.True(other.LoadState(state));
            Assert.True(other.Pump().HasFlag(Vst3RestartFlags.LatencyChanged));
            Assert.Equal(0u, other.LatencySamples);
        }

        // A program that plays freely has it again.
        plugin.SelectProgram(1, 9);
        Assert.True(plugin.Pump().HasFlag(Vst3RestartFlags.LatencyChanged));
        Assert.Equal(second, plugin.LatencySamples);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(11_025)]
    [InlineData(22_050)]
    [InlineData(44_100)]
    [InlineData(88_200)]
    [InlineData(96_000)]
    [InlineData(192_000)]
    [InlineData(384_000)]
    public void Every_rate_plays_a_note(int rate)
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, rate, 1024);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        var sound = new Score().Note(rate / 10, 60, rate / 2).Play(plugin, rate, 1000);
        Assert.True(sound.All(float.IsFinite));
        Assert.True(sound.Max(MathF.Abs) > 0.005f);
        Assert.Equal(-1, sound.AsSpan(0, rate / 10).IndexOfAnyExcept(0f));
    }

    [Fact]
    public void Rates_that_it_cannot_are_refused()
    {
        using var module = fixture.Load();
        using var plugin = module.CreatePlugin();
        Assert.Throws<Vst3Exception>(() => plugin.Configure(500, 64));
        Assert.Throws<Vst3Exception>(() => plugin.Configure(2_000_000, 64));
        plugin.Configure(44_100.4, 64);
    }

    [Fact]
    public void Samples_of_64_bits_are_those_of_32()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 500);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        var single = new Score().Note(700, 64, 4000).Play(plugin, 8000, 500);
        plugin.Deactivate();
        plugin.Configure(48_000, 500, Vst3ProcessMode.Offline, Vst3SampleSize.Float64);
        plugin.Activate();
        plugin.Block!.Context.State |= Vst3ContextFlags.Playing;
        for (var at = 0; at < 8000; at += 500)
        {
            if (at == 500)
            {
                plugin.AddMidi(200, 0x90, 64, 100);
            }

            if (at == 4500)
            {
                plugin.AddMidi(200, 0x80, 64, 0);
            }

            Assert.Equal(Vst3Result.Ok, plugin.Process(500));
            for (var i = 0; i < 500; i++)
            {
                Assert.Equal((double)single[at + i], plugin.Block.Output64(0, 0)[i]);
                Assert.Equal((double)single[at + i], plugin.Block.Output64(0, 1)[i]);
            }
        }
    }

    [Fact]
    public void Silence_is_flagged_when_and_only_when_there_is_none()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 256);
        plugin.SetParameter(Mode, 1);
        plugin.Activate();
        var flagged = 0;
        var sounding = 0;
        for (var i = 0; i < 200; i++)
        {
            if (i == 50)
            {
                plugin.AddMidi(0, 0x90, 60, 100);
            }

            if (i == 100)
            {
                plugin.AddMidi(0, 0x80, 60, 0);
            }

            Assert.Equal(Vst3Result.Ok, plugin.Process(256));
            var isSilent = plugin.Block!.Output32(0, 0)[..256].IndexOfAnyExcept(0f) < 0;
            Assert.Equal(isSilent ? 3u : 0u, plugin.Block.OutputSilence(0));
            flagged += isSilent ? 1 : 0;
            sounding += isSilent ? 0 : 1;
        }

        Assert.InRange(flagged, 100, 160);
        Assert.InRange(sounding, 40, 100);
    }

    [Fact]
    public void Bypass_fades_out_and_in()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 512);
        plugin.Activate();
        var bypass = plugin.Bypass!.Id;
        var open = new Score().Set(0, bypass, 0).Play(plugin, 48_000, 512);
        var bypassed = new Score().Set(0, bypass, 0).Set(10_000, bypass, 1).Set(30_000, bypass, 0).Play(plugin, 48_000, 512);
        var latency = (int)plugin.LatencySamples;
        Assert.Equal(open[..(10_000 + latency)], bypassed[..(10_000 + latency)]);
        var quiet = bypassed.AsSpan(10_000 + latency + 1500, 20_000 - 1500);
        Assert.Equal(-1, quiet.IndexOfAnyExcept(0f));
        Assert.Equal(open[(30_000 + latency + 1500)..], bypassed[(30_000 + latency + 1500)..]);
        // In between it is a gain that falls and rises, nothing else: no step.
        var worst = 0f;
        for (var i = 10_000 + latency; i < 10_000 + latency + 1500; i++)
        {
            worst = Math.Max(worst, Math.Abs(bypassed[i]) - Math.Abs(open[i]));
        }

        Assert.True(worst <= 1e-7f);
        Assert.True(LargestStep(bypassed) <= LargestStep(open) + 0.02f);
    }

    [Fact]
    public void Flushes_without_buffers_set_parameters()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, mode: Vst3ProcessMode.Realtime);
        plugin.Activate();
        for (var i = 0; i <= 100; i++)
        {
            plugin.SetParameter((uint)ParameterId.Temperature, i / 100.0);
            plugin.SetParameter(Mode, i & 1);
            plugin.SetParameter(Mode, 0);
            plugin.AddMidi(0, 0x90, 60, 100);
            Assert.Equal(Vst3Result.Ok, plugin.Flush());
            Assert.Equal(Vst3Result.Ok, plugin.Process(0));
        }

        var state = plugin.SaveState();
        using var other = PluginFixture.Open(module);
        Assert.True(other.LoadState(state));
        Assert.Equal(1, other.GetParameter((uint)ParameterId.Temperature), 1e-6);
    }

    [Fact]
    public void Loading_and_unloading_in_any_order_leaves_nothing_behind()
    {
        var threads = -1;
        var files = -1;
        var random = new Random(3);
        for (var round = 0; round < 12; round++)
        {
            var module = fixture.Load();
            var plugins = Enumerable
                .Range(0, random.Next(1, 5))
                .Select(_ => PluginFixture.Open(module, mode: (Vst3ProcessMode)(round % 3)))
                .ToList();
            foreach (var plugin in plugins.Where(_ => random.Next(4) > 0))
            {
                plugin.Activate();
                plugin.Process(100);
                plugin.Pump();
            }

            while (plugins.Count > 0 && random.Next(5) > 0)
            {
                var at = random.Next(plugins.Count);
                plugins[at].Dispose();
                plugins.RemoveAt(at);
            }

            // Those that are left go with the module.
            module.Dispose();
            Assert.Equal(0, fixture.Counter(2));
            Assert.Equal(0, fixture.Counter(3));
            Assert.Equal(0, fixture.Counter(4));
            if (round == 5)
            {
                threads = Count("/proc/self/task");
                files = Count("/proc/self/fd");
            }
        }

        Assert.InRange(Count("/proc/self/task"), 1, threads + 1);
        Assert.InRange(Count("/proc/self/fd"), 1, files + 1);
    }

    [Fact]
    public void Ten_instances_share_one_copy_of_the_weights()
    {
        const string Shipped = "live-keys";
        using var module = fixture.Load();
        List<Vst3Plugin> plugins = [];
        try
        {
            var resident = new List<long>();
            for (var i = 0; i < 10; i++)
            {
                var plugin = PluginFixture.Open(module, block: 512);
                var pack = plugin.FindParameter("Model pack")!;
                Assert.True(plugin.TryParseParameter(pack.Id, Shipped, out var value), "the bundle holds the shipped pack");
                plugin.SetParameter(pack.Id, value);
                plugin.Activate();
                Assert.Equal(Vst3Result.Ok, plugin.Process(512));
                plugins.Add(plugin);
                resident.Add(Resident());
            }

            var weights = Directory
                .GetFiles(Path.Combine(fixture.Bundle, "Contents", "Resources", "models", Shipped), "*.onnx")
                .Sum(f => new FileInfo(f).Length);
            var each = (resident[^1] - resident[0]) / 9;
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"weights {weights / 1e6:F1} MB; the first instance brings the process to {resident[0] / 1e6:F0} MB, each further one adds {each / 1e6:F1} MB"
            );
            Assert.True(each < weights / 2, $"each instance takes {each / 1e6:F1} MB, the weights have {weights / 1e6:F1} MB");
        }
        finally
        {
            plugins.ForEach(p => p.Dispose());
        }
    }

    private static float LargestStep(ReadOnlySpan<float> samples)
    {
        var worst = 0f;
        for (var i = 1; i < samples.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(samples[i] - samples[i - 1]));
        }

        return worst;
    }

    private static int Count(string folder) => Directory.EnumerateFileSystemEntries(folder).Count();

    private static long Resident() =>
        long.Parse(
            File.ReadLines("/proc/self/status")
                .First(l => l.StartsWith("VmRSS", StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]
        ) * 1024;
}
