using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>The points of one parameter in a block, in order of time. Real-time safe.</summary>
public readonly unsafe ref struct Vst3ParameterQueue
{
    private readonly void* _queue;

    internal Vst3ParameterQueue(void* queue)
    {
        _queue = queue;
    }

    /// <summary>The parameter; <see cref="Vst3Parameter.NoId"/> for an empty queue.</summary>
    public uint Id => _queue is null ? Vst3Parameter.NoId : Table->GetParameterId(_queue);

    /// <summary>Number of points.</summary>
    public int Count => _queue is null ? 0 : Math.Max(0, Table->GetPointCount(_queue));

    private IParamValueQueueVtbl* Table => *(IParamValueQueueVtbl**)_queue;

    /// <summary>Reads a point; false when the host refuses or gives a value that is no number.</summary>
    /// <param name="index">Point.</param>
    /// <param name="sampleOffset">Sample in the block, as the host gave it.</param>
    /// <param name="value">Normalised, brought into 0 to 1.</param>
    public bool TryGetPoint(int index, out int sampleOffset, out double value)
    {
        sampleOffset = 0;
        value = 0;
        if (_queue is null)
        {
            return false;
        }

        int offset = 0;
        double point = 0;
        if (Table->GetPoint(_queue, index, &offset, &point) != Vst3Result.Ok || double.IsNaN(point))
        {
            return false;
        }

        sampleOffset = offset;
        value = Math.Clamp(point, 0, 1);
        return true;
    }
}
