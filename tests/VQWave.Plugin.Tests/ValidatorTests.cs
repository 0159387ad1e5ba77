using VQWave.Controls;
using VQWave.Vst3;
using VQWave.Vst3.Interop;

namespace VQWave.Plugin.Tests;

/// <summary>The rules that the interface's makers check with their validator, over the plug-in's own interfaces.</summary>
public sealed unsafe class ValidatorTests(PluginFixture fixture)
{
    private const int Block = 64;
    private const uint Bypass = (uint)ParameterId.Bypass;

    [Fact]
    public void Buses_have_names_and_always_the_same_information()
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        var random = new Random(1);
        var total = 0;
        foreach (var media in Enum.GetValues<Vst3MediaType>())
        {
            foreach (var direction in Enum.GetValues<Vst3BusDirection>())
            {
                var count = plugin.BusCount(media, direction);
                total += count;
                for (var i = 0; i < count; i++)
                {
                    BusInfoData first = default;
                    BusInfoData again = default;
                    Assert.Equal(Vst3Result.Ok, plugin.BusInfo(media, direction, i, &first));
                    Assert.Equal(Vst3Result.Ok, plugin.BusInfo(media, direction, i, &again));
                    Assert.NotEqual("", new string(first.Name));
                    Assert.True(Bytes(&first, sizeof(BusInfoData)).SequenceEqual(Bytes(&again, sizeof(BusInfoData))));
                    // Off and on, whatever it is by default.
                    Assert.Equal(Vst3Result.Ok, plugin.ActivateBus(media, direction, i, false));
                    Assert.Equal(Vst3Result.Ok, plugin.ActivateBus(media, direction, i, true));
                    if (media == Vst3MediaType.Audio)
                    {
                        Assert.Equal(Vst3Result.Ok, plugin.Arrangement(direction, i, out var arrangement));
                        Assert.Equal(first.ChannelCount, System.Numerics.BitOperations.PopCount(arrangement));
                    }
                }

                // One that there is not is refused and its information left as it was.
                foreach (var index in new[] { count, -1, int.MinValue, random.Next(100, int.MaxValue) })
                {
                    BusInfoData untouched = default;
                    Assert.NotEqual(Vst3Result.Ok, plugin.BusInfo(media, direction, index, &untouched));
                    Assert.Equal(-1, Bytes(&untouched, sizeof(BusInfoData)).IndexOfAnyExcept((byte)0));
                    Assert.NotEqual(Vst3Result.Ok, plugin.ActivateBus(media, direction, index, true));
                }
            }
        }

