using VQWave.Vst3.Interop;

namespace VQWave.Vst3.Tests;

/// <summary>References, identity, and the order of calls.</summary>
[Collection("native objects")]
public sealed unsafe class LifetimeTests
{
    [Fact]
    public void One_object_has_one_identity_and_counts_its_references()
    {
        int before = NativeObject.AliveCount;
        var glue = new PluginGlue(new Vst3SingleComponent(new SampleGain(), new SampleGainController()));
        void* first = glue.Pointer(0);
        void* identity = Unknown.Query(first, Iid.FUnknown);
        foreach (
            Vst3Uid iid in new[]
            {
                Iid.IComponent,
                Iid.IAudioProcessor,
                Iid.IEditController,
                Iid.IMidiMapping,
                Iid.IConnectionPoint,
                Iid.IPluginBase,
            }
        )
        {
            void* pointer = Unknown.Query(first, iid);
            Assert.True(pointer is not null, iid.ToString());
            void* same = Unknown.Query(pointer, Iid.FUnknown);
            Assert.True(same == identity);
            void* back = Unknown.Query(pointer, Iid.IComponent);
            Assert.True(back == first);
            Unknown.Release(back);
            Unknown.Release(same);
            Unknown.Release(pointer);
        }

        Assert.True(Unknown.Query(first, new Vst3Uid(1, 2, 3, 4)) is null);
        Assert.True(Unknown.Query(first, Iid.IUnitInfo) is null);
        Assert.Equal(2, glue.ReferenceCount);
        var table = *(FUnknownVtbl**)first;
        Assert.Equal(3u, table->AddRef(first));
        Assert.Equal(2u, table->Release(first));
        Assert.Equal(1u, table->Release(identity));
        Assert.Equal(0u, table->Release(first));
        Assert.Equal(before, NativeObject.AliveCount);

        // Once too often, and calls to the dead: answered, not fatal.
        Assert.Equal(0u, table->Release(first));
        Assert.Equal(0u, table->AddRef(first));
        Assert.True(Unknown.Query(first, Iid.FUnknown) is null);
        Assert.Equal(Vst3Result.NotInitialized, (*(IComponentVtbl**)first)->SetActive(first, 1));
        Assert.Equal(0, (*(IComponentVtbl**)first)->GetBusCount(first, 0, 0));
    }

