using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>An attribute list made here.</summary>
internal sealed unsafe class AttributeGlue : NativeObject
{
    private static readonly IAttributeListVtbl* s_table = NewAttributeTable();

    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    // Bytes that a caller was given the address of; kept until the attribute is set again.
    private readonly Dictionary<string, (nint Address, uint Size)> _binaries = new(StringComparer.Ordinal);

    public AttributeGlue()
        : base((nint)s_table) { }

    protected override int FindInterface(in Vst3Uid iid) => iid == Iid.IAttributeList ? 0 : -1;

    protected override void OnReleased()
    {
        foreach ((nint address, _) in _binaries.Values)
        {
            NativeMemory.Free((void*)address);
        }

        _binaries.Clear();
        _values.Clear();
    }

    private static IAttributeListVtbl* NewAttributeTable()
    {
        IAttributeListVtbl* table = NewTable<IAttributeListVtbl>();
        table->SetInt = &SetInt;
        table->GetInt = &GetInt;
        table->SetFloat = &SetFloat;
        table->GetFloat = &GetFloat;
        table->SetString = &SetString;
        table->GetString = &GetString;
        table->SetBinary = &SetBinary;
        table->GetBinary = &GetBinary;
        return table;
    }

    private int Store(byte* id, object value)
    {
        if (NativeText.Read(id) is not { } name)
        {
            return Vst3Result.InvalidArgument;
        }

        _values[name] = value;
        return Vst3Result.Ok;
    }

    private T? Find<T>(byte* id)
        where T : struct =>
        NativeText.Read(id) is { } name && _values.TryGetValue(name, out object? value) && value is T found ? found : null;

    private int ReadInt(byte* id, long* value)
    {
        if (id is null || value is null)
        {
            return Vst3Result.InvalidArgument;
        }

        if (Find<long>(id) is not { } found)
        {
            return Vst3Result.False;
        }

        *value = found;
        return Vst3Result.Ok;
    }

    private int ReadFloat(byte* id, double* value)
    {
        if (id is null || value is null)
        {
            return Vst3Result.InvalidArgument;
        }

        if (Find<double>(id) is not { } found)
        {
            return Vst3Result.False;
        }

        *value = found;
        return Vst3Result.Ok;
    }

    private int StoreText(byte* id, char* text) =>
        text is null ? Vst3Result.InvalidArgument : Store(id, NativeText.ReadTerminated(text, int.MaxValue) ?? "");

    private int ReadText(byte* id, char* text, uint bytes)
    {
        if (text is null || bytes < sizeof(char) || NativeText.Read(id) is not { } name)
        {
            return Vst3Result.InvalidArgument;
        }

        if (!_values.TryGetValue(name, out object? value) || value is not string found)
        {
            return Vst3Result.False;
        }

        NativeText.Write(text, (int)Math.Min(bytes / sizeof(char), found.Length + 1), found);
        return Vst3Result.Ok;
    }

    private int StoreBytes(byte* id, void* data, uint size)
    {
        if ((data is null && size > 0) || NativeText.Read(id) is not { } name)
        {
            return Vst3Result.InvalidArgument;
        }

        var copy = (byte*)NativeMemory.Alloc(Math.Max(1, size));
        NativeMemory.Copy(data, copy, size);
        if (_binaries.Remove(name, out (nint Address, uint Size) old))
        {
            NativeMemory.Free((void*)old.Address);
        }

        _binaries[name] = ((nint)copy, size);
        return Vst3Result.Ok;
    }

    private int ReadBytes(byte* id, void** data, uint* size)
    {
        if (data is null || size is null || NativeText.Read(id) is not { } name)
        {
            return Vst3Result.InvalidArgument;
        }

        if (!_binaries.TryGetValue(name, out (nint Address, uint Size) found))
        {
            return Vst3Result.False;
        }

        *data = (void*)found.Address;
        *size = found.Size;
        return Vst3Result.Ok;
    }

    [UnmanagedCallersOnly]
    private static int SetInt(void* self, byte* id, long value)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.Store(id, value) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetInt(void* self, byte* id, long* value)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.ReadInt(id, value) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetFloat(void* self, byte* id, double value)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.Store(id, value) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetFloat(void* self, byte* id, double* value)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.ReadFloat(id, value) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetString(void* self, byte* id, char* text)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.StoreText(id, text) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetString(void* self, byte* id, char* text, uint bytes)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.ReadText(id, text, bytes) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetBinary(void* self, byte* id, void* data, uint size)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.StoreBytes(id, data, size) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetBinary(void* self, byte* id, void** data, uint* size)
    {
        try
        {
            return Get<AttributeGlue>(self) is { } glue ? glue.ReadBytes(id, data, size) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
