namespace VQWave.Vst3.Tests;

/// <summary>A view that keeps what it is told and draws nothing.</summary>
internal sealed class SampleView : Vst3View
{
    public SampleView() => Size = new Vst3Rect { Right = 320, Bottom = 200 };

    public bool IsAttached { get; private set; }

    protected override bool SupportsPlatform(string type) => type == X11Platform;

    protected override bool Attach(nint parent, string type) => IsAttached = true;

    protected override void Remove() => IsAttached = false;
}