        Assert.Equal(2, total);
    }

    [Fact]
    public void Parameters_units_and_flags_agree()
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        HashSet<int> units = [];
        var roots = 0;
        for (var i = 0; i < plugin.UnitCount(); i++)
        {
            UnitInfoData unit = default;
            Assert.Equal(Vst3Result.Ok, plugin.UnitInfo(i, &unit));
            Assert.True(unit.Id >= 0 && units.Add(unit.Id));
            Assert.NotEqual("", new string(unit.Name));
            Assert.NotEqual(unit.Id, unit.ParentUnitId);
            Assert.True(unit.ProgramListId >= -1);
            roots += unit.ParentUnitId == -1 ? 1 : 0;
            Assert.Equal(unit.ParentUnitId == -1, unit.Id == Vst3Unit.Root);
            // Parents come first here, so that each is known.
            Assert.True(unit.ParentUnitId == -1 || units.Contains(unit.ParentUnitId));
            Assert.Equal(Vst3Result.Ok, plugin.SelectUnit(unit.Id));
            Assert.Equal(unit.Id, plugin.SelectedUnit());
        }

        Assert.Equal(1, roots);
        HashSet<uint> ids = [];
        var bypasses = 0;
        var programs = 0;
        for (var i = 0; i < plugin.ParameterCount(); i++)
        {
            ParameterInfoData info = default;
            Assert.Equal(Vst3Result.Ok, plugin.ParameterInfo(i, &info));
            var flags = (Vst3ParameterFlags)info.Flags;
            Assert.True(info.Id <= int.MaxValue && ids.Add(info.Id), $"id {info.Id}");
            Assert.NotEqual("", new string(info.Title));
            Assert.True(info.StepCount >= 0);
            Assert.InRange(info.DefaultNormalizedValue, 0, 1);
            Assert.InRange(plugin.GetNormalized(info.Id), 0, 1);
            Assert.Contains(info.UnitId, units);
            if (flags.HasFlag(Vst3ParameterFlags.IsReadOnly))
            {
                Assert.False(flags.HasFlag(Vst3ParameterFlags.CanAutomate));
                Assert.False(flags.HasFlag(Vst3ParameterFlags.IsProgramChange));
            }

            if (flags.HasFlag(Vst3ParameterFlags.IsBypass))
            {
                bypasses++;
                Assert.Equal(Vst3ParameterFlags.IsBypass | Vst3ParameterFlags.CanAutomate, flags);
                Assert.Equal(1, info.StepCount);
            }

            if (flags.HasFlag(Vst3ParameterFlags.IsProgramChange))
            {
                programs++;
                Assert.True(flags.HasFlag(Vst3ParameterFlags.IsList));
            }

            if (flags.HasFlag(Vst3ParameterFlags.IsHidden))
            {
                Assert.False(flags.HasFlag(Vst3ParameterFlags.CanAutomate));
            }
        }

        Assert.Equal(1, bypasses);
        Assert.Equal(1, programs);
        ParameterInfoData none = default;
        Assert.NotEqual(Vst3Result.Ok, plugin.ParameterInfo(plugin.ParameterCount(), &none));
        Assert.NotEqual(Vst3Result.Ok, plugin.ParameterInfo(-1, &none));

        // Controllers move parameters that there are, on channels that there are.
        for (var channel = 0; channel < 16; channel++)
        {
            var mapped = 0;
            for (var controller = 0; controller <= Vst3MidiController.Count; controller++)
            {
                if (plugin.MapMidi(0, channel, controller, out var id) == Vst3Result.Ok)
                {
                    Assert.Contains(id, ids);
                    Assert.True(controller < Vst3MidiController.Count);
                    mapped++;
                }
            }

            Assert.True(mapped > 10);
            Assert.NotEqual(Vst3Result.Ok, plugin.MapMidi(1, channel, 1, out _));
        }

        Assert.NotEqual(Vst3Result.Ok, plugin.MapMidi(0, 16, 1, out _));
    }

    [Fact]
    public void Programs_have_names_and_their_lists_ids()
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        HashSet<int> lists = [];
        var name = stackalloc char[256];
        Assert.True(plugin.ProgramListCount() > 0);
        for (var i = 0; i < plugin.ProgramListCount(); i++)
        {
            ProgramListInfoData list = default;
            Assert.Equal(Vst3Result.Ok, plugin.ProgramListInfo(i, &list));
            Assert.True(list.Id >= 0 && lists.Add(list.Id));
            Assert.NotEqual("", new string(list.Name));
            Assert.True(list.ProgramCount > 0);
            for (var p = 0; p < list.ProgramCount; p++)
            {
                new Span<char>(name, 256).Clear();
                Assert.Equal(Vst3Result.Ok, plugin.ProgramName(list.Id, p, name));
                Assert.NotEqual("", new string(name));
                Assert.NotEqual(Vst3Result.Ok, plugin.HasPitchNames(list.Id, p));
            }

            Assert.NotEqual(Vst3Result.Ok, plugin.ProgramName(list.Id, list.ProgramCount, name));
        }

        ProgramListInfoData none = default;
        Assert.NotEqual(Vst3Result.Ok, plugin.ProgramListInfo(lists.Count, &none));
    }

    [Fact]
    public void What_it_says_about_itself_is_there()
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        // Owed since version 3.7 of the interface, which the class names.
        Assert.True(plugin.HasInterface(Iid.IProcessContextRequirements));
        Assert.All(module.Classes, c => Assert.StartsWith("VST 3.7", c.SdkVersion, StringComparison.Ordinal));
        Assert.False(plugin.HasView());
        foreach (var mode in new[] { 0, 1, 2 })
        {
            Assert.Contains(plugin.SetIoMode(mode), new[] { Vst3Result.Ok, Vst3Result.NotImplemented });
        }

        Assert.NotEqual(Vst3Result.Ok, plugin.SetIoMode(3));
        Assert.NotEqual(Vst3Result.Ok, plugin.Routing(default, out _));
        Assert.Equal(Vst3Result.Ok, plugin.PresentationLatency(480));
    }

    [Theory]
    [InlineData(Vst3SampleSize.Float32)]
    [InlineData(Vst3SampleSize.Float64)]
    public void It_goes_through_its_states_again_and_again(Vst3SampleSize size)
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(Vst3Result.Ok, plugin.Setup(44_100, Block, size));
            Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
            Assert.Equal(Vst3Result.Ok, plugin.SetActive(false));
            Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
            Assert.Equal(Vst3Result.Ok, plugin.Process(Block, size));
            Assert.Equal(Vst3Result.Ok, plugin.SetActive(false));
            Assert.Equal(Vst3Result.Ok, plugin.Terminate());
            Assert.Equal(Vst3Result.Ok, plugin.Initialize());
        }

        // A setup does not outlive the end.
        Assert.NotEqual(Vst3Result.Ok, plugin.Process(Block, size));
    }

    [Fact]
    public void The_same_step_twice_is_refused_as_the_interface_says()
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        Assert.Equal(Vst3Result.False, plugin.Initialize());
        Assert.Equal(Vst3Result.Ok, plugin.Setup(44_100));
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
        Assert.Equal(Vst3Result.False, plugin.SetActive(true));
        Assert.NotEqual(Vst3Result.Ok, plugin.Initialize());
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(false));
        Assert.NotEqual(Vst3Result.Ok, plugin.SetActive(false));
        Assert.Equal(Vst3Result.Ok, plugin.Terminate());
        Assert.NotEqual(Vst3Result.Ok, plugin.Terminate());
        Assert.NotEqual(Vst3Result.Ok, plugin.SetActive(false));
        Assert.Equal(Vst3Result.Ok, plugin.Initialize());
        // Active without a setup: no crash, and nothing is processed.
        Assert.NotEqual(Vst3Result.False, plugin.SetActive(true));
        Assert.NotEqual(Vst3Result.Ok, plugin.Process(Block));
        Assert.NotEqual(Vst3Result.False, plugin.SetActive(false));
    }

    [Theory]
    [InlineData(Vst3SampleSize.Float32)]
    [InlineData(Vst3SampleSize.Float64)]
    public void Every_rate_is_processed(Vst3SampleSize size)
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        double[] rates = [22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000, 384_000, 1234.5678, 12_345.678, 123_456.78, 1_234_567.8];
        foreach (var rate in rates)
        {
            foreach (var mode in new[] { Vst3ProcessMode.Realtime, Vst3ProcessMode.Offline })
            {
                Assert.Equal(Vst3Result.Ok, plugin.Setup(rate, Block, size, mode));
                Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
                plugin.SetProcessing(true);
                for (var i = 0; i < 5; i++)
                {
                    Assert.Equal(Vst3Result.Ok, plugin.Process(Block, size));
                }

                plugin.SetProcessing(false);
                Assert.Equal(Vst3Result.Ok, plugin.SetActive(false));
            }
        }
    }

    [Theory]
    [InlineData(Vst3SampleSize.Float32)]
    [InlineData(Vst3SampleSize.Float64)]
    public void Blocks_of_any_length_are_processed_and_longer_ones_refused(Vst3SampleSize size)
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        var random = new Random(5);
        Assert.Equal(Vst3Result.Ok, plugin.Setup(44_100, 8192, size));
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
        plugin.SetProcessing(true);
        Assert.Equal(Vst3Result.Ok, plugin.Process(0, size));
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(Vst3Result.Ok, plugin.Process(random.Next(8193), size));
        }

        Assert.NotEqual(Vst3Result.Ok, plugin.Process(2 * 8192, size));
        Assert.NotEqual(Vst3Result.Ok, plugin.Process(-50_000, size));
        // With other channels than it has said: what is there is filled.
        Assert.Equal(Vst3Result.Ok, plugin.Process(Block, size, channels: 1));
        Assert.Equal(Vst3Result.Ok, plugin.Process(Block, size, channels: 0));
    }

    [Fact]
    public void Any_thread_may_process()
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        Assert.Equal(Vst3Result.Ok, plugin.Setup(44_100, Block));
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
        var failed = 0;
        for (var t = 0; t < 3; t++)
        {
            Thread thread = new(() =>
            {
                plugin.SetProcessing(true);
                for (var i = 0; i < 3333; i++)
                {
                    failed += plugin.Process(Block) == Vst3Result.Ok ? 0 : 1;
                }

                plugin.SetProcessing(false);
            });
            thread.Start();
            Assert.True(thread.Join(TimeSpan.FromMinutes(1)));
        }

        Assert.Equal(0, failed);
    }

    [Theory]
    [InlineData(Vst3SampleSize.Float32, 1)]
    [InlineData(Vst3SampleSize.Float32, 100)]
    [InlineData(Vst3SampleSize.Float64, 3)]
    public void All_parameters_are_automated_at_once(Vst3SampleSize size, int everyFrames)
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        var random = new Random(everyFrames);
        Assert.Equal(Vst3Result.Ok, plugin.Setup(44_100, 8192, size));
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
        plugin.SetProcessing(true);
        var changes = NativeParameterChanges.Create();
        Vst3ParameterChanges list = new(changes);
        for (var block = 0; block < 40; block++)
        {
            changes->Clear();
            for (var i = 0; i < plugin.ParameterCount(); i++)
            {
                ParameterInfoData info = default;
                Assert.Equal(Vst3Result.Ok, plugin.ParameterInfo(i, &info));
                for (var frame = 0; frame < Block; frame++)
                {
                    if (random.Next(everyFrames) == 0)
                    {
                        Assert.True(list.Add(info.Id, frame, random.NextDouble()));
                    }
                }
            }

            // Of nobody's, at one and the same frame, at the block's end, and beyond it.
            list.Add(int.MaxValue, 5, 0.5);
            list.Add((uint)ParameterId.Gain, Block - 1, 0.1);
            list.Add((uint)ParameterId.Gain, Block - 1, 0.7);
            list.Add((uint)ParameterId.Temperature, Block, 0.3);
            list.Add((uint)ParameterId.TopK, 100_000, 0.3);
            Assert.Equal(Vst3Result.Ok, plugin.Process(Block, size, changes));
            // Without audio at all.
            ProcessDataNative flush = new() { SymbolicSampleSize = (int)size, InputParameterChanges = changes };
            Assert.Equal(Vst3Result.Ok, plugin.Process(&flush));
        }

        NativeParameterChanges.Destroy(changes);
    }

    [Fact]
    public void Points_at_the_blocks_end_and_two_at_one_frame_leave_the_last()
    {
        using var module = fixture.Load();
        using var plugin = PluginFixture.Open(module, block: 512);
        plugin.Activate();
        var changes = plugin.Block!.InputParameters;
        changes.Add((uint)ParameterId.Temperature, 0, 0.9);
        changes.Add((uint)ParameterId.Temperature, 511, 0.1);
        changes.Add((uint)ParameterId.Temperature, 511, 0.25);
        changes.Add((uint)ParameterId.Gain, 100, 0.2);
        changes.Add((uint)ParameterId.Gain, 512, 0.5);
        Assert.Equal(Vst3Result.Ok, plugin.Process(512));
        using var other = PluginFixture.Open(module);
        Assert.True(other.LoadState(plugin.SaveState()));
        Assert.Equal(0.25, other.GetParameter((uint)ParameterId.Temperature), 1e-6);
        Assert.Equal(0.5, other.GetParameter((uint)ParameterId.Gain), 1e-6);
        // Gain is held back by the latency here: it is the project's all the same, also when there is no further block.
        plugin.Deactivate();
        Assert.True(other.LoadState(plugin.SaveState()));
        Assert.Equal(0.5, other.GetParameter((uint)ParameterId.Gain), 1e-6);
    }

    [Theory]
    [InlineData(Vst3SpeakerArrangement.Mono, true)]
    [InlineData(Vst3SpeakerArrangement.Stereo, true)]
    [InlineData(0UL, false)]
    [InlineData(0x3FUL, false)]
    [InlineData(ulong.MaxValue, false)]
    public void Speakers_are_taken_or_refused_and_the_bus_says_which(ulong arrangement, bool isTaken)
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        Assert.Equal(isTaken, plugin.SetOutput(arrangement) == Vst3Result.Ok);
        Assert.Equal(Vst3Result.Ok, plugin.Arrangement(Vst3BusDirection.Output, 0, out var now));
        Assert.Equal(isTaken ? arrangement : Vst3SpeakerArrangement.Stereo, now);
        BusInfoData info = default;
        Assert.Equal(Vst3Result.Ok, plugin.BusInfo(Vst3MediaType.Audio, Vst3BusDirection.Output, 0, &info));
        Assert.Equal(System.Numerics.BitOperations.PopCount(now), info.ChannelCount);
        Assert.Equal(Vst3Result.Ok, plugin.Setup(44_100, Block));
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
        Assert.Equal(Vst3Result.Ok, plugin.Process(Block, channels: info.ChannelCount));
        // While it is active nothing changes.
        Assert.NotEqual(Vst3Result.Ok, plugin.SetOutput(Vst3SpeakerArrangement.Mono));
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(false));
        Assert.Equal(Vst3Result.Ok, plugin.SetOutput(Vst3SpeakerArrangement.Stereo));
    }

    [Theory]
    [InlineData(Vst3SampleSize.Float32)]
    [InlineData(Vst3SampleSize.Float64)]
    public void Bypass_is_in_the_state(Vst3SampleSize size)
    {
        using var module = fixture.Load();
        using RawPlugin plugin = new(module);
        Assert.Equal(Vst3Result.Ok, plugin.Setup(44_100, Block, size));
        Assert.Equal(Vst3Result.Ok, plugin.SetActive(true));
        plugin.SetProcessing(true);
        void Switch(double value)
        {
            Assert.Equal(Vst3Result.Ok, plugin.SetNormalized(Bypass, value));
            Assert.Equal(value, plugin.GetNormalized(Bypass));
            var changes = NativeParameterChanges.Create();
            new Vst3ParameterChanges(changes).Add(Bypass, 0, value);
            ProcessDataNative flush = new() { SymbolicSampleSize = (int)size, InputParameterChanges = changes };
            Assert.Equal(Vst3Result.Ok, plugin.Process(&flush));
            NativeParameterChanges.Destroy(changes);
        }

        Switch(1);
        var state = plugin.GetState();
        Switch(0);
        Assert.NotEqual(state, plugin.GetState());
        plugin.SetState(state);
        Assert.Equal(1, plugin.GetNormalized(Bypass));
        Assert.Equal(state, plugin.GetState());
    }

    private static ReadOnlySpan<byte> Bytes(void* data, int count) => new(data, count);
}
