using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>A plug-in of anybody's, from the host's side: made by <see cref="Vst3Module.CreatePlugin(Vst3ClassInfo)"/>.</summary>
/// <remarks>
/// <para>Threads: <see cref="Process"/>, <see cref="AddMidi"/> and the members of <see cref="Block"/> are for one audio thread and are
/// real-time safe on this side (what the plug-in does is its own affair). All else is for the main thread. <see cref="SetParameter"/>
/// may be called while the audio thread processes: the value reaches the processor with the next block. <see cref="Configure"/>,
/// <see cref="Activate"/>, <see cref="Deactivate"/> and <see cref="Dispose"/> must not overlap <see cref="Process"/>.</para>
/// <para>Call <see cref="Pump"/> now and then on the main thread: it hands to the controller what the processor changed, and answers
/// what the plug-in asked for.</para>
/// </remarks>
public sealed unsafe partial class Vst3Plugin : IDisposable
{
    private readonly Vst3Module _module;
    private readonly HandlerGlue _handler;
    private void* _component;
    private void* _processor;
    private void* _controller;
    private void* _midiMapping;
    private void* _componentPoint;
    private void* _controllerPoint;
    private bool _componentInitialized;
    private bool _controllerInitialized;
    private bool _connected;
    private bool _disposed;

    internal Vst3Plugin(Vst3Module module, Vst3ClassInfo info)
    {
        _module = module;
        Info = info;
        _handler = new HandlerGlue(this);
        try
        {
            Create();
        }
        catch (Exception)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Its class.</summary>
    public Vst3ClassInfo Info { get; }

    /// <summary>Whether component and controller are one object.</summary>
    public bool IsSingleComponent { get; private set; }

    /// <summary>Whether there is a controller; without one there are no parameters.</summary>
    public bool HasController => _controller is not null;

    /// <summary>Latency, in samples.</summary>
    public uint LatencySamples => Processor->GetLatencySamples(_processor);

    /// <summary>How long it sounds after its input ends, in samples; <see cref="uint.MaxValue"/> for ever.</summary>
    public uint TailSamples => Processor->GetTailSamples(_processor);

    /// <summary>What it wants to know of the transport; everything when it does not say.</summary>
    public Vst3ContextRequirements ContextRequirements { get; private set; } = (Vst3ContextRequirements)0x7FF;

    /// <summary>What it was configured for; null before.</summary>
    public Vst3ProcessSetup? Setup { get; private set; }

    /// <summary>Whether it is active.</summary>
    public bool IsActive { get; private set; }

    private IComponentVtbl* Component => _disposed ? throw new ObjectDisposedException(Info.Name) : *(IComponentVtbl**)_component;

    private IAudioProcessorVtbl* Processor => _disposed ? throw new ObjectDisposedException(Info.Name) : *(IAudioProcessorVtbl**)_processor;

    private IEditControllerVtbl* Controller =>
        _disposed ? throw new ObjectDisposedException(Info.Name)
        : _controller is null ? throw new InvalidOperationException($"'{Info.Name}' has no controller, and so no parameters.")
        : *(IEditControllerVtbl**)_controller;

    /// <summary>Ends the plug-in in the order that the interface asks for.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        if (IsActive)
        {
            Deactivate();
        }

        if (_connected)
        {
            (*(IConnectionPointVtbl**)_componentPoint)->Disconnect(_componentPoint, _controllerPoint);
            (*(IConnectionPointVtbl**)_controllerPoint)->Disconnect(_controllerPoint, _componentPoint);
        }

        if (_controller is not null)
        {
            var table = *(IEditControllerVtbl**)_controller;
            table->SetComponentHandler(_controller, null);
            if (_controllerInitialized)
            {
                table->Base.Terminate(_controller);
            }
        }

        if (_componentInitialized)
        {
            (*(IComponentVtbl**)_component)->Base.Terminate(_component);
        }

        _disposed = true;
        ReleaseAll();
        Block?.Free();
        _handler.Detach();
        _handler.Abandon();
        _module.Forget(this);
    }

