namespace VQWave.Vst3;

/// <summary>A class of a factory, and how to make one.</summary>
public sealed class Vst3Class
{
    private readonly Func<object> _create;

    /// <summary>A class whose objects are components.</summary>
    public Vst3Class(Vst3ClassInfo info, Func<Vst3Component> create)
        : this(info, (Func<object>)create) { }

    /// <summary>A class whose objects are controllers.</summary>
    public Vst3Class(Vst3ClassInfo info, Func<Vst3EditController> create)
        : this(info, (Func<object>)create) { }

    /// <summary>A class whose objects are both.</summary>
    public Vst3Class(Vst3ClassInfo info, Func<Vst3SingleComponent> create)
        : this(info, (Func<object>)create) { }

    private Vst3Class(Vst3ClassInfo info, Func<object> create)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(create);
        Info = info;
        _create = create;
    }

    /// <summary>What a host sees before it makes one.</summary>
    public Vst3ClassInfo Info { get; }

    internal object Create() => _create();
}
