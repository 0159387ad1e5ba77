using System.Reflection;
using System.Runtime.InteropServices;
using VQWave.Vst3.Interop;

namespace VQWave.Vst3.Tests;

/// <summary>Every slot of every interface that we export is called with nulls, zeros and absurd numbers, in random orders.</summary>
[Collection("native objects")]
public sealed unsafe class FuzzTests
{
    private const int CallsAnObject = 20_000;

    private static readonly int[] s_numbers = [0, 0, 0, 1, 2, 3, -1, 5, 15, 16, 77, 100, 128, 129, 4096, int.MaxValue, int.MinValue];
    private static readonly double[] s_reals =
    [
        0,
        0.5,
        1,
        -1,
        2,
        double.NaN,
        double.PositiveInfinity,
        double.NegativeInfinity,
        1e300,
        double.Epsilon,
    ];

    [Theory]
    [InlineData("Sample Synth")]
    [InlineData("Sample Gain äöü")]
    [InlineData("Sample Synth Controller")]
    public void Plugin_objects_answer_everything(string className)
    {
        var factory = new FactoryGlue(new SampleFactory());
        Vst3Class wanted = new SampleFactory().Classes.Single(item => item.Info.Name == className);
        void* plugin = Create(factory, wanted.Info.Id, Iid.FUnknown);
        Assert.True(plugin is not null);
        Dictionary<string, Type> interfaces = new()
        {
            [nameof(Iid.IComponent)] = typeof(IComponentVtbl),
            [nameof(Iid.IAudioProcessor)] = typeof(IAudioProcessorVtbl),
            [nameof(Iid.IAudioPresentationLatency)] = typeof(IAudioPresentationLatencyVtbl),
            [nameof(Iid.IProcessContextRequirements)] = typeof(IProcessContextRequirementsVtbl),
            [nameof(Iid.IConnectionPoint)] = typeof(IConnectionPointVtbl),
            [nameof(Iid.IEditController)] = typeof(IEditControllerVtbl),
            [nameof(Iid.IEditController2)] = typeof(IEditController2Vtbl),
            [nameof(Iid.IMidiMapping)] = typeof(IMidiMappingVtbl),
            [nameof(Iid.IMidiLearn)] = typeof(IMidiLearnVtbl),
            [nameof(Iid.IUnitInfo)] = typeof(IUnitInfoVtbl),
            [nameof(Iid.IProgramListData)] = typeof(IProgramListDataVtbl),
            [nameof(Iid.INoteExpressionController)] = typeof(INoteExpressionControllerVtbl),
        };
        List<(nint, Type)> targets = Query(plugin, interfaces);
        Assert.Equal(
            className switch
            {
                "Sample Synth" => 6,
                "Sample Gain äöü" => 10,
                _ => 7,
            },
            targets.Count
        );
        Fuzz(targets, seed: 1);
        Release(plugin, targets);
        factory.ReleaseReference();
    }

    [Fact]
    public void Factories_views_and_host_objects_answer_everything()
    {
        var parameters = NativeParameterChanges.Create();
        var events = NativeEventList.Create();
        uint id = 3;
        void* queue = (*(IParameterChangesVtbl**)parameters)->AddParameterData(parameters, &id, null);
        var factory = new FactoryGlue(new SampleFactory());
        var view = new ViewGlue(new SampleView());
        var host = new HostApplicationGlue("fuzz");
        var stream = new StreamGlue();
        var message = new MessageGlue();
        var attributes = new AttributeGlue();
        using var loop = new InProcess();
        var handler = new HandlerGlue(loop.Plugin);
        Fuzz(
            [
                ((nint)factory.Pointer(0), typeof(IPluginFactory3Vtbl)),
                ((nint)view.Pointer(0), typeof(IPlugViewVtbl)),
                ((nint)view.Pointer(1), typeof(IPlugViewContentScaleSupportVtbl)),
                ((nint)host.Pointer(0), typeof(IHostApplicationVtbl)),
                ((nint)host.Pointer(1), typeof(IPlugInterfaceSupportVtbl)),
                ((nint)stream.Pointer(0), typeof(IBStreamVtbl)),
                ((nint)stream.Pointer(1), typeof(ISizeableStreamVtbl)),
                ((nint)message.Pointer(0), typeof(IMessageVtbl)),
                ((nint)attributes.Pointer(0), typeof(IAttributeListVtbl)),
                ((nint)handler.Pointer(0), typeof(IComponentHandlerVtbl)),
                ((nint)handler.Pointer(1), typeof(IComponentHandler2Vtbl)),
                ((nint)handler.Pointer(2), typeof(IUnitHandlerVtbl)),
                ((nint)parameters, typeof(IParameterChangesVtbl)),
                ((nint)queue, typeof(IParamValueQueueVtbl)),
                ((nint)events, typeof(IEventListVtbl)),
            ],
            seed: 2
        );
        foreach (NativeObject target in new NativeObject[] { factory, view, host, stream, message, attributes, handler })
        {
            Assert.Equal(1, target.ReferenceCount);
            target.ReleaseReference();
        }

        NativeParameterChanges.Destroy(parameters);
        NativeEventList.Destroy(events);
    }

