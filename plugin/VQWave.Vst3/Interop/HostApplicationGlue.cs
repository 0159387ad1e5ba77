using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>The host application that our host side shows to plug-ins: IHostApplication and IPlugInterfaceSupport.</summary>
internal sealed unsafe class HostApplicationGlue : NativeObject
{
    private static readonly IHostApplicationVtbl* s_application = NewApplicationTable();
    private static readonly IPlugInterfaceSupportVtbl* s_support = NewSupportTable();

    // What our host side calls of a plug-in.
    private static readonly Vst3Uid[] s_used =
    [
        Iid.IPluginBase,
        Iid.IComponent,
        Iid.IAudioProcessor,
        Iid.IProcessContextRequirements,
        Iid.IEditController,
        Iid.IEditController2,
        Iid.IConnectionPoint,
        Iid.IMidiMapping,
        Iid.IUnitInfo,
        Iid.IProgramListData,
    ];

    private readonly string _name;

    public HostApplicationGlue(string name)
        : base((nint)s_application, (nint)s_support)
    {
        _name = name;
    }

    protected override int FindInterface(in Vst3Uid iid) =>
        iid == Iid.IHostApplication ? 0
        : iid == Iid.IPlugInterfaceSupport ? 1
        : -1;

    private static IHostApplicationVtbl* NewApplicationTable()
    {
        IHostApplicationVtbl* table = NewTable<IHostApplicationVtbl>();
        table->GetName = &GetName;
        table->CreateInstance = &CreateInstance;
        return table;
    }

    private static IPlugInterfaceSupportVtbl* NewSupportTable()
    {
        IPlugInterfaceSupportVtbl* table = NewTable<IPlugInterfaceSupportVtbl>();
        table->IsPlugInterfaceSupported = &IsPlugInterfaceSupported;
        return table;
    }

    private static int Create(byte* classId, byte* iid, void** result)
    {
        if (result is null)
        {
            return Vst3Result.InvalidArgument;
        }

        *result = null;
        if (classId is null || iid is null)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3Uid wanted = Vst3Uid.FromPointer(classId);
        NativeObject? made =
            wanted == Iid.IMessage ? new MessageGlue()
            : wanted == Iid.IAttributeList ? new AttributeGlue()
            : null;
        if (made is null)
        {
            return Vst3Result.NoInterface;
        }

        int answer = made.Query(Vst3Uid.FromPointer(iid), result);
        made.ReleaseReference();
        return answer;
    }

    private int WriteName(char* name)
    {
        if (name is null)
        {
            return Vst3Result.InvalidArgument;
        }

        NativeText.Write(name, NativeText.String128, _name);
        return Vst3Result.Ok;
    }

    [UnmanagedCallersOnly]
    private static int GetName(void* self, char* name)
    {
        try
        {
            return Get<HostApplicationGlue>(self)?.WriteName(name) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int CreateInstance(void* self, byte* classId, byte* iid, void** result)
    {
        try
        {
            return Create(classId, iid, result);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int IsPlugInterfaceSupported(void* self, byte* iid)
    {
        try
        {
            return iid is null ? Vst3Result.InvalidArgument : Vst3Result.From(s_used.AsSpan().Contains(Vst3Uid.FromPointer(iid)));
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
