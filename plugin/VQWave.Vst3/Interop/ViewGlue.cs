using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>The native face of an editor.</summary>
internal sealed unsafe class ViewGlue : NativeObject
{
    private static readonly IPlugViewVtbl* s_view = NewViewTable();
    private static readonly IPlugViewContentScaleSupportVtbl* s_scale = NewScaleTable();

    private readonly Vst3View _view;
    private bool _attached;

    public ViewGlue(Vst3View view)
        : base((nint)s_view, (nint)s_scale)
    {
        _view = view;
    }

    protected override int FindInterface(in Vst3Uid iid) =>
        iid == Iid.IPlugView ? 0
        : iid == Iid.IPlugViewContentScaleSupport ? 1
        : -1;

    protected override void OnReleased()
    {
        if (_attached)
        {
            Detach();
        }

        _view.SetFrame(null, null);
        _view.OnReleased();
    }

    private static IPlugViewVtbl* NewViewTable()
    {
        IPlugViewVtbl* table = NewTable<IPlugViewVtbl>();
        table->IsPlatformTypeSupported = &IsPlatformTypeSupported;
        table->Attached = &Attached;
        table->Removed = &Removed;
        table->OnWheel = &OnWheel;
        table->OnKeyDown = &OnKeyDown;
        table->OnKeyUp = &OnKeyUp;
        table->GetSize = &GetSize;
        table->OnSize = &OnSize;
        table->OnFocus = &OnFocus;
        table->SetFrame = &SetFrame;
        table->CanResize = &CanResize;
        table->CheckSizeConstraint = &CheckSizeConstraint;
        return table;
    }

    private static IPlugViewContentScaleSupportVtbl* NewScaleTable()
    {
        IPlugViewContentScaleSupportVtbl* table = NewTable<IPlugViewContentScaleSupportVtbl>();
        table->SetContentScaleFactor = &SetContentScaleFactor;
        return table;
    }

    private int Attach(void* parent, byte* type)
    {
        if (parent is null || NativeText.Read(type) is not { } platform)
        {
            return Vst3Result.InvalidArgument;
        }

        if (_attached || !_view.SupportsPlatform(platform) || !_view.Attach((nint)parent, platform))
        {
            return Vst3Result.False;
        }

        _attached = true;
        return Vst3Result.Ok;
    }

    private int Detach()
    {
        if (!_attached)
        {
            return Vst3Result.False;
        }

        _attached = false;
        _view.Remove();
        return Vst3Result.Ok;
    }

    private int ReadSize(Vst3Rect* size)
    {
        if (size is null)
        {
            return Vst3Result.InvalidArgument;
        }

        *size = _view.Size;
        return Vst3Result.Ok;
    }

    private int Resize(Vst3Rect* size)
    {
        if (size is null)
        {
            return Vst3Result.InvalidArgument;
        }

        _view.Size = *size;
        _view.OnSize();
        return Vst3Result.Ok;
    }

    private int Focus(bool hasFocus)
    {
        _view.OnFocus(hasFocus);
        return Vst3Result.Ok;
    }

    private int TakeFrame(void* frame)
    {
        _view.SetFrame(frame is null ? null : Pointer(0), frame);
        return Vst3Result.Ok;
    }

    private int Constrain(Vst3Rect* size)
    {
        if (size is null)
        {
            return Vst3Result.InvalidArgument;
        }

        *size = _view.Constrain(*size);
        return Vst3Result.Ok;
    }

    [UnmanagedCallersOnly]
    private static int IsPlatformTypeSupported(void* self, byte* type)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue
                ? type is null
                    ? Vst3Result.InvalidArgument
                    : Vst3Result.From(glue._view.SupportsPlatform(NativeText.Read(type) ?? ""))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Attached(void* self, void* parent, byte* type)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? glue.Attach(parent, type) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Removed(void* self)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? glue.Detach() : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OnWheel(void* self, float distance)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? Vst3Result.From(glue._view.OnWheel(distance)) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OnKeyDown(void* self, ushort key, short keyCode, short modifiers)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue
                ? Vst3Result.From(glue._view.OnKey((char)key, keyCode, modifiers, true))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OnKeyUp(void* self, ushort key, short keyCode, short modifiers)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue
                ? Vst3Result.From(glue._view.OnKey((char)key, keyCode, modifiers, false))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetSize(void* self, Vst3Rect* size)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? glue.ReadSize(size) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OnSize(void* self, Vst3Rect* size)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? glue.Resize(size) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OnFocus(void* self, byte state)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? glue.Focus(state != 0) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetFrame(void* self, void* frame)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? glue.TakeFrame(frame) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int CanResize(void* self)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? Vst3Result.From(glue._view.CanResize) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int CheckSizeConstraint(void* self, Vst3Rect* size)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue ? glue.Constrain(size) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetContentScaleFactor(void* self, float factor)
    {
        try
        {
            return Get<ViewGlue>(self) is { } glue
                ? float.IsFinite(factor) && factor > 0
                    ? Vst3Result.From(glue._view.OnScale(factor))
                    : Vst3Result.InvalidArgument
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