    [Fact]
    public void Process_takes_every_kind_of_broken_block()
    {
        using var loop = new InProcess();
        loop.Plugin.Configure(48000, 64);
        loop.Plugin.Activate();
        var factory = new FactoryGlue(new SampleFactory());
        void* component = Create(factory, SampleFactory.SynthId, Iid.IComponent);
        var table = *(IComponentVtbl**)component;
        void* processor = Unknown.Query(component, Iid.IAudioProcessor);
        var audio = *(IAudioProcessorVtbl**)processor;
        var setup = new Vst3ProcessSetup { MaxBlockFrames = 64, SampleRate = 48000 };
        Assert.Equal(Vst3Result.Ok, table->Base.Initialize(component, null));
        Assert.Equal(Vst3Result.Ok, audio->SetupProcessing(processor, &setup));
        Assert.Equal(Vst3Result.Ok, table->SetActive(component, 1));
        var random = new Random(3);
        var samples = new float[64];
        var channels = stackalloc void*[2];
        var buses = stackalloc AudioBusBuffers[2];
        int accepted = 0;
        fixed (float* sample = samples)
        {
            for (int i = 0; i < 20_000; i++)
            {
                channels[0] = random.Next(2) == 0 ? null : sample;
                channels[1] = random.Next(2) == 0 ? null : sample;
                for (int b = 0; b < 2; b++)
                {
                    buses[b].ChannelCount = random.Next(-2, 3);
                    buses[b].Channels = random.Next(3) == 0 ? null : channels;
                    buses[b].SilenceFlags = (ulong)random.NextInt64();
                }

                ProcessDataNative data = default;
                data.SampleCount = random.Next(4) == 0 ? s_numbers[random.Next(s_numbers.Length)] : random.Next(65);
                data.SymbolicSampleSize = random.Next(8) == 0 ? s_numbers[random.Next(s_numbers.Length)] : 0;
                data.ProcessMode = s_numbers[random.Next(s_numbers.Length)];
                data.InputCount = random.Next(-1, 3);
                data.OutputCount = random.Next(-1, 3);
                data.Inputs = random.Next(3) == 0 ? null : buses;
                data.Outputs = random.Next(3) == 0 ? null : buses;
                int result = audio->Process(processor, &data);

                // The sample plug-in writes to channels that it is told of: a null among them is its exception, and a code.
                Assert.Contains(result, new[] { Vst3Result.Ok, Vst3Result.InvalidArgument, Vst3Result.InternalError });
                accepted += result == Vst3Result.Ok ? 1 : 0;
            }
        }

        Assert.InRange(accepted, 5_000, 19_000);
        Unknown.Release(processor);
        Unknown.Release(component);
        factory.ReleaseReference();
    }

    private static void* Create(FactoryGlue factory, Vst3Uid classId, Vst3Uid iid)
    {
        byte* ids = stackalloc byte[32];
        classId.CopyTo(new Span<byte>(ids, 16));
        iid.CopyTo(new Span<byte>(ids + 16, 16));
        void* result = null;
        void* self = factory.Pointer(0);
        Assert.Equal(Vst3Result.Ok, (*(IPluginFactory3Vtbl**)self)->CreateInstance(self, ids, ids + 16, &result));
        return result;
    }

    private static List<(nint, Type)> Query(void* target, Dictionary<string, Type> interfaces)
    {
        var found = new List<(nint, Type)>();
        foreach ((string name, Type table) in interfaces)
        {
            void* pointer = Unknown.Query(target, (Vst3Uid)typeof(Iid).GetField(name)!.GetValue(null)!);
            if (pointer is not null)
            {
                found.Add(((nint)pointer, table));
            }
        }

        return found;
    }

