using VQWave.Controls;
using VQWave.Instruments;
using VQWave.Streaming;
using VQWave.Vst3;

namespace VQWave.Plugin;

// Parameter points and events of a block: in order, at their frames, held back where the latency asks for it.
internal sealed partial class Processor
{
    // More than a point a frame of the largest block; what a host sends beyond that acts at once.
    private const int MaximumEvents = 1 << 14;

    private readonly InstrumentEvent[] gathered = new InstrumentEvent[MaximumEvents];
    private readonly long[] order = new long[MaximumEvents];
    private readonly InstrumentEvent[] arranged = new InstrumentEvent[2 * MaximumEvents];
    private readonly InstrumentEvent[] held = new InstrumentEvent[MaximumEvents];
    private readonly long[] dueAt = new long[MaximumEvents];
    private readonly bool[] isHeldBack = new bool[ParameterTable.Default.Count];
    private readonly float[] shown = [.. ParameterTable.Default.Parameters.Select(p => p.Default)];

    // How many values of a parameter are held back, and the last of them: what the host has set, and what a project keeps.
    private readonly int[] pending = new int[ParameterTable.Default.Count];
    private readonly float[] promised = new float[ParameterTable.Default.Count];
    private readonly EngineSnapshot snapshot = new();
    private int gatheredCount;
    private int heldFirst;
    private int heldCount;
    private int delay;
    private long clock;
    private bool hasMoved;
    private volatile bool dropsHeld;
    private bool isOverloaded;
    private int blocksToLook;
    private int shownStatus = -1;
    private int shownProgram;
    private int shownPack;

    private void InitializeEvents()
    {
        foreach (var parameter in ParameterTable.Default.Parameters)
        {
            // The rest is the engine's, and heard after its own delay.
            isHeldBack[parameter.Index] =
                parameter.Id
                    is ParameterId.Gain
                        or ParameterId.Mode
                        or ParameterId.RootNote
                        or ParameterId.BendRange
                        or ParameterId.Pitch
                        or ParameterId.Bypass
                        or ParameterId.Attack
                        or ParameterId.Release
                        or ParameterId.VelocityDepth;
        }
    }

    private void ClearEvents()
    {
        gatheredCount = 0;
        while (heldCount > 0)
        {
            TakeHeld();
        }
    }

    // Nothing sounds any more: what was held back is so from now on, unless a state came after it.
    private void SettleHeld()
    {
        while (heldCount > 0)
        {
            var happening = TakeHeld();
            if (!dropsHeld)
            {
                ApplyWithoutSound(new ReadOnlySpan<InstrumentEvent>(in happening));
            }
        }

        dropsHeld = false;
    }

    // The oldest event that is held back, which is then no longer.
    private InstrumentEvent TakeHeld()
    {
        var happening = held[heldFirst];
        heldFirst = (heldFirst + 1) & (MaximumEvents - 1);
        heldCount--;
        if (happening.Parameter >= 0)
        {
            Interlocked.Decrement(ref pending[happening.Parameter]);
        }

        return happening;
    }

    private void Gather(in Vst3ProcessData data)
    {
        gatheredCount = 0;
        var frames = data.FrameCount;
        var changes = data.InputParameters;
        var queues = changes.Count;
        for (var i = 0; i < queues; i++)
        {
            var queue = changes[i];
            var id = queue.Id;
            var points = queue.Count;
            for (var p = 0; p < points; p++)
            {
                if (queue.TryGetPoint(p, out var offset, out var value))
                {
                    TakePoint(id, Math.Clamp(offset, 0, frames), value);
                }
            }
        }

        var events = data.InputEvents;
        var count = events.Count;
        for (var i = 0; i < count; i++)
        {
            if (events.TryGet(i, out var happening))
            {
                TakeEvent(happening, Math.Clamp(happening.SampleOffset, 0, frames));
            }
        }

        for (var i = 1; i < gatheredCount; i++)
        {
            if (order[i] < order[i - 1])
            {
                order.AsSpan(0, gatheredCount).Sort(gathered.AsSpan(0, gatheredCount));
                break;
            }
        }
    }

