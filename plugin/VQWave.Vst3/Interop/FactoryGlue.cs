using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>The native face of a factory: IPluginFactory, 2 and 3 share one vtable.</summary>
internal sealed unsafe class FactoryGlue : NativeObject
{
    private static readonly IPluginFactory3Vtbl* s_table = NewFactoryTable();

    private readonly Vst3Factory _factory;

    public FactoryGlue(Vst3Factory factory)
        : base((nint)s_table)
    {
        _factory = factory;
    }

    protected override int FindInterface(in Vst3Uid iid) =>
        iid == Iid.IPluginFactory || iid == Iid.IPluginFactory2 || iid == Iid.IPluginFactory3 ? 0 : -1;

    protected override void OnReleased() => SetContext(null);

    private static IPluginFactory3Vtbl* NewFactoryTable()
    {
        IPluginFactory3Vtbl* table = NewTable<IPluginFactory3Vtbl>();
        table->GetFactoryInfo = &GetFactoryInfo;
        table->CountClasses = &CountClasses;
        table->GetClassInfo = &GetClassInfo;
        table->CreateInstance = &CreateInstance;
        table->GetClassInfo2 = &GetClassInfo2;
        table->GetClassInfoUnicode = &GetClassInfoUnicode;
        table->SetHostContext = &SetHostContext;
        return table;
    }

    private int SetContext(void* context)
    {
        Vst3Host old = _factory.Host;
        _factory.Host = context is null ? Vst3Host.None : new Vst3Host(context);
        if (old != Vst3Host.None)
        {
            old.Release();
        }

        return Vst3Result.Ok;
    }

    private int ReadInfo(PFactoryInfo* info)
    {
        if (info is null)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3FactoryInfo source = _factory.Info;
        NativeText.Write(info->Vendor, 64, source.Vendor);
        NativeText.Write(info->Url, 256, source.Url);
        NativeText.Write(info->Email, 128, source.Email);
        info->Flags = (int)source.Flags;
        return Vst3Result.Ok;
    }

    private Vst3ClassInfo? Find(int index) => (uint)index < (uint)_factory.Classes.Count ? _factory.Classes[index].Info : null;

    private int ReadClass(int index, PClassInfo* info)
    {
        if (info is null || Find(index) is not { } source)
        {
            return Vst3Result.InvalidArgument;
        }

        source.Id.CopyTo(new Span<byte>(info->Cid, Vst3Uid.Size));
        info->Cardinality = source.Cardinality;
        NativeText.Write(info->Category, 32, source.Category);
        NativeText.Write(info->Name, 64, source.Name);
        return Vst3Result.Ok;
    }

    private int ReadClass2(int index, PClassInfo2* info)
    {
        if (info is null || Find(index) is not { } source)
        {
            return Vst3Result.InvalidArgument;
        }

        source.Id.CopyTo(new Span<byte>(info->Cid, Vst3Uid.Size));
        info->Cardinality = source.Cardinality;
        NativeText.Write(info->Category, 32, source.Category);
        NativeText.Write(info->Name, 64, source.Name);
        info->ClassFlags = (uint)source.Flags;
        NativeText.Write(info->SubCategories, 128, source.SubCategories);
        NativeText.Write(info->Vendor, 64, source.Vendor);
        NativeText.Write(info->Version, 64, source.Version);
        NativeText.Write(info->SdkVersion, 64, source.SdkVersion);
        return Vst3Result.Ok;
    }

    private int ReadClassUnicode(int index, PClassInfoW* info)
    {
        if (info is null || Find(index) is not { } source)
        {
            return Vst3Result.InvalidArgument;
        }

        source.Id.CopyTo(new Span<byte>(info->Cid, Vst3Uid.Size));
        info->Cardinality = source.Cardinality;
        NativeText.Write(info->Category, 32, source.Category);
        NativeText.Write(info->Name, 64, source.Name);
        info->ClassFlags = (uint)source.Flags;
        NativeText.Write(info->SubCategories, 128, source.SubCategories);
        NativeText.Write(info->Vendor, 64, source.Vendor);
        NativeText.Write(info->Version, 64, source.Version);
        NativeText.Write(info->SdkVersion, 64, source.SdkVersion);
        return Vst3Result.Ok;
    }

    private int Create(byte* classId, byte* iid, void** result)
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
        foreach (Vst3Class candidate in _factory.Classes)
        {
            if (candidate.Info.Id != wanted)
            {
                continue;
            }

            if (candidate.Create() is not { } target)
            {
                return Vst3Result.InternalError;
            }

            var glue = new PluginGlue(target);
            int answer = glue.Query(Vst3Uid.FromPointer(iid), result);
            glue.ReleaseReference();
            return answer;
        }

        return Vst3Result.NoInterface;
    }

    [UnmanagedCallersOnly]
    private static int GetFactoryInfo(void* self, PFactoryInfo* info)
    {
        try
        {
            return Get<FactoryGlue>(self) is { } glue ? glue.ReadInfo(info) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int CountClasses(void* self)
    {
        try
        {
            return Get<FactoryGlue>(self) is { } glue ? glue._factory.Classes.Count : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int GetClassInfo(void* self, int index, PClassInfo* info)
    {
        try
        {
            return Get<FactoryGlue>(self) is { } glue ? glue.ReadClass(index, info) : Vst3Result.NotInitialized;
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
            return Get<FactoryGlue>(self) is { } glue ? glue.Create(classId, iid, result) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetClassInfo2(void* self, int index, PClassInfo2* info)
    {
        try
        {
            return Get<FactoryGlue>(self) is { } glue ? glue.ReadClass2(index, info) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetClassInfoUnicode(void* self, int index, PClassInfoW* info)
    {
        try
        {
            return Get<FactoryGlue>(self) is { } glue ? glue.ReadClassUnicode(index, info) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetHostContext(void* self, void* context)
    {
        try
        {
            return Get<FactoryGlue>(self) is { } glue ? glue.SetContext(context) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
