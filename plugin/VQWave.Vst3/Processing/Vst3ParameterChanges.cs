using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>The parameter changes of a block, one queue a parameter, read and written in place. Real-time safe.</summary>
public readonly unsafe ref struct Vst3ParameterChanges
{
    private readonly void* _changes;

    internal Vst3ParameterChanges(void* changes)
    {
        _changes = changes;
    }

    /// <summary>Whether the host passed a list.</summary>
    public bool IsPresent => _changes is not null;

    /// <summary>Number of queues.</summary>
    public int Count => _changes is null ? 0 : Math.Max(0, Table->GetParameterCount(_changes));

    private IParameterChangesVtbl* Table => *(IParameterChangesVtbl**)_changes;

    /// <summary>A queue; an empty one when the host has none there.</summary>
    public Vst3ParameterQueue this[int index] =>
        _changes is null ? default : new Vst3ParameterQueue(Table->GetParameterData(_changes, index));

    /// <summary>Adds a point; false when the host takes none.</summary>
    /// <param name="id">Parameter.</param>
    /// <param name="sampleOffset">Sample in the block.</param>
    /// <param name="value">Normalised, 0 to 1.</param>
    public bool Add(uint id, int sampleOffset, double value)
    {
        if (_changes is null)
        {
            return false;
        }

        int index = 0;
        void* queue = Table->AddParameterData(_changes, &id, &index);
        if (queue is null)
        {
            return false;
        }

        return (*(IParamValueQueueVtbl**)queue)->AddPoint(queue, sampleOffset, value, &index) == Vst3Result.Ok;
    }
}
