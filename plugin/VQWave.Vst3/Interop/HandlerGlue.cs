using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>What a plug-in tells our host side: IComponentHandler 1 and 2, IUnitHandler.</summary>
internal sealed unsafe class HandlerGlue : NativeObject
{
    private static readonly IComponentHandlerVtbl* s_handler = NewHandlerTable();
    private static readonly IComponentHandler2Vtbl* s_handler2 = NewHandler2Table();
    private static readonly IUnitHandlerVtbl* s_unitHandler = NewUnitHandlerTable();

    private volatile Vst3Plugin? _plugin;

    public HandlerGlue(Vst3Plugin plugin)
        : base((nint)s_handler, (nint)s_handler2, (nint)s_unitHandler)
    {
        _plugin = plugin;
    }

    /// <summary>After this, calls of a plug-in that held on to the handler are refused.</summary>
    public void Detach() => _plugin = null;

    protected override int FindInterface(in Vst3Uid iid) =>
        iid == Iid.IComponentHandler ? 0
        : iid == Iid.IComponentHandler2 ? 1
        : iid == Iid.IUnitHandler ? 2
        : -1;

    private static IComponentHandlerVtbl* NewHandlerTable()
    {
        IComponentHandlerVtbl* table = NewTable<IComponentHandlerVtbl>();
        table->BeginEdit = &BeginEdit;
        table->PerformEdit = &PerformEdit;
        table->EndEdit = &EndEdit;
        table->RestartComponent = &RestartComponent;
        return table;
    }

    private static IComponentHandler2Vtbl* NewHandler2Table()
    {
        IComponentHandler2Vtbl* table = NewTable<IComponentHandler2Vtbl>();
        table->SetDirty = &SetDirty;
        table->RequestOpenEditor = &RequestOpenEditor;
        table->StartGroupEdit = &StartGroupEdit;
        table->FinishGroupEdit = &FinishGroupEdit;
        return table;
    }

    private static IUnitHandlerVtbl* NewUnitHandlerTable()
    {
        IUnitHandlerVtbl* table = NewTable<IUnitHandlerVtbl>();
        table->NotifyUnitSelection = &NotifyUnitSelection;
        table->NotifyProgramListChange = &NotifyProgramListChange;
        return table;
    }

    [UnmanagedCallersOnly]
    private static int BeginEdit(void* self, uint id)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: { } plugin } ? Vst3Result.From(plugin.OnBeginEdit(id)) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int PerformEdit(void* self, uint id, double value)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: { } plugin }
                ? Vst3Result.From(plugin.OnPerformEdit(id, value))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int EndEdit(void* self, uint id)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: { } plugin } ? Vst3Result.From(plugin.OnEndEdit(id)) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int RestartComponent(void* self, int flags)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: { } plugin }
                ? Vst3Result.From(plugin.OnRestart((Vst3RestartFlags)flags))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetDirty(void* self, byte state)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: { } plugin }
                ? Vst3Result.From(plugin.OnDirty(state != 0))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int RequestOpenEditor(void* self, byte* name)
    {
        try
        {
            return Vst3Result.NotImplemented;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int StartGroupEdit(void* self)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: not null } ? Vst3Result.From(true) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int FinishGroupEdit(void* self)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: not null } ? Vst3Result.From(true) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int NotifyUnitSelection(void* self, int unitId)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: not null } ? Vst3Result.From(true) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int NotifyProgramListChange(void* self, int listId, int program)
    {
        try
        {
            return Get<HandlerGlue>(self) is { _plugin: { } plugin }
                ? Vst3Result.From(plugin.OnProgramListChange())
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