    private static void Release(void* plugin, List<(nint Pointer, Type)> targets)
    {
        foreach ((nint pointer, _) in targets)
        {
            Unknown.Release((void*)pointer);
        }

        Assert.Equal(0u, (*(FUnknownVtbl**)plugin)->Release(plugin));
    }

    private static void Fuzz(List<(nint Pointer, Type Table)> targets, int seed)
    {
        // Integers and reals travel in separate registers on these systems, so one signature fits all; Windows counts them together.
        Assert.SkipWhen(OperatingSystem.IsWindows(), "one signature for all calls does not fit this platform's convention");
        var random = new Random(seed);
        var host = new HostApplicationGlue("fuzz");
        byte* scratch = (byte*)NativeMemory.AllocZeroed(1 << 16);
        List<(nint Pointer, int Slot, FieldInfo Field)> slots =
        [
            .. targets.SelectMany(target => Slots(target.Table).Select((field, index) => (target.Pointer, index, field))),
        ];
        var called = new HashSet<(nint, int)>();
        Span<nint> arguments = stackalloc nint[6];
        for (int i = 0; i < CallsAnObject; i++)
        {
            (nint pointer, int slot, FieldInfo field) = slots[random.Next(slots.Count)];

            // A release that nobody owes would rightly end the object: it follows its own addRef.
            if (field.Name == nameof(FUnknownVtbl.Release))
            {
                continue;
            }

            called.Add((pointer, slot));
            new Span<byte>(scratch, 1 << 16).Clear();
            var stream = new StreamGlue(new byte[random.Next(20)]);
            arguments.Clear();
            int next = 0;
            foreach (Type type in field.FieldType.GetFunctionPointerParameterTypes().Skip(1))
            {
                if (type == typeof(double) || type == typeof(float))
                {
                    continue;
                }

                nint value;
                if (type == typeof(void).MakePointerType())
                {
                    value =
                        random.Next(2) == 0 ? 0
                        : field.Name.Contains("State", StringComparison.Ordinal) || field.Name.EndsWith("Data", StringComparison.Ordinal)
                            ? (nint)stream.Pointer(0)
                        : field.Name is nameof(IPluginBaseVtbl.Initialize) or nameof(IPluginFactory3Vtbl.SetHostContext)
                            ? (nint)host.Pointer(0)
                        : 0;
                }
                else if (type.IsPointer)
                {
                    value = random.Next(2) == 0 ? 0 : (nint)(scratch + (next * 8192));
                }
                else
                {
                    value = s_numbers[random.Next(s_numbers.Length)];
                }

                arguments[next++] = value;
            }

            nint function = (*(nint**)pointer)[slot];
            double real = s_reals[random.Next(s_reals.Length)];
            nint answer = ((delegate* unmanaged<void*, nint, nint, nint, nint, nint, double, nint>)function)(
                (void*)pointer,
                arguments[0],
                arguments[1],
                arguments[2],
                arguments[3],
                arguments[4],
                real
            );
            Judge(field, (int)answer);
            if (field.Name == nameof(FUnknownVtbl.AddRef))
            {
                Unknown.Release((void*)pointer);
            }

            // A view belongs to whoever asked for it.
            if (field.Name == nameof(IEditControllerVtbl.CreateView) && answer != 0)
            {
                Unknown.Release((void*)answer);
            }

            stream.ReleaseReference();
        }

        Assert.Equal(slots.Count - targets.Count, called.Count);
        NativeMemory.Free(scratch);
        Assert.True(host.ReferenceCount >= 1);
        host.ReleaseReference();
    }

    private static void Judge(FieldInfo field, int answer)
    {
        if (field.FieldType.GetFunctionPointerReturnType() != typeof(int))
        {
            return;
        }

        if (field.Name.EndsWith("Count", StringComparison.Ordinal) || field.Name is "CountClasses" or "GetSelectedUnit")
        {
            Assert.True(answer >= 0, $"{field.Name} returned {answer}");
        }
        else
        {
            Assert.True(answer is >= -1 and <= 6, $"{field.Name} returned {answer}");
        }
    }

    private static IEnumerable<FieldInfo> Slots(Type table) =>
        table
            .GetFields()
            .OrderBy(field => field.MetadataToken)
            .SelectMany(field => field.FieldType.Name.EndsWith("Vtbl", StringComparison.Ordinal) ? Slots(field.FieldType) : [field]);
}
