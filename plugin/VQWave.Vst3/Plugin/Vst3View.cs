using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>An editor in a window of the host. All members are for the main thread.</summary>
public abstract unsafe class Vst3View
{
    private void* _frame;
    private void* _self;

    /// <summary>Platform type of a Win32 window handle.</summary>
    public const string WindowsPlatform = "HWND";

    /// <summary>Platform type of a Cocoa view.</summary>
    public const string MacPlatform = "NSView";

    /// <summary>Platform type of an X11 window id.</summary>
    public const string X11Platform = "X11EmbedWindowID";

    /// <summary>Where it is; its size.</summary>
    public virtual Vst3Rect Size { get; set; }

    /// <summary>Whether the user may resize it.</summary>
    public virtual bool CanResize => false;

    /// <summary>Whether it can live in a window of this type.</summary>
    protected internal abstract bool SupportsPlatform(string type);

    /// <summary>Goes into a window.</summary>
    protected internal abstract bool Attach(nint parent, string type);

    /// <summary>Leaves the window.</summary>
    protected internal abstract void Remove();

    /// <summary>The host has resized it; <see cref="Size"/> is set.</summary>
    protected internal virtual void OnSize() { }

    /// <summary>Corrects a size that the host proposes.</summary>
    protected internal virtual Vst3Rect Constrain(Vst3Rect proposed) => Size;

    /// <summary>The focus has come or gone.</summary>
    protected internal virtual void OnFocus(bool hasFocus) { }

    /// <summary>The wheel was turned; false when it is not used.</summary>
    protected internal virtual bool OnWheel(float distance) => false;

    /// <summary>A key was pressed or released; false when it is not used.</summary>
    protected internal virtual bool OnKey(char key, short keyCode, short modifiers, bool isDown) => false;

    /// <summary>The host tells the scale of the screen; false when it is not used.</summary>
    protected internal virtual bool OnScale(float factor) => false;

    /// <summary>The last reference is gone.</summary>
    protected internal virtual void OnReleased() { }

    /// <summary>Asks the host for another size.</summary>
    protected bool RequestSize(Vst3Rect size) =>
        _frame is not null && _self is not null && (*(IPlugFrameVtbl**)_frame)->ResizeView(_frame, _self, &size) == Vst3Result.Ok;

    internal void SetFrame(void* self, void* frame)
    {
        Unknown.AddRef(frame);
        Unknown.Release(_frame);
        _self = self;
        _frame = frame;
    }
}
