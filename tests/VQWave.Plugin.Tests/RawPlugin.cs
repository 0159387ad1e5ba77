using System.Runtime.InteropServices;
using VQWave.Vst3;
using VQWave.Vst3.Interop;

namespace VQWave.Plugin.Tests;

/// <summary>
/// The plug-in's own interfaces without a host around them: every call is made as it is said, also out of order, and every code is seen.
/// </summary>
internal sealed unsafe class RawPlugin : IDisposable
{
    private readonly Vst3Module module;
    private readonly void* component;
    private readonly void* processor;
    private readonly void* controller;
    private readonly void* units;
    private readonly void* mapping;

    /// <summary>Made and initialised, joined, and with the buses on, as a validator has it before a test.</summary>
    public RawPlugin(Vst3Module module)
    {
        this.module = module;
        var info = module.AudioModules.Single();
        component = module.Create(info.Id, Iid.IComponent);
        Assert.True(component is not null);
        Assert.Equal(Vst3Result.Ok, Initialize());
        processor = Unknown.Query(component, Iid.IAudioProcessor);
        var id = stackalloc byte[Vst3Uid.Size];
        Assert.Equal(Vst3Result.Ok, Component->GetControllerClassId(component, id));
        Assert.False(Vst3Uid.FromPointer(id).IsEmpty);
        controller = module.Create(Vst3Uid.FromPointer(id), Iid.IEditController);
        Assert.True(controller is not null);
        Assert.Equal(Vst3Result.Ok, Controller->Base.Initialize(controller, module.HostContext));
        units = Unknown.Query(controller, Iid.IUnitInfo);
        mapping = Unknown.Query(controller, Iid.IMidiMapping);
        Assert.Equal(Vst3Result.Ok, ActivateBus(Vst3MediaType.Audio, Vst3BusDirection.Output, 0, true));
    }

    private IComponentVtbl* Component => *(IComponentVtbl**)component;

    private IAudioProcessorVtbl* Processor => *(IAudioProcessorVtbl**)processor;

    private IEditControllerVtbl* Controller => *(IEditControllerVtbl**)controller;

    private IUnitInfoVtbl* Units => *(IUnitInfoVtbl**)units;

    public void Dispose()
    {
        Component->SetActive(component, 0);
        Component->Base.Terminate(component);
        Controller->Base.Terminate(controller);
        Unknown.Release(mapping);
        Unknown.Release(units);
        Unknown.Release(controller);
        Unknown.Release(processor);
        Unknown.Release(component);
    }

    public int Initialize() => Component->Base.Initialize(component, module.HostContext);

    public int Terminate() => Component->Base.Terminate(component);

    public int SetActive(bool active) => Component->SetActive(component, active ? (byte)1 : (byte)0);

    public int SetProcessing(bool processing) => Processor->SetProcessing(processor, processing ? (byte)1 : (byte)0);

    public int Setup(
        double rate,
        int block = 8192,
        Vst3SampleSize size = Vst3SampleSize.Float32,
        Vst3ProcessMode mode = Vst3ProcessMode.Realtime
    )
    {
        var setup = new Vst3ProcessSetup
        {
            ProcessMode = mode,
            SampleSize = size,
            MaxBlockFrames = block,
            SampleRate = rate,
        };
        return Processor->SetupProcessing(processor, &setup);
    }

    public int Process(ProcessDataNative* data) => Processor->Process(processor, data);

    /// <summary>One block with buffers of its own and nothing else: no context, no changes, no events.</summary>
    public int Process(int frames, Vst3SampleSize size = Vst3SampleSize.Float32, void* changes = null, int channels = 2)
    {
        var bytes = Math.Max(1, frames) * sizeof(double);
        var left = NativeMemory.AllocZeroed((nuint)bytes);
        var right = NativeMemory.AllocZeroed((nuint)bytes);
        var buffers = stackalloc void*[] { left, right };
        AudioBusBuffers bus = new()
        {
            ChannelCount = channels,
            SilenceFlags = 3,
            Channels = buffers,
        };
        ProcessDataNative data = new()
        {
            SymbolicSampleSize = (int)size,
            SampleCount = frames,
            OutputCount = 1,
            Outputs = &bus,
            InputParameterChanges = changes,
        };
        var result = Process(&data);
        NativeMemory.Free(left);
        NativeMemory.Free(right);
        return result;
    }

