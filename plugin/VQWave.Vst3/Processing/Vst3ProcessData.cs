using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>One block, read in place: nothing is copied and nothing is allocated. Real-time safe.</summary>
/// <remarks>
/// Valid during the process call only. The library has checked the frame count and the sample size against what was set up;
/// buses, channels and lists that a host left out read as empty.
/// </remarks>
public readonly unsafe ref struct Vst3ProcessData
{
    private readonly ProcessDataNative* _data;

    internal Vst3ProcessData(ProcessDataNative* data)
    {
        _data = data;
    }

    /// <summary>How the host calls.</summary>
    public Vst3ProcessMode Mode => (Vst3ProcessMode)_data->ProcessMode;

    /// <summary>Type of samples of this block.</summary>
    public Vst3SampleSize SampleSize => (Vst3SampleSize)_data->SymbolicSampleSize;

    /// <summary>Frames; 0 when the host only flushes parameters.</summary>
    public int FrameCount => _data->SampleCount;

    /// <summary>Audio input buses that the host passed.</summary>
    public int InputCount => _data->Inputs is null ? 0 : Math.Max(0, _data->InputCount);

    /// <summary>Audio output buses that the host passed.</summary>
    public int OutputCount => _data->Outputs is null ? 0 : Math.Max(0, _data->OutputCount);

    /// <summary>Parameter changes for this block.</summary>
    public Vst3ParameterChanges InputParameters => new(_data->InputParameterChanges);

    /// <summary>Where parameter changes go that the plug-in makes.</summary>
    public Vst3ParameterChanges OutputParameters => new(_data->OutputParameterChanges);

    /// <summary>Events for this block.</summary>
    public Vst3EventList InputEvents => new(_data->InputEvents);

    /// <summary>Where events go that the plug-in makes.</summary>
    public Vst3EventList OutputEvents => new(_data->OutputEvents);

    /// <summary>Whether the host passed a context.</summary>
    public bool HasContext => _data->Context is not null;

    /// <summary>The transport; all zero when the host passed none.</summary>
    public Vst3ProcessContext Context => _data->Context is null ? default : *_data->Context;

    /// <summary>An audio input bus; an empty one when the host did not pass it.</summary>
    public Vst3AudioBus Input(int index) => (uint)index < (uint)InputCount ? Bus(&_data->Inputs[index]) : default;

    /// <summary>An audio output bus; an empty one when the host did not pass it.</summary>
    public Vst3AudioBus Output(int index) => (uint)index < (uint)OutputCount ? Bus(&_data->Outputs[index]) : default;

    /// <summary>Writes silence to all outputs and says so in their flags.</summary>
    public void ClearOutputs()
    {
        for (int i = 0; i < OutputCount; i++)
        {
            Output(i).Clear();
        }
    }

    private Vst3AudioBus Bus(AudioBusBuffers* bus) =>
        new(bus, _data->SampleCount, _data->SymbolicSampleSize == (int)Vst3SampleSize.Float64);
}
