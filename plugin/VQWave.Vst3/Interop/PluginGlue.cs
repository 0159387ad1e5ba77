using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>The native face of a component, a controller, or both in one.</summary>
/// <remarks>Keeps the order of calls: what comes too early, twice or not at all is answered here and never reaches the plug-in.</remarks>
internal sealed unsafe partial class PluginGlue : NativeObject
{
    private const int ComponentSlot = 0;
    private const int ProcessorSlot = 1;
    private const int PresentationLatencySlot = 2;
    private const int ContextRequirementsSlot = 3;
    private const int ConnectionSlot = 4;
    private const int ControllerSlot = 5;
    private const int Controller2Slot = 6;
    private const int MidiMappingSlot = 7;
    private const int MidiLearnSlot = 8;
    private const int UnitInfoSlot = 9;
    private const int ProgramDataSlot = 10;
    private const int NoteExpressionSlot = 11;

    private readonly Vst3PluginObject[] _parts;
    private Vst3Host _host = Vst3Host.None;
    private bool _initialized;
    private bool _isSetUp;

    public PluginGlue(object target)
        : base(
            (nint)s_component,
            (nint)s_processor,
            (nint)s_presentationLatency,
            (nint)s_contextRequirements,
            (nint)s_connection,
            (nint)s_controller,
            (nint)s_controller2,
            (nint)s_midiMapping,
            (nint)s_midiLearn,
            (nint)s_unitInfo,
            (nint)s_programData,
            (nint)s_noteExpression
        )
    {
        switch (target)
        {
            case Vst3SingleComponent single:
                Component = single.Component;
                Controller = single.Controller;
                _parts = [single.Component, single.Controller];
                break;
            case Vst3Component component:
                Component = component;
                _parts = [component];
                break;
            case Vst3EditController controller:
                Controller = controller;
                _parts = [controller];
                break;
            default:
                throw new ArgumentException(
                    $"A class made a {target.GetType().Name}, which is neither component nor controller.",
                    nameof(target)
                );
        }
    }

    public Vst3Component? Component { get; }

    public Vst3EditController? Controller { get; }

    protected override int FindInterface(in Vst3Uid iid)
    {
        if (Component is { } component)
        {
            if (iid == Iid.IComponent || iid == Iid.IPluginBase)
            {
                return ComponentSlot;
            }

            if (iid == Iid.IAudioProcessor)
            {
                return ProcessorSlot;
            }

            if (iid == Iid.IAudioPresentationLatency)
            {
                return PresentationLatencySlot;
            }

            if (iid == Iid.IProcessContextRequirements)
            {
                return ContextRequirementsSlot;
            }

            if (iid == Iid.IProgramListData && component.HasProgramData)
            {
                return ProgramDataSlot;
            }
        }

        if (Controller is { } controller)
        {
            if (iid == Iid.IEditController || iid == Iid.IPluginBase)
            {
                return ControllerSlot;
            }

            if (iid == Iid.IEditController2)
            {
                return Controller2Slot;
            }

            if (iid == Iid.IMidiMapping)
            {
                return MidiMappingSlot;
            }

            if (iid == Iid.IMidiLearn)
            {
                return MidiLearnSlot;
            }

            if (iid == Iid.IUnitInfo && controller.Units.Count > 0)
            {
                return UnitInfoSlot;
            }

            if (iid == Iid.INoteExpressionController)
            {
                return NoteExpressionSlot;
            }
        }

        return iid == Iid.IConnectionPoint ? ConnectionSlot : -1;
    }

    protected override void OnReleased()
    {
        if (_initialized)
        {
            TerminateParts();
        }

        Controller?.ReleaseHandlers();
        foreach (Vst3PluginObject part in _parts)
        {
            part.OnReleased();
        }
    }

    private int InitializeParts(void* context)
    {
        if (_initialized)
        {
            return Vst3Result.False;
        }

        _host = context is null ? Vst3Host.None : new Vst3Host(context);
        int begun = 0;
        try
        {
            for (; begun < _parts.Length; begun++)
            {
                _parts[begun].Begin(_host);
            }
        }
        catch (Exception)
        {
            for (int i = begun - 1; i >= 0; i--)
            {
                _parts[i].End();
            }

            ReleaseHost();
            throw;
        }

        _initialized = true;
        return Vst3Result.Ok;
    }

    private int TerminateParts()
    {
        if (!_initialized)
        {
            return Vst3Result.NotInitialized;
        }

        _initialized = false;
        _isSetUp = false;
        int result = Vst3Result.Ok;
        try
        {
            if (Component is { IsActive: true } component)
            {
                Deactivate(component);
            }
        }
        catch (Exception exception)
        {
            result = Fail(exception);
        }

        Controller?.ReleaseHandlers();
        for (int i = _parts.Length - 1; i >= 0; i--)
        {
            try
            {
                _parts[i].End();
            }
            catch (Exception exception)
            {
                result = Fail(exception);
            }
        }

        ReleaseHost();
        return result;
    }

    private void ReleaseHost()
    {
        if (_host != Vst3Host.None)
        {
            _host.Release();
        }

        _host = Vst3Host.None;
    }

    [UnmanagedCallersOnly]
    private static int Initialize(void* self, void* context)
    {
        try
        {
            return Get<PluginGlue>(self)?.InitializeParts(context) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Terminate(void* self)
    {
        try
        {
            return Get<PluginGlue>(self)?.TerminateParts() ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    // A connection joins two objects; an object that is both parts has nobody to talk to, but answers for its component.
    [UnmanagedCallersOnly]
    private static int Connect(void* self, void* other)
    {
        try
        {
            return Get<PluginGlue>(self)?._parts[0].Connect(other) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Disconnect(void* self, void* other)
    {
        try
        {
            return Get<PluginGlue>(self)?._parts[0].Disconnect(other) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Notify(void* self, void* message)
    {
        try
        {
            return Get<PluginGlue>(self)?._parts[0].Notify(message) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
