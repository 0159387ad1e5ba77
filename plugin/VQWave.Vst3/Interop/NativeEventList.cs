using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>An event list in native memory, owned by a host block: no handle, no allocation on the managed heap. Real-time safe but for growth.</summary>
/// <remarks>
/// Grows (native memory only) when a block holds more events than any before it. Bytes of data events are copied, so that what a
/// plug-in adds can be read after its process call. References are not counted: the owner outlives the plug-in.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeEventList
{
    private const int FirstCapacity = 512;
    private const int MaxCapacity = 1 << 16;
    private const int ArenaBytes = 1 << 16;

    private static readonly IEventListVtbl* s_table = NewListTable();

    private IEventListVtbl* _vtable;
    private Vst3Event* _events;
    private byte* _arena;
    private int _count;
    private int _capacity;
    private int _arenaUsed;

    public static NativeEventList* Create()
    {
        var list = (NativeEventList*)NativeMemory.AllocZeroed((nuint)sizeof(NativeEventList));
        list->_vtable = s_table;
        list->_capacity = FirstCapacity;
        list->_events = (Vst3Event*)NativeMemory.Alloc(FirstCapacity, (nuint)sizeof(Vst3Event));
        list->_arena = (byte*)NativeMemory.Alloc(ArenaBytes);
        return list;
    }

    public static void Destroy(NativeEventList* list)
    {
        if (list is not null)
        {
            NativeMemory.Free(list->_events);
            NativeMemory.Free(list->_arena);
            NativeMemory.Free(list);
        }
    }

    public void Clear()
    {
        _count = 0;
        _arenaUsed = 0;
    }

    private static IEventListVtbl* NewListTable()
    {
        IEventListVtbl* table = (IEventListVtbl*)NativeMemory.AllocZeroed((nuint)sizeof(IEventListVtbl));
        table->Unknown.QueryInterface = &QueryInterface;
        table->Unknown.AddRef = &KeepReference;
        table->Unknown.Release = &KeepReference;
        table->GetEventCount = &GetEventCount;
        table->GetEvent = &GetEvent;
        table->AddEvent = &AddEvent;
        return table;
    }

    [UnmanagedCallersOnly]
    private static int QueryInterface(void* self, byte* iid, void** result) => NativeLists.Query(self, iid, result, Iid.IEventList);

    [UnmanagedCallersOnly]
    private static uint KeepReference(void* self) => 1;

    [UnmanagedCallersOnly]
    private static int GetEventCount(void* self) => self is null ? 0 : ((NativeEventList*)self)->_count;

    [UnmanagedCallersOnly]
    private static int GetEvent(void* self, int index, Vst3Event* value)
    {
        var list = (NativeEventList*)self;
        if (list is null || value is null || (uint)index >= (uint)list->_count)
        {
            return Vst3Result.InvalidArgument;
        }

        *value = list->_events[index];
        return Vst3Result.Ok;
    }

    [UnmanagedCallersOnly]
    private static int AddEvent(void* self, Vst3Event* value)
    {
        var list = (NativeEventList*)self;
        if (list is null || value is null)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3Event copy = *value;
        if (!list->CopyBytes(ref copy) || !list->EnsureRoom())
        {
            return Vst3Result.OutOfMemory;
        }

        // In order of time; those at the same sample in the order in which they came.
        int place = list->_count;
        while (place > 0 && list->_events[place - 1].SampleOffset > copy.SampleOffset)
        {
            list->_events[place] = list->_events[place - 1];
            place--;
        }

        list->_events[place] = copy;
        list->_count++;
        return Vst3Result.Ok;
    }

    private bool EnsureRoom()
    {
        if (_count < _capacity)
        {
            return true;
        }

        if (_capacity >= MaxCapacity)
        {
            return false;
        }

        var larger = (Vst3Event*)Realloc(_events, (nuint)(2 * _capacity * sizeof(Vst3Event)));
        if (larger is null)
        {
            return false;
        }

        _events = larger;
        _capacity *= 2;
        return true;
    }

    private bool CopyBytes(ref Vst3Event value)
    {
        switch (value.Type)
        {
            case Vst3EventType.Data:
                return Copy(ref value.Data.Bytes, value.Data.Size);
            case Vst3EventType.NoteExpressionText:
                return Copy(ref value.NoteExpressionText.Text, 2UL * value.NoteExpressionText.TextLength);
            case Vst3EventType.Chord:
                return Copy(ref value.Chord.Text, 2UL * value.Chord.TextLength);
            case Vst3EventType.Scale:
                return Copy(ref value.Scale.Text, 2UL * value.Scale.TextLength);
            default:
                return true;
        }
    }

    private bool Copy(ref nint address, ulong size)
    {
        // Texts are read as 16-bit units.
        int start = (_arenaUsed + 1) & ~1;
        if (address == 0 || size == 0)
        {
            return true;
        }

        if (size > (ulong)(ArenaBytes - start))
        {
            return false;
        }

        Unsafe.CopyBlockUnaligned(_arena + start, (void*)address, (uint)size);
        address = (nint)(_arena + start);
        _arenaUsed = start + (int)size;
        return true;
    }

    private static void* Realloc(void* memory, nuint size)
    {
        try
        {
            return NativeMemory.Realloc(memory, size);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }
}
