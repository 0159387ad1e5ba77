using System.Runtime.InteropServices;
using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>A message between component and controller: a name and attributes. Main thread.</summary>
public sealed unsafe class Vst3Message : IDisposable
{
    private readonly bool _owned;
    private void* _message;

    internal Vst3Message(void* message, bool owned)
    {
        _message = message;
        _owned = owned;
    }

    /// <summary>Name of the message.</summary>
    public string Id
    {
        get => NativeText.Read(Table->GetMessageId(Pointer)) ?? "";
        set
        {
            void* message = Pointer;
            IMessageVtbl* table = Table;
            WithText(
                value,
                text =>
                {
                    table->SetMessageId(message, (byte*)text);
                    return 0;
                }
            );
        }
    }

    internal void* Pointer => _message is null ? throw new ObjectDisposedException(nameof(Vst3Message)) : _message;

    private IMessageVtbl* Table => *(IMessageVtbl**)Pointer;

    /// <summary>Sets a whole number.</summary>
    public bool Set(string name, long value) => Attribute(name, (list, table, id) => table->SetInt(list, id, value));

    /// <summary>Sets a number.</summary>
    public bool Set(string name, double value) => Attribute(name, (list, table, id) => table->SetFloat(list, id, value));

    /// <summary>Sets a text.</summary>
    public bool Set(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Attribute(
            name,
            (list, table, id) =>
            {
                fixed (char* text = value)
                {
                    return table->SetString(list, id, text);
                }
            }
        );
    }

    /// <summary>Sets bytes.</summary>
    public bool Set(string name, byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Attribute(
            name,
            (list, table, id) =>
            {
                byte none;
                fixed (byte* bytes = value)
                {
                    return table->SetBinary(list, id, bytes is null ? &none : bytes, (uint)value.Length);
                }
            }
        );
    }

    /// <summary>Reads a whole number.</summary>
    public bool TryGet(string name, out long value)
    {
        long read = 0;
        bool found = Attribute(
            name,
            (list, table, id) =>
            {
                long number = 0;
                int result = table->GetInt(list, id, &number);
                read = number;
                return result;
            }
        );
        value = read;
        return found;
    }

    /// <summary>Reads a number.</summary>
    public bool TryGet(string name, out double value)
    {
        double read = 0;
        bool found = Attribute(
            name,
            (list, table, id) =>
            {
                double number = 0;
                int result = table->GetFloat(list, id, &number);
                read = number;
                return result;
            }
        );
        value = read;
        return found;
    }

    /// <summary>Reads a text of at most 4,095 units.</summary>
    public bool TryGet(string name, out string value)
    {
        const int Capacity = 4096;
        string read = "";
        bool found = Attribute(
            name,
            (list, table, id) =>
            {
                char* text = stackalloc char[Capacity];
                text[0] = '\0';
                int result = table->GetString(list, id, text, Capacity * sizeof(char));
                text[Capacity - 1] = '\0';
                read = NativeText.Read(text, Capacity);
                return result;
            }
        );
        value = read;
        return found;
    }

    /// <summary>Reads bytes; a copy.</summary>
    public bool TryGet(string name, out byte[] value)
    {
        byte[] read = [];
        bool found = Attribute(
            name,
            (list, table, id) =>
            {
                void* bytes = null;
                uint size = 0;
                int result = table->GetBinary(list, id, &bytes, &size);
                if (result == Vst3Result.Ok && bytes is not null && size <= int.MaxValue)
                {
                    read = new ReadOnlySpan<byte>(bytes, (int)size).ToArray();
                }

                return result;
            }
        );
        value = read;
        return found;
    }

    /// <summary>Lets go of the message.</summary>
    public void Dispose()
    {
        void* message = _message;
        _message = null;
        if (_owned)
        {
            Unknown.Release(message);
        }
    }

    private static int WithText(string text, TextCall call)
    {
        nint bytes = Marshal.StringToCoTaskMemUTF8(text);
        try
        {
            return call(bytes);
        }
        finally
        {
            Marshal.FreeCoTaskMem(bytes);
        }
    }

    private bool Attribute(string name, AttributeCall call)
    {
        ArgumentNullException.ThrowIfNull(name);
        void* list = Table->GetAttributes(Pointer);
        return list is not null && WithText(name, text => call(list, *(IAttributeListVtbl**)list, (byte*)text)) == Vst3Result.Ok;
    }

    private delegate int TextCall(nint text);

    private delegate int AttributeCall(void* list, IAttributeListVtbl* table, byte* id);
}
