using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>The host, as a plug-in sees it. Main thread.</summary>
public sealed unsafe class Vst3Host
{
    private void* _application;
    private void* _support;

    internal Vst3Host(void* context)
    {
        _application = Unknown.Query(context, Iid.IHostApplication);
        _support = Unknown.Query(context, Iid.IPlugInterfaceSupport);
        Name = ReadName();
    }

    /// <summary>A host that does nothing: before initialise, or when the host passed null.</summary>
    public static Vst3Host None { get; } = new(null);

    /// <summary>Its name; empty when it has none.</summary>
    public string Name { get; }

    /// <summary>Whether the host says that it uses an interface of plug-ins; null when it does not say.</summary>
    public bool? Supports(Vst3Uid iid)
    {
        if (_support is null)
        {
            return null;
        }

        byte* bytes = stackalloc byte[Vst3Uid.Size];
        iid.CopyTo(new Span<byte>(bytes, Vst3Uid.Size));
        return (*(IPlugInterfaceSupportVtbl**)_support)->IsPlugInterfaceSupported(_support, bytes) == Vst3Result.Ok;
    }

    /// <summary>Makes a message; the library's own where the host makes none. Dispose it.</summary>
    public Vst3Message CreateMessage(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        void* message = null;
        if (_application is not null)
        {
            byte* bytes = stackalloc byte[2 * Vst3Uid.Size];
            Iid.IMessage.CopyTo(new Span<byte>(bytes, Vst3Uid.Size));
            Iid.IMessage.CopyTo(new Span<byte>(bytes + Vst3Uid.Size, Vst3Uid.Size));
            int result = (*(IHostApplicationVtbl**)_application)->CreateInstance(_application, bytes, bytes + Vst3Uid.Size, &message);
            message = result == Vst3Result.Ok ? message : null;
        }

        if (message is null)
        {
            message = new MessageGlue().Pointer(0);
        }

        return new Vst3Message(message, owned: true) { Id = id };
    }

    internal void Release()
    {
        void* application = _application;
        void* support = _support;
        _application = _support = null;
        Unknown.Release(support);
        Unknown.Release(application);
    }

    private string ReadName()
    {
        if (_application is null)
        {
            return "";
        }

        char* name = stackalloc char[NativeText.String128];
        new Span<char>(name, NativeText.String128).Clear();
        return (*(IHostApplicationVtbl**)_application)->GetName(_application, name) == Vst3Result.Ok
            ? NativeText.Read(name, NativeText.String128)
            : "";
    }
}
