using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>A managed object with a native face: one pointer-sized slot pair an interface, reference counted by its callers.</summary>
/// <remarks>
/// An interface pointer is the address of a slot: the vtable, then a handle to the managed object. The handle keeps the managed
/// object alive until the last reference is released. The native block outlives it for a while with an empty handle, so that a
/// caller who releases once too often, or calls a dead object, gets a code back instead of bringing the process down.
/// </remarks>
internal abstract unsafe class NativeObject
{
    /// <summary>Dead blocks that are kept before the oldest is given back.</summary>
    private const int Quarantine = 256;

    private static readonly ConcurrentQueue<nint> s_dead = new();
    private static int s_alive;

    private readonly Slot* _slots;
    private int _references = 1;

    protected NativeObject(params ReadOnlySpan<nint> vtables)
    {
        _slots = (Slot*)NativeMemory.AllocZeroed((nuint)vtables.Length, (nuint)sizeof(Slot));
        SlotCount = vtables.Length;
        nint handle = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        for (int i = 0; i < vtables.Length; i++)
        {
            _slots[i].Vtable = vtables[i];
            _slots[i].Handle = handle;
        }

        Interlocked.Increment(ref s_alive);
    }

    /// <summary>Exceptions that were turned into result codes; for logs. May be raised on any thread.</summary>
    public static Action<Exception>? Failed { get; set; }

    /// <summary>Objects that somebody still holds a reference to.</summary>
    public static int AliveCount => Volatile.Read(ref s_alive);

    public int SlotCount { get; }

    /// <summary>References held; 0 when the object is dead.</summary>
    public int ReferenceCount => Volatile.Read(ref _references);

    /// <summary>The interface pointer of a slot.</summary>
    public void* Pointer(int slot) => &_slots[slot];

    public static T? Get<T>(void* self)
        where T : class
    {
        if (self is null)
        {
            return null;
        }

        nint handle = Volatile.Read(ref ((Slot*)self)->Handle);
        return handle == 0 ? null : GCHandle.FromIntPtr(handle).Target as T;
    }

    /// <summary>Turns an exception into a code. The only place where exceptions end.</summary>
    public static int Fail(Exception exception)
    {
        try
        {
            Failed?.Invoke(exception);
        }
        catch (Exception second)
        {
            // A listener that throws must not break the boundary either.
            System.Diagnostics.Debug.WriteLine(second);
        }

        return exception switch
        {
            OutOfMemoryException => Vst3Result.OutOfMemory,
            NotImplementedException or NotSupportedException => Vst3Result.NotImplemented,
            ArgumentException => Vst3Result.InvalidArgument,
            _ => Vst3Result.InternalError,
        };
    }

    public uint AddReference() => (uint)Interlocked.Increment(ref _references);

    public uint ReleaseReference()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left == 0)
        {
            Destroy();
        }

        return (uint)Math.Max(0, left);
    }

    /// <summary>Ends the object whatever references are left: when those who hold them are gone, or must not reach it any more.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _references, 0) > 0)
        {
            Destroy();
        }
    }

    /// <summary>Gives all dead blocks back. Only when no caller is left: at the end of a module.</summary>
    public static void FreeDeadBlocks()
    {
        while (s_dead.TryDequeue(out nint block))
        {
            NativeMemory.Free((void*)block);
        }
    }

    /// <summary>Allocates a vtable that lives as long as the process.</summary>
    public static T* NewTable<T>()
        where T : unmanaged
    {
        var table = (T*)NativeMemory.AllocZeroed((nuint)sizeof(T));
        *(FUnknownVtbl*)table = new FUnknownVtbl
        {
            QueryInterface = &QueryInterface,
            AddRef = &AddRef,
            Release = &Release,
        };
        return table;
    }

    /// <summary>The slot of an interface, or −1. FUnknown is always slot 0, so that an object has one identity.</summary>
    protected abstract int FindInterface(in Vst3Uid iid);

    /// <summary>The last reference is gone.</summary>
    protected virtual void OnReleased() { }

    private void Destroy()
    {
        nint handle = _slots[0].Handle;
        for (int i = 0; i < SlotCount; i++)
        {
            Volatile.Write(ref _slots[i].Handle, 0);
        }

        try
        {
            OnReleased();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        GCHandle.FromIntPtr(handle).Free();
        Interlocked.Decrement(ref s_alive);
        s_dead.Enqueue((nint)_slots);
        if (s_dead.Count > Quarantine && s_dead.TryDequeue(out nint oldest))
        {
            NativeMemory.Free((void*)oldest);
        }
    }

    [UnmanagedCallersOnly]
    private static int QueryInterface(void* self, byte* iid, void** result)
    {
        try
        {
            if (result is null)
            {
                return Vst3Result.InvalidArgument;
            }

            *result = null;
            if (iid is null)
            {
                return Vst3Result.InvalidArgument;
            }

            if (Get<NativeObject>(self) is not { } target)
            {
                return Vst3Result.NotInitialized;
            }

            return target.Query(Vst3Uid.FromPointer(iid), result);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static uint AddRef(void* self)
    {
        try
        {
            return Get<NativeObject>(self)?.AddReference() ?? 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static uint Release(void* self)
    {
        try
        {
            return Get<NativeObject>(self)?.ReleaseReference() ?? 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    /// <summary>QueryInterface for callers inside: adds a reference when the interface is there.</summary>
    public int Query(in Vst3Uid iid, void** result)
    {
        int slot = iid == Iid.FUnknown ? 0 : FindInterface(iid);
        if (slot < 0)
        {
            *result = null;
            return Vst3Result.NoInterface;
        }

        AddReference();
        *result = Pointer(slot);
        return Vst3Result.Ok;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Slot
    {
        public nint Vtable;
        public nint Handle;
    }
}
