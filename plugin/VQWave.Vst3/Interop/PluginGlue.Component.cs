using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <content>The component: IComponent, IAudioProcessor, IAudioPresentationLatency, IProcessContextRequirements, IProgramListData.</content>
internal sealed unsafe partial class PluginGlue
{
    private static Vst3Bus? FindBus(Vst3Component component, int media, int direction, int index)
    {
        if (media is < 0 or > 1 || direction is < 0 or > 1)
        {
            return null;
        }

        IReadOnlyList<Vst3Bus> buses = component.GetBuses((Vst3MediaType)media, (Vst3BusDirection)direction);
        return (uint)index < (uint)buses.Count ? buses[index] : null;
    }

    private static int CountBuses(Vst3Component component, int media, int direction) =>
        media is < 0 or > 1 || direction is < 0 or > 1 ? 0 : component.GetBuses((Vst3MediaType)media, (Vst3BusDirection)direction).Count;

    private static int ReadControllerClassId(Vst3Component component, byte* id)
    {
        if (id is null)
        {
            return Vst3Result.InvalidArgument;
        }

        if (component.ControllerClassId is not { } classId)
        {
            return Vst3Result.NotImplemented;
        }

        classId.CopyTo(new Span<byte>(id, Vst3Uid.Size));
        return Vst3Result.Ok;
    }

    private static int ReadBusInfo(Vst3Component component, int media, int direction, int index, BusInfoData* info)
    {
        if (info is null || FindBus(component, media, direction, index) is not { } bus)
        {
            return Vst3Result.InvalidArgument;
        }

        info->MediaType = media;
        info->Direction = direction;
        info->ChannelCount = bus.ChannelCount;
        NativeText.Write(info->Name, NativeText.String128, bus.Name);
        info->BusType = (int)bus.Type;
        info->Flags = (uint)bus.Flags;
        return Vst3Result.Ok;
    }

    private static int ReadArrangement(Vst3Component component, int direction, int index, ulong* arrangement)
    {
        if (arrangement is null || FindBus(component, (int)Vst3MediaType.Audio, direction, index) is not { } bus)
        {
            return Vst3Result.InvalidArgument;
        }

        *arrangement = bus.Arrangement;
        return Vst3Result.Ok;
    }

    private static void Deactivate(Vst3Component component)
    {
        if (component.IsProcessing)
        {
            component.IsProcessing = false;
            component.OnSetProcessing(false);
        }

        component.IsActive = false;
        component.OnSetActive(false);
    }

    private static int WithStream(void* stream, Func<Stream, bool> use)
    {
        if (stream is null)
        {
            return Vst3Result.InvalidArgument;
        }

        using var adapter = new StreamAdapter(stream);
        return Vst3Result.From(use(adapter));
    }

    private int SwitchBus(Vst3Component component, int media, int direction, int index, bool active)
    {
        if (!_initialized)
        {
            return Vst3Result.NotInitialized;
        }

        if (FindBus(component, media, direction, index) is not { } bus)
        {
            return Vst3Result.InvalidArgument;
        }

        if (bus.IsActive != active)
        {
            bus.IsActive = active;
            component.OnBusActivated(bus);
        }

        return Vst3Result.Ok;
    }

    private int SwitchActive(Vst3Component component, bool active)
    {
        if (!_initialized)
        {
            return Vst3Result.NotInitialized;
        }

        if (component.IsActive == active)
        {
            return Vst3Result.False;
        }

        if (active)
        {
            component.OnSetActive(true);
            component.IsActive = true;
        }
        else
        {
            Deactivate(component);
        }

        return Vst3Result.Ok;
    }

    private int SwitchProcessing(Vst3Component component, bool processing)
    {
        if (!_initialized || (processing && !component.IsActive))
        {
            return Vst3Result.NotInitialized;
        }

        if (component.IsProcessing != processing)
        {
            component.IsProcessing = processing;
            component.OnSetProcessing(processing);
        }

        return Vst3Result.Ok;
    }