    [Fact]
    public void Calls_in_a_wrong_order_get_codes_and_do_not_reach_the_plugin()
    {
        var synth = new SampleSynth();
        var glue = new PluginGlue(synth);
        void* self = glue.Pointer(0);
        var component = *(IComponentVtbl**)self;
        void* processor = Unknown.Query(self, Iid.IAudioProcessor);
        var audio = *(IAudioProcessorVtbl**)processor;
        var stream = new StreamGlue();
        ProcessDataNative data = default;
        var setup = new Vst3ProcessSetup { MaxBlockFrames = 64, SampleRate = 48000 };

        Assert.Equal(Vst3Result.NotInitialized, component->Base.Terminate(self));
        Assert.Equal(Vst3Result.NotInitialized, component->SetActive(self, 1));
        Assert.Equal(Vst3Result.NotInitialized, component->GetState(self, stream.Pointer(0)));
        Assert.Equal(Vst3Result.NotInitialized, audio->SetupProcessing(processor, &setup));
        Assert.Equal(Vst3Result.NotInitialized, audio->Process(processor, &data));
        Assert.Equal(Vst3Result.Ok, component->Base.Initialize(self, null));
        Assert.Equal(Vst3Result.False, component->Base.Initialize(self, null));
        Assert.Equal(Vst3Result.False, component->SetActive(self, 0));
        Assert.Equal(Vst3Result.NotInitialized, audio->SetProcessing(processor, 1));
        Assert.Equal(Vst3Result.Ok, component->SetActive(self, 1));
        Assert.Equal(Vst3Result.False, component->SetActive(self, 1));
        Assert.Equal(Vst3Result.NotInitialized, audio->Process(processor, &data));
        Assert.Equal(Vst3Result.False, audio->SetupProcessing(processor, &setup));
        Assert.Equal(Vst3Result.Ok, component->SetActive(self, 0));
        foreach (
            Vst3ProcessSetup wrong in new[]
            {
                setup with
                {
                    SampleRate = 0,
                },
                setup with
                {
                    SampleRate = double.NaN,
                },
                setup with
                {
                    MaxBlockFrames = -1,
                },
                setup with
                {
                    ProcessMode = (Vst3ProcessMode)9,
                },
            }
        )
        {
            Vst3ProcessSetup bad = wrong;
            Assert.Equal(Vst3Result.InvalidArgument, audio->SetupProcessing(processor, &bad));
        }

        Vst3ProcessSetup size = setup with { SampleSize = (Vst3SampleSize)2 };
        Assert.Equal(Vst3Result.False, audio->SetupProcessing(processor, &size));
        Assert.Equal(Vst3Result.InvalidArgument, audio->SetupProcessing(processor, null));
        Assert.Equal(Vst3Result.Ok, audio->SetupProcessing(processor, &setup));
        Assert.Equal(Vst3Result.Ok, component->SetActive(self, 1));
        Assert.Equal(Vst3Result.Ok, audio->Process(processor, &data));
        Assert.Equal(Vst3Result.InvalidArgument, audio->Process(processor, null));
        data.SampleCount = 65;
        Assert.Equal(Vst3Result.InvalidArgument, audio->Process(processor, &data));
        Vst3ProcessSetup offline = setup with { ProcessMode = Vst3ProcessMode.Offline };
        Assert.Equal(Vst3Result.Ok, audio->SetupProcessing(processor, &offline));
        Assert.Equal(Vst3ProcessMode.Offline, synth.Setup.ProcessMode);
        Assert.Equal(Vst3Result.Ok, audio->SetProcessing(processor, 1));
        Assert.True(synth.IsProcessing);

        // Terminate while active switches off first; a second life starts clean.
        Assert.Equal(Vst3Result.Ok, component->Base.Terminate(self));
        Assert.False(synth.IsActive || synth.IsProcessing || synth.IsInitialized);
        Assert.Equal(Vst3Result.NotInitialized, component->Base.Terminate(self));
        Assert.Equal(Vst3Result.NotInitialized, component->SetActive(self, 0));
        Assert.Equal(Vst3Result.Ok, component->Base.Initialize(self, null));
        Assert.Equal(Vst3Result.Ok, component->SetActive(self, 1));
        data.SampleCount = 0;
        Assert.Equal(Vst3Result.NotInitialized, audio->Process(processor, &data));
        Unknown.Release(processor);
        Assert.Equal(0u, component->Base.Unknown.Release(self));
        Assert.Equal(1, synth.ReleasedCount);
        Assert.False(synth.IsInitialized);
        stream.ReleaseReference();
    }

    [Fact]
    public void A_host_that_forgets_to_terminate_or_disconnect_leaves_nothing_behind()
    {
        int before = NativeObject.AliveCount;
        var host = new HostApplicationGlue("forgetful");
        var component = new PluginGlue(new SampleSynth());
        var controller = new PluginGlue(new SampleController());
        void* a = component.Pointer(0);
        void* b = controller.Pointer(0);
        void* edit = Unknown.Query(b, Iid.IEditController);
        Assert.Equal(Vst3Result.Ok, (*(IComponentVtbl**)a)->Base.Initialize(a, host.Pointer(0)));
        Assert.Equal(Vst3Result.Ok, (*(IEditControllerVtbl**)edit)->Base.Initialize(edit, host.Pointer(0)));
        void* first = Unknown.Query(a, Iid.IConnectionPoint);
        void* second = Unknown.Query(b, Iid.IConnectionPoint);
        Assert.Equal(Vst3Result.InvalidArgument, (*(IConnectionPointVtbl**)first)->Connect(first, null));
        Assert.Equal(Vst3Result.Ok, (*(IConnectionPointVtbl**)first)->Connect(first, second));
        Assert.Equal(Vst3Result.False, (*(IConnectionPointVtbl**)first)->Connect(first, second));
        Assert.Equal(Vst3Result.Ok, (*(IConnectionPointVtbl**)second)->Connect(second, first));
        Assert.Equal(Vst3Result.False, (*(IConnectionPointVtbl**)second)->Disconnect(second, second));

        // Terminating lets go of the peer; then the references of the host are the last.
        Assert.Equal(Vst3Result.Ok, (*(IEditControllerVtbl**)edit)->Base.Terminate(edit));
        Unknown.Release(first);
        Unknown.Release(second);
        Unknown.Release(edit);
        component.ReleaseReference();
        controller.ReleaseReference();
        Assert.Equal(1, host.ReferenceCount);
        host.ReleaseReference();
        Assert.Equal(before, NativeObject.AliveCount);
    }