    private void TakePoint(uint id, int frame, double value)
    {
        var index = PluginIds.TableIndex(id);
        if (index >= 0)
        {
            var plain = values.Table.Parameters[index].FromNormalised(value);
            shown[index] = plain;
            Volatile.Write(ref editedAt[index], Never);
            switch ((ParameterId)id)
            {
                case ParameterId.Mode:
                    announcedMode = plain;
                    break;
                case ParameterId.Buffer:
                    announcedBuffer = plain;
                    break;
                default:
                    break;
            }

            Add(InstrumentEvent.Set(frame, index, plain));
            return;
        }

        switch (id)
        {
            case PluginIds.Pack:
                ChoosePack(PackIndex(value, catalog.Packs.Count));
                shownPack = Volatile.Read(ref wantedPack);
                break;
            case PluginIds.Program:
                var chosen = ProgramIndex(value);
                shownProgram = chosen;
                // Hosts send the value of a project again: that is no choice.
                if (Interlocked.Exchange(ref program, chosen) != chosen)
                {
                    hasMoved = true;
                    announcedMode = PresetBank.Factory[chosen].Values.TryGetValue(ParameterId.Mode, out var mode) ? mode : 0;
                    Add(InstrumentEvent.Midi(frame, MidiMessage.ProgramChange(Channel(), chosen)));
                }

                break;
            case PluginIds.Bend:
                var bend = value <= 0.5 ? value * 16_384 : 8192 + ((value - 0.5) * 2 * 8191);
                Add(InstrumentEvent.Midi(frame, MidiMessage.PitchBend(Channel(), (int)Math.Round(bend))));
                break;
            case PluginIds.Sustain:
                AddController(frame, Channel(), 64, value >= 0.5 ? 127 : 0);
                break;
            case PluginIds.Volume:
                hasMoved = true;
                AddController(frame, Channel(), PluginIds.VolumeController, (int)Math.Round(value * 127));
                break;
            case PluginIds.AllNotesOff:
                AddController(frame, Channel(), 123, 0);
                break;
            case PluginIds.AllSoundOff:
                // In free run it would mute the instrument for good, and hosts send it whenever they stop.
                var controller = values[ParameterId.Mode] == (float)PlayMode.Notes ? 120 : 123;
                AddController(frame, Channel(), controller, 0);
                break;
            case >= PluginIds.FirstSlot and < PluginIds.FirstSlot + ControllerSlots.Count:
                if (ControllerSlots.TryGet(map, (int)(id - PluginIds.FirstSlot), out var channel, out var number))
                {
                    hasMoved = true;
                    AddController(frame, channel >= 0 ? channel : Channel(), number, (int)Math.Round(value * 127));
                }

                break;
            default:
                break;
        }
    }

    private void TakeEvent(Vst3Event happening, int frame)
    {
        switch (happening.Type)
        {
            case Vst3EventType.NoteOn when happening.NoteOn.Pitch is >= 0 and <= 127:
                var on = happening.NoteOn;
                var velocity = float.IsNaN(on.Velocity) ? 0 : (int)Math.Round(Math.Clamp(on.Velocity, 0, 1) * 127);
                // Softer than MIDI can say is still a note; only 0 is none.
                velocity = on.Velocity > 0 ? Math.Max(1, velocity) : 0;
                Add(InstrumentEvent.Midi(frame, MidiMessage.NoteOn(on.Channel & 15, on.Pitch, velocity)));
                break;
            case Vst3EventType.NoteOff when happening.NoteOff.Pitch is >= 0 and <= 127:
                Add(InstrumentEvent.Midi(frame, MidiMessage.NoteOff(happening.NoteOff.Channel & 15, happening.NoteOff.Pitch)));
                break;
            default:
                break;
        }
    }