    /// <summary>The buses of a kind and a direction, as they are now.</summary>
    public IReadOnlyList<Vst3BusInfo> GetBuses(Vst3MediaType media, Vst3BusDirection direction)
    {
        int count = Component->GetBusCount(_component, (int)media, (int)direction);
        var buses = new List<Vst3BusInfo>();
        for (int i = 0; i < count; i++)
        {
            BusInfoData data = default;
            if (Component->GetBusInfo(_component, (int)media, (int)direction, i, &data) != Vst3Result.Ok)
            {
                continue;
            }

            ulong arrangement = 0;
            if (media == Vst3MediaType.Audio)
            {
                Processor->GetBusArrangement(_processor, (int)direction, i, &arrangement);
            }

            string name = NativeText.Read(data.Name, NativeText.String128);
            buses.Add(
                new Vst3BusInfo(
                    media,
                    direction,
                    i,
                    name,
                    Math.Max(0, data.ChannelCount),
                    (Vst3BusType)data.BusType,
                    (Vst3BusFlags)data.Flags,
                    arrangement
                )
            );
        }

        return buses;
    }

    /// <summary>Asks for speakers, one entry a bus; false when the plug-in refuses. Not while active.</summary>
    public bool TrySetArrangements(ReadOnlySpan<ulong> inputs, ReadOnlySpan<ulong> outputs)
    {
        ThrowIfActive("change speakers");
        ulong none;
        fixed (ulong* input = inputs)
        fixed (ulong* output = outputs)
        {
            // Some plug-ins look at the pointers even where there are no buses.
            return Processor->SetBusArrangements(
                    _processor,
                    input is null ? &none : input,
                    inputs.Length,
                    output is null ? &none : output,
                    outputs.Length
                ) == Vst3Result.Ok;
        }
    }

    /// <summary>Switches a bus on or off. Not while active.</summary>
    public bool ActivateBus(Vst3MediaType media, Vst3BusDirection direction, int index, bool active)
    {
        ThrowIfActive("switch a bus");
        return Component->ActivateBus(_component, (int)media, (int)direction, index, active ? (byte)1 : (byte)0) == Vst3Result.Ok;
    }

    /// <summary>Whether it takes samples of a type.</summary>
    public bool SupportsSampleSize(Vst3SampleSize size) => Processor->CanProcessSampleSize(_processor, (int)size) == Vst3Result.Ok;

    /// <summary>The state, for <see cref="LoadState"/> or a preset file.</summary>
    /// <exception cref="Vst3Exception">The plug-in does not give one.</exception>
    public Vst3PluginState SaveState()
    {
        var component = new StreamGlue();
        var controller = new StreamGlue();
        try
        {
            int result = Component->GetState(_component, component.Pointer(0));
            if (result != Vst3Result.Ok && result != Vst3Result.NotImplemented)
            {
                throw new Vst3Exception($"'{Info.Name}' does not give its state ({Vst3Result.Describe(result)}).");
            }

            if (_controller is not null)
            {
                Controller->GetState(_controller, controller.Pointer(0));
            }

            return new Vst3PluginState(component.ToArray(), controller.ToArray());
        }
        finally
        {
            component.ReleaseReference();
            controller.ReleaseReference();
        }
    }

    /// <summary>Loads a state into component and controller; false when the component refuses it.</summary>
    public bool LoadState(Vst3PluginState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        bool taken = WithStream(state.Component, stream => Component->SetState(_component, (void*)stream));
        if (_controller is not null)
        {
            WithStream(state.Component, stream => Controller->SetComponentState(_controller, (void*)stream));
            if (state.Controller.Length > 0)
            {
                WithStream(state.Controller, stream => Controller->SetState(_controller, (void*)stream));
            }
        }

        return taken;
    }

    private static bool WithStream(byte[] content, Func<nint, int> use)
    {
        var stream = new StreamGlue(content);
        try
        {
            return use((nint)stream.Pointer(0)) == Vst3Result.Ok;
        }
        finally
        {
            stream.ReleaseReference();
        }
    }

