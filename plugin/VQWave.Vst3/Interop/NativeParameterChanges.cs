using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>Parameter changes in native memory, owned by a host block. Real-time safe but for growth.</summary>
/// <remarks>Queues keep their addresses; they and their points grow (native memory only) when a block needs more than any before it.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeParameterChanges
{
    private const int FirstQueues = 64;
    private const int MaxQueues = 1 << 16;

    private static readonly IParameterChangesVtbl* s_table = NewChangesTable();

    private IParameterChangesVtbl* _vtable;
    private NativeParameterQueue** _queues;
    private int _count;
    private int _capacity;

    public static NativeParameterChanges* Create()
    {
        var changes = (NativeParameterChanges*)NativeMemory.AllocZeroed((nuint)sizeof(NativeParameterChanges));
        changes->_vtable = s_table;
        changes->_capacity = FirstQueues;
        changes->_queues = (NativeParameterQueue**)NativeMemory.Alloc(FirstQueues, (nuint)sizeof(void*));
        for (int i = 0; i < FirstQueues; i++)
        {
            changes->_queues[i] = NativeParameterQueue.Create();
        }

        return changes;
    }

    public static void Destroy(NativeParameterChanges* changes)
    {
        if (changes is null)
        {
            return;
        }

        for (int i = 0; i < changes->_capacity; i++)
        {
            NativeParameterQueue.Destroy(changes->_queues[i]);
        }

        NativeMemory.Free(changes->_queues);
        NativeMemory.Free(changes);
    }

    public void Clear() => _count = 0;

    private static IParameterChangesVtbl* NewChangesTable()
    {
        IParameterChangesVtbl* table = (IParameterChangesVtbl*)NativeMemory.AllocZeroed((nuint)sizeof(IParameterChangesVtbl));
        table->Unknown.QueryInterface = &QueryInterface;
        table->Unknown.AddRef = &KeepReference;
        table->Unknown.Release = &KeepReference;
        table->GetParameterCount = &GetParameterCount;
        table->GetParameterData = &GetParameterData;
        table->AddParameterData = &AddParameterData;
        return table;
    }

    [UnmanagedCallersOnly]
    private static int QueryInterface(void* self, byte* iid, void** result) => NativeLists.Query(self, iid, result, Iid.IParameterChanges);

    [UnmanagedCallersOnly]
    private static uint KeepReference(void* self) => 1;

    [UnmanagedCallersOnly]
    private static int GetParameterCount(void* self) => self is null ? 0 : ((NativeParameterChanges*)self)->_count;

    [UnmanagedCallersOnly]
    private static void* GetParameterData(void* self, int index)
    {
        var changes = (NativeParameterChanges*)self;
        return changes is null || (uint)index >= (uint)changes->_count ? null : changes->_queues[index];
    }

    [UnmanagedCallersOnly]
    private static void* AddParameterData(void* self, uint* id, int* index)
    {
        var changes = (NativeParameterChanges*)self;
        if (changes is null || id is null)
        {
            return null;
        }

        int place = 0;
        while (place < changes->_count && changes->_queues[place]->Id != *id)
        {
            place++;
        }

        if (place == changes->_count)
        {
            if (!changes->EnsureRoom())
            {
                return null;
            }

            changes->_queues[place]->Reset(*id);
            changes->_count++;
        }

        if (index is not null)
        {
            *index = place;
        }

        return changes->_queues[place];
    }

    private bool EnsureRoom()
    {
        if (_count < _capacity)
        {
            return true;
        }

        if (_capacity >= MaxQueues)
        {
            return false;
        }

        try
        {
            _queues = (NativeParameterQueue**)NativeMemory.Realloc(_queues, (nuint)(2 * _capacity * sizeof(void*)));
            int wanted = 2 * _capacity;
            while (_capacity < wanted)
            {
                _queues[_capacity] = NativeParameterQueue.Create();
                _capacity++;
            }

            return true;
        }
        catch (OutOfMemoryException)
        {
            return _count < _capacity;
        }
    }
}