    private int SetArrangements(Vst3Component component, ulong* inputs, int inputCount, ulong* outputs, int outputCount)
    {
        if (inputCount < 0 || outputCount < 0 || (inputs is null && inputCount > 0) || (outputs is null && outputCount > 0))
        {
            return Vst3Result.InvalidArgument;
        }

        if (!_initialized)
        {
            return Vst3Result.NotInitialized;
        }

        IReadOnlyList<Vst3Bus> inputBuses = component.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input);
        IReadOnlyList<Vst3Bus> outputBuses = component.GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output);
        if (component.IsActive || inputCount > inputBuses.Count || outputCount > outputBuses.Count)
        {
            return Vst3Result.False;
        }

        var wantedInputs = new ReadOnlySpan<ulong>(inputs, inputCount);
        var wantedOutputs = new ReadOnlySpan<ulong>(outputs, outputCount);
        if (!component.OnSetArrangements(wantedInputs, wantedOutputs))
        {
            return Vst3Result.False;
        }

        for (int i = 0; i < inputCount; i++)
        {
            inputBuses[i].Arrangement = wantedInputs[i];
        }

        for (int i = 0; i < outputCount; i++)
        {
            outputBuses[i].Arrangement = wantedOutputs[i];
        }

        return Vst3Result.Ok;
    }

    private int Prepare(Vst3Component component, Vst3ProcessSetup* setup)
    {
        if (setup is null)
        {
            return Vst3Result.InvalidArgument;
        }

        if (!_initialized)
        {
            return Vst3Result.NotInitialized;
        }

        Vst3ProcessSetup wanted = *setup;
        if (
            wanted.MaxBlockFrames < 0
            || !double.IsFinite(wanted.SampleRate)
            || wanted.SampleRate <= 0
            || wanted.ProcessMode is < Vst3ProcessMode.Realtime or > Vst3ProcessMode.Offline
        )
        {
            return Vst3Result.InvalidArgument;
        }

        if (wanted.SampleSize is < Vst3SampleSize.Float32 or > Vst3SampleSize.Float64 || !component.SupportsSampleSize(wanted.SampleSize))
        {
            return Vst3Result.False;
        }

        // Some hosts switch to offline and back without deactivating; what needs memory must wait until it is inactive.
        Vst3ProcessSetup current = component.Setup;
        if (
            component.IsActive
            && (
                !_isSetUp
                || wanted.MaxBlockFrames != current.MaxBlockFrames
                || wanted.SampleRate != current.SampleRate
                || wanted.SampleSize != current.SampleSize
            )
        )
        {
            return Vst3Result.False;
        }

        if (!component.OnSetup(wanted))
        {
            return Vst3Result.False;
        }

        component.Setup = wanted;
        _isSetUp = true;
        return Vst3Result.Ok;
    }

    // The audio path: no allocation, no lock.
    private int Run(Vst3Component component, ProcessDataNative* data)
    {
        if (data is null)
        {
            return Vst3Result.InvalidArgument;
        }

        if (!_isSetUp || !component.IsActive)
        {
            return Vst3Result.NotInitialized;
        }

        // A flush without frames carries no samples whose size could be wrong.
        if (
            data->SampleCount < 0
            || data->SampleCount > component.Setup.MaxBlockFrames
            || (data->SampleCount > 0 && data->SymbolicSampleSize != (int)component.Setup.SampleSize)
        )
        {
            return Vst3Result.InvalidArgument;
        }

        var block = new Vst3ProcessData(data);
        try
        {
            component.Process(in block);
            return Vst3Result.Ok;
        }
        catch (Exception exception)
        {
            block.ClearOutputs();
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetControllerClassId(void* self, byte* id)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } ? ReadControllerClassId(component, id) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetIoMode(void* self, int mode)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component }
                ? mode is < 0 or > 2
                    ? Vst3Result.InvalidArgument
                    : Vst3Result.NotImplemented
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetBusCount(void* self, int media, int direction)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } ? CountBuses(component, media, direction) : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int GetBusInfo(void* self, int media, int direction, int index, BusInfoData* info)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component }
                ? ReadBusInfo(component, media, direction, index, info)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetRoutingInfo(void* self, RoutingInfoData* input, RoutingInfoData* output)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } }
                ? input is null || output is null
                    ? Vst3Result.InvalidArgument
                    : Vst3Result.NotImplemented
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int ActivateBus(void* self, int media, int direction, int index, byte state)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } glue
                ? glue.SwitchBus(component, media, direction, index, state != 0)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetActive(void* self, byte state)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } glue
                ? glue.SwitchActive(component, state != 0)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetComponentPartState(void* self, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Component: { } component }
                ? Vst3Result.NotInitialized
                : WithStream(stream, component.LoadState);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetComponentPartState(void* self, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Component: { } component }
                ? Vst3Result.NotInitialized
                : WithStream(stream, component.SaveState);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetBusArrangements(void* self, ulong* inputs, int inputCount, ulong* outputs, int outputCount)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } glue
                ? glue.SetArrangements(component, inputs, inputCount, outputs, outputCount)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetBusArrangement(void* self, int direction, int index, ulong* arrangement)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component }
                ? ReadArrangement(component, direction, index, arrangement)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int CanProcessSampleSize(void* self, int size)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component }
                ? Vst3Result.From(size is 0 or 1 && component.SupportsSampleSize((Vst3SampleSize)size))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetLatencySamples(void* self)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } ? component.LatencySamples : 0u;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int SetupProcessing(void* self, Vst3ProcessSetup* setup)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } glue ? glue.Prepare(component, setup) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetProcessing(void* self, byte state)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } glue
                ? glue.SwitchProcessing(component, state != 0)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Process(void* self, ProcessDataNative* data)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } glue ? glue.Run(component, data) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetTailSamples(void* self)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } ? component.TailSamples : 0u;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int SetPresentationLatency(void* self, int direction, int index, uint samples)
    {
        try
        {
            if (Get<PluginGlue>(self) is not { Component: { } component })
            {
                return Vst3Result.NotInitialized;
            }

            if (FindBus(component, (int)Vst3MediaType.Audio, direction, index) is null)
            {
                return Vst3Result.InvalidArgument;
            }

            component.OnPresentationLatency((Vst3BusDirection)direction, index, samples);
            return Vst3Result.Ok;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static uint GetContextRequirements(void* self)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component } ? (uint)component.ContextRequirements : 0u;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int ProgramDataSupported(void* self, int listId)
    {
        try
        {
            return Get<PluginGlue>(self) is { Component: { } component }
                ? Vst3Result.From(component.SupportsProgramData(listId))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetProgramData(void* self, int listId, int program, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Component: { } component }
                ? Vst3Result.NotInitialized
                : WithStream(stream, target => component.SaveProgram(listId, program, target));
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetProgramData(void* self, int listId, int program, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Component: { } component }
                ? Vst3Result.NotInitialized
                : WithStream(stream, source => component.LoadProgram(listId, program, source));
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