    // The host has chosen the channels when it asked for the map; the map listens to one of them or to all.
    private int Channel() => Math.Max(0, map.ReceiveChannel);

    private void AddController(int frame, int channel, int number, int value) =>
        Add(InstrumentEvent.Midi(frame, MidiMessage.ControlChange(channel, number, value)));

    private void Add(in InstrumentEvent happening)
    {
        if (gatheredCount == MaximumEvents)
        {
            ApplyWithoutSound(new ReadOnlySpan<InstrumentEvent>(in happening));
            return;
        }

        // Those of one frame in the order in which they came.
        order[gatheredCount] = ((long)happening.Frame << 32) | (uint)gatheredCount;
        gathered[gatheredCount++] = happening;
    }

    // What happens in this block, in order: what was held back until now, and what acts at once.
    private ReadOnlySpan<InstrumentEvent> Arrange(int frames)
    {
        var count = 0;
        var next = 0;
        var end = clock + frames;
        for (var i = 0; i < gatheredCount; i++)
        {
            ref readonly var happening = ref gathered[i];
            if (delay > 0 && IsHeldBack(happening) && heldCount < MaximumEvents)
            {
                var at = (heldFirst + heldCount++) & (MaximumEvents - 1);
                held[at] = happening;
                dueAt[at] = clock + happening.Frame + delay;
                if (happening.Parameter >= 0)
                {
                    Volatile.Write(ref promised[happening.Parameter], happening.Value);
                    Interlocked.Increment(ref pending[happening.Parameter]);
                }
            }
            else
            {
                if (happening.Parameter < 0 && happening.Message.Kind == MidiMessageKind.ProgramChange)
                {
                    OverruleHeld(happening.Message.Data1);
                }

                gathered[next++] = happening;
            }
        }

        gatheredCount = next;
        next = 0;
        while (heldCount > 0 && (dueAt[heldFirst] < end || (dueAt[heldFirst] == end && frames == 0)))
        {
            var frame = (int)Math.Max(0, dueAt[heldFirst] - clock);
            while (next < gatheredCount && gathered[next].Frame < frame)
            {
                arranged[count++] = gathered[next++];
            }

            arranged[count++] = TakeHeld() with { Frame = frame };
        }

        while (next < gatheredCount)
        {
            arranged[count++] = gathered[next++];
        }

        clock = end;
        return arranged.AsSpan(0, count);
    }

    private ReadOnlySpan<InstrumentEvent> Shift(ReadOnlySpan<InstrumentEvent> events, int lead)
    {
        if (lead > 0)
        {
            for (var i = 0; i < events.Length; i++)
            {
                arranged[i] = arranged[i] with { Frame = Math.Max(0, arranged[i].Frame - lead) };
            }
        }

        return events;
    }

    // A program acts at once, and must not be undone by what was set before it and is still held back.
    private void OverruleHeld(int number)
    {
        if (presets.FindProgram(number) is not { } preset)
        {
            return;
        }

        for (var i = 0; i < heldCount; i++)
        {
            ref var happening = ref held[(heldFirst + i) & (MaximumEvents - 1)];
            if (happening.Parameter >= 0 && values.Table.Parameters[happening.Parameter].IsInPresets)
            {
                var value = ValueIn(preset, values.Table.Parameters[happening.Parameter]);
                happening = InstrumentEvent.Set(happening.Frame, happening.Parameter, value);
                Volatile.Write(ref promised[happening.Parameter], value);
            }
        }
    }

    private static float ValueIn(Preset preset, ParameterDefinition parameter) =>
        preset.Values.TryGetValue(parameter.Id, out var value) ? value : parameter.Default;

    private bool IsHeldBack(in InstrumentEvent happening) =>
        happening.Parameter >= 0 ? isHeldBack[happening.Parameter] : happening.Message.Kind != MidiMessageKind.ProgramChange;

