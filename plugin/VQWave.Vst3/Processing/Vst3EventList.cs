using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>The events of a block, read and written in place. Real-time safe.</summary>
public readonly unsafe ref struct Vst3EventList
{
    private readonly void* _events;

    internal Vst3EventList(void* events)
    {
        _events = events;
    }

    /// <summary>Whether the host passed a list.</summary>
    public bool IsPresent => _events is not null;

    /// <summary>Number of events.</summary>
    public int Count => _events is null ? 0 : Math.Max(0, Table->GetEventCount(_events));

    private IEventListVtbl* Table => *(IEventListVtbl**)_events;

    /// <summary>Reads an event; false when the host refuses.</summary>
    public bool TryGet(int index, out Vst3Event value)
    {
        value = default;
        if (_events is null)
        {
            return false;
        }

        fixed (Vst3Event* target = &value)
        {
            return Table->GetEvent(_events, index, target) == Vst3Result.Ok;
        }
    }

    /// <summary>Adds an event; false when the host takes none.</summary>
    public bool Add(Vst3Event value)
    {
        if (_events is null)
        {
            return false;
        }

        return Table->AddEvent(_events, &value) == Vst3Result.Ok;
    }
}
