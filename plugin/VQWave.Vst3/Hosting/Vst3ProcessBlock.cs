using System.Runtime.InteropServices;
using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>What a host hands to a plug-in and gets back, block by block: samples, parameter changes, events, the transport.</summary>
/// <remarks>
/// Lives in native memory that was taken when the plug-in was configured. Audio thread only, between calls of
/// <see cref="Vst3Plugin.Process"/>; real-time safe. Input lists are emptied by each call, output lists hold what the last call wrote.
/// </remarks>
public sealed unsafe class Vst3ProcessBlock
{
    private const nuint Alignment = 64;

    private readonly AudioBusBuffers* _inputs;
    private readonly AudioBusBuffers* _outputs;
    private readonly ulong[] _inputSilence;
    private readonly nuint _channelBytes;
    private void* _samples;

    internal Vst3ProcessBlock(IReadOnlyList<Vst3BusInfo> inputs, IReadOnlyList<Vst3BusInfo> outputs, Vst3ProcessSetup setup)
    {
        Setup = setup;
        _inputSilence = new ulong[inputs.Count];
        _channelBytes = ((nuint)Math.Max(1, setup.MaxBlockFrames) * sizeof(double) + Alignment - 1) / Alignment * Alignment;
        int channels = inputs.Sum(bus => bus.ChannelCount) + outputs.Sum(bus => bus.ChannelCount);
        nuint bytes = Math.Max(1, (nuint)channels) * _channelBytes;
        _samples = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_samples, bytes);
        var next = (byte*)_samples;
        _inputs = NewBuses(inputs, ref next);
        _outputs = NewBuses(outputs, ref next);
        InputCount = inputs.Count;
        OutputCount = outputs.Count;
        InputChanges = NativeParameterChanges.Create();
        OutputChanges = NativeParameterChanges.Create();
        InputList = NativeEventList.Create();
        OutputList = NativeEventList.Create();
        ContextData = (Vst3ProcessContext*)NativeMemory.AllocZeroed((nuint)sizeof(Vst3ProcessContext));
        ContextData->SampleRate = setup.SampleRate;
        ContextData->Tempo = 120;
        ContextData->TimeSignatureNumerator = 4;
        ContextData->TimeSignatureDenominator = 4;
        ContextData->State =
            Vst3ContextFlags.TempoValid
            | Vst3ContextFlags.TimeSignatureValid
            | Vst3ContextFlags.ContinuousTimeValid
            | Vst3ContextFlags.ProjectTimeMusicValid;
    }

    /// <summary>What it was made for.</summary>
    public Vst3ProcessSetup Setup { get; }

    /// <summary>Audio input buses.</summary>
    public int InputCount { get; }

    /// <summary>Audio output buses.</summary>
    public int OutputCount { get; }

    /// <summary>The transport of the next block; the position moves on by itself after each call while it plays.</summary>
    public ref Vst3ProcessContext Context => ref *ContextData;

    /// <summary>Parameter changes for the next block.</summary>
    public Vst3ParameterChanges InputParameters => new(InputChanges);

    /// <summary>Parameter changes that the plug-in made in the last block.</summary>
    public Vst3ParameterChanges OutputParameters => new(OutputChanges);

    /// <summary>Events for the next block; kept in order of time.</summary>
    public Vst3EventList InputEvents => new(InputList);

    /// <summary>Events that the plug-in made in the last block.</summary>
    public Vst3EventList OutputEvents => new(OutputList);

    internal NativeParameterChanges* InputChanges { get; private set; }

    internal NativeParameterChanges* OutputChanges { get; private set; }

    internal NativeEventList* InputList { get; private set; }

    internal NativeEventList* OutputList { get; private set; }

    internal Vst3ProcessContext* ContextData { get; private set; }

    /// <summary>Channels of an input bus.</summary>
    public int InputChannels(int bus) => Bus(_inputs, InputCount, bus)->ChannelCount;

    /// <summary>Channels of an output bus.</summary>
    public int OutputChannels(int bus) => Bus(_outputs, OutputCount, bus)->ChannelCount;

    /// <summary>The 32-bit samples of an input channel, as long as the largest block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bus or channel.</exception>
    /// <exception cref="InvalidOperationException">The plug-in was configured for 64-bit samples.</exception>
    public Span<float> Input32(int bus, int channel) => Samples<float>(_inputs, InputCount, bus, channel, Vst3SampleSize.Float32);

    /// <summary>The 32-bit samples of an output channel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bus or channel.</exception>
    /// <exception cref="InvalidOperationException">The plug-in was configured for 64-bit samples.</exception>
    public Span<float> Output32(int bus, int channel) => Samples<float>(_outputs, OutputCount, bus, channel, Vst3SampleSize.Float32);

    /// <summary>The 64-bit samples of an input channel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bus or channel.</exception>
    /// <exception cref="InvalidOperationException">The plug-in was configured for 32-bit samples.</exception>
    public Span<double> Input64(int bus, int channel) => Samples<double>(_inputs, InputCount, bus, channel, Vst3SampleSize.Float64);

    /// <summary>The 64-bit samples of an output channel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bus or channel.</exception>
    /// <exception cref="InvalidOperationException">The plug-in was configured for 32-bit samples.</exception>
    public Span<double> Output64(int bus, int channel) => Samples<double>(_outputs, OutputCount, bus, channel, Vst3SampleSize.Float64);

    /// <summary>Tells which channels of an input bus are silent in the blocks to come.</summary>
    public void SetInputSilence(int bus, ulong flags) => _inputSilence[bus] = flags;

    /// <summary>Which channels of an output bus the plug-in said are silent.</summary>
    public ulong OutputSilence(int bus) => Bus(_outputs, OutputCount, bus)->SilenceFlags;

    /// <summary>Adds a note to the first event bus.</summary>
    public bool AddNoteOn(int sampleOffset, int channel, int pitch, float velocity, int noteId = -1) =>
        InputEvents.Add(
            new Vst3Event
            {
                SampleOffset = sampleOffset,
                PpqPosition = ContextData->ProjectTimeMusic,
                Flags = Vst3EventFlags.IsLive,
                Type = Vst3EventType.NoteOn,
                NoteOn = new Vst3NoteOnEvent
                {
                    Channel = (short)channel,
                    Pitch = (short)pitch,
                    Velocity = velocity,
                    NoteId = noteId,
                },
            }
        );

    /// <summary>Ends a note on the first event bus.</summary>
    public bool AddNoteOff(int sampleOffset, int channel, int pitch, float velocity = 0, int noteId = -1) =>
        InputEvents.Add(
            new Vst3Event
            {
                SampleOffset = sampleOffset,
                PpqPosition = ContextData->ProjectTimeMusic,
                Flags = Vst3EventFlags.IsLive,
                Type = Vst3EventType.NoteOff,
                NoteOff = new Vst3NoteOffEvent
                {
                    Channel = (short)channel,
                    Pitch = (short)pitch,
                    Velocity = velocity,
                    NoteId = noteId,
                },
            }
        );

    internal void Fill(ProcessDataNative* data, int frames)
    {
        for (int i = 0; i < InputCount; i++)
        {
            _inputs[i].SilenceFlags = _inputSilence[i];
        }

        for (int i = 0; i < OutputCount; i++)
        {
            _outputs[i].SilenceFlags = 0;
        }

        OutputChanges->Clear();
        OutputList->Clear();
        data->ProcessMode = (int)Setup.ProcessMode;
        data->SymbolicSampleSize = (int)Setup.SampleSize;
        data->SampleCount = frames;
        data->InputParameterChanges = InputChanges;
        data->OutputParameterChanges = OutputChanges;
        data->InputEvents = InputList;
        data->OutputEvents = OutputList;
        data->Context = ContextData;
        data->InputCount = InputCount;
        data->OutputCount = OutputCount;
        data->Inputs = InputCount > 0 ? _inputs : null;
        data->Outputs = OutputCount > 0 ? _outputs : null;
    }

    internal void Advance(int frames)
    {
        InputChanges->Clear();
        InputList->Clear();
        ContextData->ContinuousTimeSamples += frames;
        if ((ContextData->State & Vst3ContextFlags.Playing) != Vst3ContextFlags.None)
        {
            ContextData->ProjectTimeSamples += frames;
            ContextData->ProjectTimeMusic += frames / ContextData->SampleRate * ContextData->Tempo / 60;
        }
    }

    internal void Free()
    {
        if (_samples is null)
        {
            return;
        }

        FreeBuses(_inputs, InputCount);
        FreeBuses(_outputs, OutputCount);
        NativeMemory.AlignedFree(_samples);
        _samples = null;
        NativeParameterChanges.Destroy(InputChanges);
        NativeParameterChanges.Destroy(OutputChanges);
        NativeEventList.Destroy(InputList);
        NativeEventList.Destroy(OutputList);
        NativeMemory.Free(ContextData);
        InputChanges = OutputChanges = null;
        InputList = OutputList = null;
        ContextData = null;
    }

    private static void FreeBuses(AudioBusBuffers* buses, int count)
    {
        for (int i = 0; i < count; i++)
        {
            NativeMemory.Free(buses[i].Channels);
        }

        NativeMemory.Free(buses);
    }

    private AudioBusBuffers* NewBuses(IReadOnlyList<Vst3BusInfo> buses, ref byte* samples)
    {
        var made = (AudioBusBuffers*)NativeMemory.AllocZeroed((nuint)Math.Max(1, buses.Count), (nuint)sizeof(AudioBusBuffers));
        for (int i = 0; i < buses.Count; i++)
        {
            int channels = buses[i].ChannelCount;
            made[i].ChannelCount = channels;
            made[i].Channels = (void**)NativeMemory.AllocZeroed((nuint)Math.Max(1, channels), (nuint)sizeof(void*));
            for (int c = 0; c < channels; c++)
            {
                made[i].Channels[c] = samples;
                samples += _channelBytes;
            }
        }

        return made;
    }

    private AudioBusBuffers* Bus(AudioBusBuffers* buses, int count, int bus)
    {
        ObjectDisposedException.ThrowIf(_samples is null, this);
        ArgumentOutOfRangeException.ThrowIfNegative(bus);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bus, count);
        return &buses[bus];
    }

    private Span<T> Samples<T>(AudioBusBuffers* buses, int count, int bus, int channel, Vst3SampleSize size)
        where T : unmanaged
    {
        AudioBusBuffers* found = Bus(buses, count, bus);
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, found->ChannelCount);
        return Setup.SampleSize == size
            ? new Span<T>(found->Channels[channel], Setup.MaxBlockFrames)
            : throw new InvalidOperationException($"The plug-in is configured for {Setup.SampleSize} samples.");
    }
}
