using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <content>Configuring, activating and processing.</content>
public sealed unsafe partial class Vst3Plugin
{
    private const int MidiChannels = 16;
    private const int PendingCapacity = 1024;

    private readonly Lock _pendingLock = new();
    private readonly (uint Id, double Value)[] _pending = new (uint, double)[PendingCapacity];
    private readonly (uint Id, double Value)[] _changed = new (uint, double)[PendingCapacity];
    private readonly uint[] _midiMap = new uint[MidiChannels * Vst3MidiController.Count];
    private int _pendingRead;
    private int _pendingWrite;
    private int _changedRead;
    private int _changedWrite;
    private uint _programParameter = Vst3Parameter.NoId;
    private int _programSteps;
    private int _eventChannels;

    /// <summary>The block to fill before, and read after, each call of <see cref="Process"/>; null until configured.</summary>
    public Vst3ProcessBlock? Block { get; private set; }

    /// <summary>Prepares for a rate, a block size and a sample type, and switches buses on. Not while active.</summary>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="maxBlockFrames">The largest block, in frames.</param>
    /// <param name="mode">How it will be called.</param>
    /// <param name="size">Type of samples.</param>
    /// <exception cref="Vst3Exception">The plug-in refuses.</exception>
    public void Configure(
        double sampleRate,
        int maxBlockFrames,
        Vst3ProcessMode mode = Vst3ProcessMode.Realtime,
        Vst3SampleSize size = Vst3SampleSize.Float32
    )
    {
        ThrowIfActive("configure it");
        if (!SupportsSampleSize(size))
        {
            throw new Vst3Exception($"'{Info.Name}' does not take {size} samples.");
        }

        var setup = new Vst3ProcessSetup
        {
            ProcessMode = mode,
            SampleSize = size,
            MaxBlockFrames = maxBlockFrames,
            SampleRate = sampleRate,
        };
        int result = Processor->SetupProcessing(_processor, &setup);
        if (result != Vst3Result.Ok)
        {
            throw new Vst3Exception(
                FormattableString.Invariant(
                    $"'{Info.Name}' refuses {sampleRate} Hz and blocks of {maxBlockFrames} frames ({Vst3Result.Describe(result)})."
                )
            );
        }

        SwitchBuses(Vst3MediaType.Audio, Vst3BusDirection.Input);
        SwitchBuses(Vst3MediaType.Audio, Vst3BusDirection.Output);
        SwitchBuses(Vst3MediaType.Event, Vst3BusDirection.Input);
        SwitchBuses(Vst3MediaType.Event, Vst3BusDirection.Output);
        Vst3ProcessBlock? old = Block;
        Block = new Vst3ProcessBlock(
            GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Input),
            GetBuses(Vst3MediaType.Audio, Vst3BusDirection.Output),
            setup
        );
        old?.Free();
        Setup = setup;
        ReadMidiMapping();
    }

    /// <summary>Switches it on. After <see cref="Configure"/>.</summary>
    /// <exception cref="Vst3Exception">The plug-in refuses.</exception>
    public void Activate()
    {
        ThrowIfActive("activate it again");
        if (Setup is null)
        {
            throw new InvalidOperationException($"'{Info.Name}' is not configured yet.");
        }

        int result = Component->SetActive(_component, 1);
        if (result != Vst3Result.Ok)
        {
            throw new Vst3Exception($"'{Info.Name}' does not become active ({Vst3Result.Describe(result)}).");
        }

        // Many plug-ins do not implement this; the answer means nothing.
        Processor->SetProcessing(_processor, 1);
        IsActive = true;
    }

    /// <summary>Switches it off.</summary>
    public void Deactivate()
    {
        if (_disposed || !IsActive)
        {
            return;
        }

        Processor->SetProcessing(_processor, 0);
        Component->SetActive(_component, 0);
        IsActive = false;
    }

    /// <summary>Processes what is in <see cref="Block"/>. Real-time safe.</summary>
    /// <param name="frames">0 to the configured block size.</param>
    /// <returns>The plug-in's code, see <see cref="Vst3Result"/>; "not initialised" when it is not active.</returns>
    /// <exception cref="ArgumentOutOfRangeException">More frames than configured.</exception>
    public int Process(int frames)
    {
        if (!IsActive || Block is not { } block)
        {
            return Vst3Result.NotInitialized;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames, block.Setup.MaxBlockFrames);
        TakePending(block);
        ProcessDataNative data = default;
        block.Fill(&data, frames);
        int result = (*(IAudioProcessorVtbl**)_processor)->Process(_processor, &data);
        block.Advance(frames);
        KeepChanges(block);
        return result;
    }

    /// <summary>Hands over parameter changes without samples and without buses. Real-time safe.</summary>
    public int Flush()
    {
        if (!IsActive || Block is not { } block)
        {
            return Vst3Result.NotInitialized;
        }

        TakePending(block);
        ProcessDataNative data = default;
        block.Fill(&data, 0);
        data.InputCount = data.OutputCount = 0;
        data.Inputs = data.Outputs = null;
        int result = (*(IAudioProcessorVtbl**)_processor)->Process(_processor, &data);
        block.Advance(0);
        KeepChanges(block);
        return result;
    }

    /// <summary>Adds a MIDI message to the next block: notes and poly pressure as events, controllers as the plug-in maps them. Real-time safe.</summary>
    /// <param name="sampleOffset">Sample in the block.</param>
    /// <param name="status">Status byte with the channel.</param>
    /// <param name="data1">First data byte.</param>
    /// <param name="data2">Second data byte.</param>
    /// <returns>False when the plug-in has no use for it.</returns>
    public bool AddMidi(int sampleOffset, byte status, byte data1, byte data2)
    {
        if (Block is not { } block)
        {
            return false;
        }

        int channel = status & 15;
        switch (status & 0xF0)
        {
            case 0x90 when data2 > 0:
                return _eventChannels > 0 && block.AddNoteOn(sampleOffset, channel, data1 & 127, (data2 & 127) / 127f);
            case 0x80:
            case 0x90:
                return _eventChannels > 0
                    && block.AddNoteOff(sampleOffset, channel, data1 & 127, (status & 0xF0) == 0x80 ? (data2 & 127) / 127f : 0);
            case 0xA0:
                return _eventChannels > 0
                    && block.InputEvents.Add(
                        new Vst3Event
                        {
                            SampleOffset = sampleOffset,
                            Flags = Vst3EventFlags.IsLive,
                            Type = Vst3EventType.PolyPressure,
                            PolyPressure = new Vst3PolyPressureEvent
                            {
                                Channel = (short)channel,
                                Pitch = (short)(data1 & 127),
                                Pressure = (data2 & 127) / 127f,
                                NoteId = -1,
                            },
                        }
                    );
            case 0xB0:
                return AddController(block, sampleOffset, channel, data1 & 127, (data2 & 127) / 127.0);
            case 0xC0:
                return _programParameter != Vst3Parameter.NoId
                    && (data1 & 127) <= _programSteps
                    && AddMapped(block, sampleOffset, _programParameter, (data1 & 127) / (double)_programSteps);
            case 0xD0:
                return AddController(block, sampleOffset, channel, Vst3MidiController.AfterTouch, (data1 & 127) / 127.0);
            case 0xE0:
                return AddController(
                    block,
                    sampleOffset,
                    channel,
                    Vst3MidiController.PitchBend,
                    ToBend((data1 & 127) | ((data2 & 127) << 7))
                );
            default:
                return false;
        }
    }

    // 8192 is the centre and must be exactly one half.
    private static double ToBend(int value) => value <= 8192 ? value / 16384.0 : 0.5 + ((value - 8192) / (2 * 8191.0));

    private bool AddController(Vst3ProcessBlock block, int sampleOffset, int channel, int controller, double value)
    {
        uint id = Volatile.Read(ref _midiMap[(channel * Vst3MidiController.Count) + controller]);
        return id != Vst3Parameter.NoId && AddMapped(block, sampleOffset, id, value);
    }

    private bool AddMapped(Vst3ProcessBlock block, int sampleOffset, uint id, double value)
    {
        KeepChange(id, value);
        return block.InputParameters.Add(id, sampleOffset, value);
    }

    private void SwitchBuses(Vst3MediaType media, Vst3BusDirection direction)
    {
        foreach (Vst3BusInfo bus in GetBuses(media, direction))
        {
            bool wanted = bus.Type == Vst3BusType.Main || bus.Flags.HasFlag(Vst3BusFlags.DefaultActive);
            Component->ActivateBus(_component, (int)media, (int)direction, bus.Index, wanted ? (byte)1 : (byte)0);
        }
    }

    private void ReadMidiMapping()
    {
        _eventChannels = GetBuses(Vst3MediaType.Event, Vst3BusDirection.Input).Sum(bus => bus.ChannelCount);
        for (int channel = 0; channel < MidiChannels; channel++)
        {
            for (int controller = 0; controller < Vst3MidiController.Count; controller++)
            {
                uint id = TryMapMidi(0, channel, controller, out uint mapped) ? mapped : Vst3Parameter.NoId;
                Volatile.Write(ref _midiMap[(channel * Vst3MidiController.Count) + controller], id);
            }
        }

        Vst3ParameterInfo? program = Parameters.FirstOrDefault(item =>
            item.Flags.HasFlag(Vst3ParameterFlags.IsProgramChange) && item.StepCount > 0
        );
        _programParameter = program?.Id ?? Vst3Parameter.NoId;
        _programSteps = program?.StepCount ?? 0;
    }

    private bool Post(uint id, double value)
    {
        lock (_pendingLock)
        {
            int write = _pendingWrite;
            int next = (write + 1) % PendingCapacity;
            if (next == Volatile.Read(ref _pendingRead))
            {
                return false;
            }

            _pending[write] = (id, value);
            Volatile.Write(ref _pendingWrite, next);
            return true;
        }
    }

    private void TakePending(Vst3ProcessBlock block)
    {
        int read = _pendingRead;
        int write = Volatile.Read(ref _pendingWrite);
        while (read != write)
        {
            block.InputParameters.Add(_pending[read].Id, 0, _pending[read].Value);
            read = (read + 1) % PendingCapacity;
        }

        Volatile.Write(ref _pendingRead, read);
    }

    private void KeepChanges(Vst3ProcessBlock block)
    {
        Vst3ParameterChanges changes = block.OutputParameters;
        int count = changes.Count;
        for (int i = 0; i < count; i++)
        {
            Vst3ParameterQueue queue = changes[i];
            if (queue.TryGetPoint(queue.Count - 1, out _, out double value))
            {
                KeepChange(queue.Id, value);
            }
        }
    }

    // The audio thread only; what does not fit is dropped, since a later value follows.
    private void KeepChange(uint id, double value)
    {
        int write = _changedWrite;
        int next = (write + 1) % PendingCapacity;
        if (next == Volatile.Read(ref _changedRead))
        {
            return;
        }

        _changed[write] = (id, value);
        Volatile.Write(ref _changedWrite, next);
    }
}