    private void Create()
    {
        _component = _module.Create(Info.Id, Iid.IComponent);
        if (_component is null)
        {
            throw new Vst3Exception($"'{Info.Name}' in {_module.Path} cannot be made: the factory gives no component.");
        }

        int result = Component->Base.Initialize(_component, _module.HostContext);
        if (result != Vst3Result.Ok)
        {
            throw new Vst3Exception($"'{Info.Name}' in {_module.Path} does not initialise ({Vst3Result.Describe(result)}).");
        }

        _componentInitialized = true;
        _processor = Unknown.Query(_component, Iid.IAudioProcessor);
        if (_processor is null)
        {
            throw new Vst3Exception($"'{Info.Name}' in {_module.Path} is no audio processor.");
        }

        CreateController();
        void* requirements = Unknown.Query(_processor, Iid.IProcessContextRequirements);
        if (requirements is not null)
        {
            ContextRequirements = (Vst3ContextRequirements)
                (*(IProcessContextRequirementsVtbl**)requirements)->GetProcessContextRequirements(requirements);
            Unknown.Release(requirements);
        }

        if (_controller is null)
        {
            return;
        }

        _midiMapping = Unknown.Query(_controller, Iid.IMidiMapping);
        Controller->SetComponentHandler(_controller, _handler.Pointer(0));
        Connect();
        byte[] state = ReadComponentState();
        if (state.Length > 0)
        {
            WithStream(state, stream => Controller->SetComponentState(_controller, (void*)stream));
        }

        ReadParameters();
    }

    private void CreateController()
    {
        _controller = Unknown.Query(_component, Iid.IEditController);
        if (_controller is not null)
        {
            IsSingleComponent = true;
            return;
        }

        byte* id = stackalloc byte[Vst3Uid.Size];
        if (Component->GetControllerClassId(_component, id) != Vst3Result.Ok || Vst3Uid.FromPointer(id).IsEmpty)
        {
            return;
        }

        _controller = _module.Create(Vst3Uid.FromPointer(id), Iid.IEditController);
        if (_controller is null)
        {
            throw new Vst3Exception($"'{Info.Name}' in {_module.Path} names a controller that its factory does not make.");
        }

        int result = Controller->Base.Initialize(_controller, _module.HostContext);
        if (result != Vst3Result.Ok)
        {
            throw new Vst3Exception(
                $"The controller of '{Info.Name}' in {_module.Path} does not initialise ({Vst3Result.Describe(result)})."
            );
        }

        _controllerInitialized = true;
    }

    private void Connect()
    {
        if (IsSingleComponent)
        {
            return;
        }

        _componentPoint = Unknown.Query(_component, Iid.IConnectionPoint);
        _controllerPoint = Unknown.Query(_controller, Iid.IConnectionPoint);
        if (_componentPoint is null || _controllerPoint is null)
        {
            return;
        }

        (*(IConnectionPointVtbl**)_componentPoint)->Connect(_componentPoint, _controllerPoint);
        (*(IConnectionPointVtbl**)_controllerPoint)->Connect(_controllerPoint, _componentPoint);
        _connected = true;
    }

    private byte[] ReadComponentState()
    {
        var stream = new StreamGlue();
        try
        {
            Component->GetState(_component, stream.Pointer(0));
            return stream.ToArray();
        }
        finally
        {
            stream.ReleaseReference();
        }
    }

    private void ReleaseAll()
    {
        Unknown.Release(_midiMapping);
        Unknown.Release(_componentPoint);
        Unknown.Release(_controllerPoint);
        Unknown.Release(_controller);
        Unknown.Release(_processor);
        Unknown.Release(_component);
        _midiMapping = _componentPoint = _controllerPoint = _controller = _processor = _component = null;
    }

    private void ThrowIfActive(string what)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsActive)
        {
            throw new InvalidOperationException($"'{Info.Name}' is active: deactivate it to {what}.");
        }
    }
}