    // Live, another latency counts at once: nobody plays a note that waits for a mode of before.
    private void AdoptLatency()
    {
        var wanted = Latency();
        if (wanted == delay)
        {
            return;
        }

        delay = wanted;
        for (var i = 0; i < heldCount; i++)
        {
            dueAt[(heldFirst + i) & (MaximumEvents - 1)] = clock;
        }
    }

    // Offline, before the piece begins: what is set at its first frame is set from the first code on.
    private void SettleFirstFrame()
    {
        while (heldCount > 0)
        {
            if (TakeHeld() is { Parameter: >= 0 } happening)
            {
                values.Set(happening.Parameter, happening.Value);
            }
        }

        for (var i = 0; i < gatheredCount && gathered[i].Frame == 0; i++)
        {
            ApplyWithoutSound(gathered.AsSpan(i, 1));
        }
    }

    private void ApplyWithoutSound(ReadOnlySpan<InstrumentEvent> events)
    {
        foreach (ref readonly var happening in events)
        {
            if (happening.Parameter >= 0)
            {
                values.Set(happening.Parameter, happening.Value);
            }
            else if (happening.Message.Kind == MidiMessageKind.ProgramChange)
            {
                presets.FindProgram(happening.Message.Data1)?.ApplyTo(values);
            }
            else if (happening.Message.Kind == MidiMessageKind.ControlChange)
            {
                _ = map.Apply(happening.Message, values);
            }
        }
    }

    private void ChoosePack(int index)
    {
        if (index >= 0 && index != Volatile.Read(ref wantedPack))
        {
            Volatile.Write(ref wantedPack, index);
            Volatile.Write(ref failedPack, -1);
            Volatile.Write(ref isPackChosen, true);
            if (stateProblem is PluginStatus.PackMissing or PluginStatus.PackDiffers)
            {
                stateProblem = PluginStatus.Ready;
            }
        }
    }

    // Tells the host what it has not set itself.
    private void Report(in Vst3ProcessData data)
    {
        var outputs = data.OutputParameters;
        if (!outputs.IsPresent)
        {
            return;
        }

        var status = (int)Status();
        if (status != shownStatus && outputs.Add(PluginIds.Status, 0, (double)status / (StatusTexts.All.Length - 1)))
        {
            shownStatus = status;
        }

        if (!hasMoved || heldCount > 0)
        {
            return;
        }

        hasMoved = false;
        for (var i = 0; i < shown.Length; i++)
        {
            var value = values.Get(i);
            var parameter = values.Table.Parameters[i];
            if (
                value != shown[i]
                && parameter.Kind != ParameterKind.Trigger
                && outputs.Add((uint)parameter.Id, 0, parameter.ToNormalised(value))
            )
            {
                shown[i] = value;
            }
        }
    }

    private PluginStatus Status()
    {
        if (catalog.Packs.Count == 0)
        {
            return PluginStatus.NoPack;
        }

        var wanted = Volatile.Read(ref wantedPack);
        if (Volatile.Read(ref failedPack) == wanted)
        {
            return PluginStatus.PackFailed;
        }

        if (voice is not { Engine: { } engine } || voice.PackIndex != wanted)
        {
            return PluginStatus.Loading;
        }

        if (engine.Fault is not null)
        {
            return PluginStatus.EngineFailed;
        }

        if (stateProblem != PluginStatus.Ready)
        {
            return stateProblem;
        }

        if (blocksToLook-- <= 0)
        {
            const int Blocks = 16;
            blocksToLook = Blocks;
            engine.ReadSnapshot(snapshot);
            isOverloaded = snapshot.Ticks > 0 && snapshot.Sounding < snapshot.Detail;
        }

        return isOverloaded ? PluginStatus.Overloaded : PluginStatus.Ready;
    }

    private static int ProgramIndex(double value) => Math.Clamp((int)(value * PresetBank.Factory.Count), 0, PresetBank.Factory.Count - 1);

    private static int PackIndex(double value, int count) => count == 0 ? -1 : Math.Clamp((int)(value * Math.Max(2, count)), 0, count - 1);
}