    [Fact]
    public void Loading_and_unloading_in_any_order_leaves_nothing_behind()
    {
        int before = NativeObject.AliveCount;
        var random = new Random(11);
        for (int round = 0; round < 50; round++)
        {
            var loop = new InProcess();
            var more = new List<Vst3Plugin> { loop.Plugin };
            for (int i = 0; i < 4; i++)
            {
                more.Add(loop.Module.CreatePlugin(random.Next(2) == 0 ? "Sample Synth" : "Sample Gain äöü"));
                if (random.Next(2) == 0)
                {
                    more[^1].Configure(48000, 32);
                    more[^1].Activate();
                    more[^1].Process(32);
                }
            }

            foreach (Vst3Plugin plugin in more.OrderBy(_ => random.Next()).Take(random.Next(6)))
            {
                plugin.Dispose();
                plugin.Dispose();
            }

            loop.Dispose();
            loop.Dispose();
            Assert.Equal(before, NativeObject.AliveCount);
        }
    }

    [Fact]
    public void Module_exports_count_entries_and_keep_one_factory()
    {
        int before = NativeObject.AliveCount;
        var made = new List<SampleFactory>();
        SampleFactory Make()
        {
            made.Add(new SampleFactory());
            return made[^1];
        }

        Assert.False(Vst3Exports.Exit());
        Assert.True(Vst3Exports.Enter(42));
        Assert.True(Vst3Exports.Enter(42));
        Assert.Equal(42, Vst3Exports.ModuleHandle);
        nint first = Vst3Exports.GetFactory(Make);
        Assert.Equal(first, Vst3Exports.GetFactory(Make));
        Unknown.Release((void*)first);
        Unknown.Release((void*)first);
        nint again = Vst3Exports.GetFactory(Make);
        Assert.NotEqual(0, again);
        Assert.Single(made);
        Unknown.Release((void*)again);
        Assert.True(Vst3Exports.Exit());
        Assert.Equal(0, made[0].ModuleExits);
        Assert.True(Vst3Exports.Exit());
        Assert.Equal(1, made[0].ModuleExits);
        Assert.False(Vst3Exports.Exit());
        Assert.Equal(0, Vst3Exports.GetFactory(() => throw new InvalidOperationException("no factory")));
        Assert.Equal(before, NativeObject.AliveCount);
    }

    [Fact]
    public void A_view_attaches_once_and_keeps_its_size()
    {
        var view = new SampleView();
        var glue = new ViewGlue(view);
        void* self = glue.Pointer(0);
        var table = *(IPlugViewVtbl**)self;
        Vst3Rect size;
        Assert.Equal(Vst3Result.Ok, table->GetSize(self, &size));
        Assert.Equal((320, 200), (size.Right, size.Bottom));
        fixed (byte* x11 = "X11EmbedWindowID\0"u8)
        fixed (byte* windows = "HWND\0"u8)
        {
            Assert.Equal(Vst3Result.Ok, table->IsPlatformTypeSupported(self, x11));
            Assert.Equal(Vst3Result.False, table->IsPlatformTypeSupported(self, windows));
            Assert.Equal(Vst3Result.InvalidArgument, table->Attached(self, null, x11));
            Assert.Equal(Vst3Result.False, table->Attached(self, &size, windows));
            Assert.Equal(Vst3Result.Ok, table->Attached(self, &size, x11));
            Assert.Equal(Vst3Result.False, table->Attached(self, &size, x11));
        }

        Assert.True(view.IsAttached);
        glue.ReleaseReference();
        Assert.False(view.IsAttached);
    }
}
