using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>The points of one parameter in native memory, in order of time.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeParameterQueue
{
    private const int FirstPoints = 32;
    private const int MaxPoints = 1 << 16;

    private static readonly IParamValueQueueVtbl* s_table = NewQueueTable();

    private IParamValueQueueVtbl* _vtable;
    private Point* _points;
    private int _count;
    private int _capacity;

    public uint Id { get; private set; }

    public static NativeParameterQueue* Create()
    {
        var queue = (NativeParameterQueue*)NativeMemory.AllocZeroed((nuint)sizeof(NativeParameterQueue));
        queue->_vtable = s_table;
        queue->_capacity = FirstPoints;
        queue->_points = (Point*)NativeMemory.Alloc(FirstPoints, (nuint)sizeof(Point));
        return queue;
    }

    public static void Destroy(NativeParameterQueue* queue)
    {
        if (queue is not null)
        {
            NativeMemory.Free(queue->_points);
            NativeMemory.Free(queue);
        }
    }

    public void Reset(uint id)
    {
        Id = id;
        _count = 0;
    }

    private static IParamValueQueueVtbl* NewQueueTable()
    {
        IParamValueQueueVtbl* table = (IParamValueQueueVtbl*)NativeMemory.AllocZeroed((nuint)sizeof(IParamValueQueueVtbl));
        table->Unknown.QueryInterface = &QueryInterface;
        table->Unknown.AddRef = &KeepReference;
        table->Unknown.Release = &KeepReference;
        table->GetParameterId = &GetParameterId;
        table->GetPointCount = &GetPointCount;
        table->GetPoint = &GetPoint;
        table->AddPoint = &AddPoint;
        return table;
    }

    [UnmanagedCallersOnly]
    private static int QueryInterface(void* self, byte* iid, void** result) => NativeLists.Query(self, iid, result, Iid.IParamValueQueue);

    [UnmanagedCallersOnly]
    private static uint KeepReference(void* self) => 1;

    [UnmanagedCallersOnly]
    private static uint GetParameterId(void* self) => self is null ? Vst3Parameter.NoId : ((NativeParameterQueue*)self)->Id;

    [UnmanagedCallersOnly]
    private static int GetPointCount(void* self) => self is null ? 0 : ((NativeParameterQueue*)self)->_count;

    [UnmanagedCallersOnly]
    private static int GetPoint(void* self, int index, int* offset, double* value)
    {
        var queue = (NativeParameterQueue*)self;
        if (queue is null || offset is null || value is null || (uint)index >= (uint)queue->_count)
        {
            return Vst3Result.InvalidArgument;
        }

        *offset = queue->_points[index].Offset;
        *value = queue->_points[index].Value;
        return Vst3Result.Ok;
    }

    [UnmanagedCallersOnly]
    private static int AddPoint(void* self, int offset, double value, int* index)
    {
        var queue = (NativeParameterQueue*)self;
        if (queue is null)
        {
            return Vst3Result.InvalidArgument;
        }

        int place = queue->_count;
        while (place > 0 && queue->_points[place - 1].Offset > offset)
        {
            place--;
        }

        // A second value at the same sample replaces the first.
        if (place > 0 && queue->_points[place - 1].Offset == offset)
        {
            place--;
        }
        else
        {
            if (!queue->EnsureRoom())
            {
                return Vst3Result.OutOfMemory;
            }

            for (int i = queue->_count; i > place; i--)
            {
                queue->_points[i] = queue->_points[i - 1];
            }

            queue->_count++;
        }

        queue->_points[place] = new Point { Offset = offset, Value = value };
        if (index is not null)
        {
            *index = place;
        }

        return Vst3Result.Ok;
    }

    private bool EnsureRoom()
    {
        if (_count < _capacity)
        {
            return true;
        }

        if (_capacity >= MaxPoints)
        {
            return false;
        }

        try
        {
            _points = (Point*)NativeMemory.Realloc(_points, (nuint)(2 * _capacity * sizeof(Point)));
            _capacity *= 2;
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private struct Point
    {
        public int Offset;
        public double Value;
    }
}