    public int BusCount(Vst3MediaType media, Vst3BusDirection direction) => Component->GetBusCount(component, (int)media, (int)direction);

    public int BusInfo(Vst3MediaType media, Vst3BusDirection direction, int index, BusInfoData* info) =>
        Component->GetBusInfo(component, (int)media, (int)direction, index, info);

    public int ActivateBus(Vst3MediaType media, Vst3BusDirection direction, int index, bool active) =>
        Component->ActivateBus(component, (int)media, (int)direction, index, active ? (byte)1 : (byte)0);

    public int Arrangement(Vst3BusDirection direction, int index, out ulong arrangement)
    {
        ulong found = 0;
        var result = Processor->GetBusArrangement(processor, (int)direction, index, &found);
        arrangement = found;
        return result;
    }

    public int SetOutput(ulong arrangement) => Processor->SetBusArrangements(processor, null, 0, &arrangement, 1);

    public int SetIoMode(int mode) => Component->SetIoMode(component, mode);

    public int Routing(RoutingInfoData input, out RoutingInfoData output)
    {
        RoutingInfoData found = default;
        var result = Component->GetRoutingInfo(component, &input, &found);
        output = found;
        return result;
    }

    public int PresentationLatency(uint samples)
    {
        var latency = Unknown.Query(component, Iid.IAudioPresentationLatency);
        if (latency is null)
        {
            return Vst3Result.NotImplemented;
        }

        var result = (*(IAudioPresentationLatencyVtbl**)latency)->SetAudioPresentationLatencySamples(latency, 1, 0, samples);
        Unknown.Release(latency);
        return result;
    }

    public bool HasInterface(in Vst3Uid iid)
    {
        var found = Unknown.Query(component, iid);
        Unknown.Release(found);
        var other = Unknown.Query(controller, iid);
        Unknown.Release(other);
        return found is not null || other is not null;
    }

    public byte[] GetState()
    {
        var stream = new StreamGlue();
        Assert.Equal(Vst3Result.Ok, Component->GetState(component, stream.Pointer(0)));
        var bytes = stream.ToArray();
        stream.ReleaseReference();
        return bytes;
    }

    /// <summary>As a preset is loaded: into the component, and then into the controller.</summary>
    public void SetState(byte[] state)
    {
        var stream = new StreamGlue(state);
        Assert.Equal(Vst3Result.Ok, Component->SetState(component, stream.Pointer(0)));
        stream.ReleaseReference();
        stream = new StreamGlue(state);
        Assert.Equal(Vst3Result.Ok, Controller->SetComponentState(controller, stream.Pointer(0)));
        stream.ReleaseReference();
    }

    public double GetNormalized(uint id) => Controller->GetParamNormalized(controller, id);

    public int SetNormalized(uint id, double value) => Controller->SetParamNormalized(controller, id, value);

    public int ParameterCount() => Controller->GetParameterCount(controller);

    public int ParameterInfo(int index, ParameterInfoData* info) => Controller->GetParameterInfo(controller, index, info);

    public bool HasView()
    {
        fixed (byte* name = "editor\0"u8)
        {
            var view = Controller->CreateView(controller, name);
            Unknown.Release(view);
            return view is not null;
        }
    }

    public int UnitCount() => Units->GetUnitCount(units);

    public int UnitInfo(int index, UnitInfoData* info) => Units->GetUnitInfo(units, index, info);

    public int SelectUnit(int id) => Units->SelectUnit(units, id);

    public int SelectedUnit() => Units->GetSelectedUnit(units);

    public int ProgramListCount() => Units->GetProgramListCount(units);

    public int ProgramListInfo(int index, ProgramListInfoData* info) => Units->GetProgramListInfo(units, index, info);

    public int ProgramName(int list, int program, char* name) => Units->GetProgramName(units, list, program, name);

    public int HasPitchNames(int list, int program) => Units->HasProgramPitchNames(units, list, program);

    public int MapMidi(int bus, int channel, int controllerNumber, out uint id)
    {
        var found = Vst3Parameter.NoId;
        var result = (*(IMidiMappingVtbl**)mapping)->GetMidiControllerAssignment(
            mapping,
            bus,
            (short)channel,
            (short)controllerNumber,
            &found
        );
        id = found;
        return result;
    }
}
