using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Plugin;

// State, and messages of the controller. All on the main thread.
internal sealed partial class Processor
{
    private const long Never = long.MinValue / 2;

    // What was set in the controller and is to come with one of the next blocks, and at which block it was set.
    private readonly float[] edited = new float[ParameterTable.Default.Count];
    private readonly long[] editedAt = new long[ParameterTable.Default.Count];
    private long editedProgramAt = Never;
    private int editedProgram;
    private long blocks;
    private bool isPackChosen;

    protected override bool LoadState(Stream stream)
    {
        if (StateStream.Read(stream) is not { Length: > 0 } bytes)
        {
            return false;
        }

        var state = PluginState.Read(bytes, out var problem);
        loaded = state;
        for (var i = 0; i < editedAt.Length; i++)
        {
            Volatile.Write(ref editedAt[i], Never);
        }

        editedProgramAt = Never;
        values.BeginChange();
        try
        {
            for (var i = 0; i < state.Values.Length; i++)
            {
                if (values.Table.Parameters[i].Kind != ParameterKind.Trigger)
                {
                    values.Set(i, state.Values[i]);
                    Volatile.Write(ref shown[i], state.Values[i]);
                    Volatile.Write(ref promised[i], state.Values[i]);
                }
            }
        }
        finally
        {
            values.EndChange();
        }

        dropsHeld = IsActive;
        StateStream.Adopt(map, state.Map);
        Volatile.Write(ref program, state.Program);
        Volatile.Write(ref isPackChosen, false);
        var pack = state.PackName.Length == 0 ? 0 : catalog.Find(state.PackName, state.PackHash, out _);
        if (problem == PluginStatus.Ready)
        {
            problem = StateStream.PackProblem(catalog, state);
        }

        Volatile.Write(ref failedPack, -1);
        Volatile.Write(ref wantedPack, Math.Max(0, pack));
        announcedMode = values[ParameterId.Mode];
        announcedBuffer = values[ParameterId.Buffer];
        stateProblem = problem;
        kept = problem is PluginStatus.StateDamaged or PluginStatus.StateNewer ? bytes : null;
        keptAs = kept is null ? [] : Capture().Write();
        Workshop.Ring();
        AnnounceLatency();
        return true;
    }

    protected override bool SaveState(Stream stream)
    {
        var state = Capture();
        var bytes = state.Write();
        // What could not be read is given back as it came, as long as nothing was changed since.
        stream.Write(kept is not null && bytes.AsSpan().SequenceEqual(keptAs) ? kept : bytes);
        return true;
    }

    protected override bool OnMessage(Vst3Message message)
    {
        if (message.Id == PluginMessages.Set)
        {
            if (message.TryGet(PluginMessages.Parameter, out long id) && message.TryGet(PluginMessages.Value, out double value))
            {
                TakeEdit((uint)id, value);
            }

            return true;
        }

        if (message.Id != PluginMessages.Edited)
        {
            return false;
        }

        if (message.TryGet(PluginMessages.Mode, out double mode))
        {
            announcedMode = (float)mode;
        }

        if (message.TryGet(PluginMessages.Buffer, out double buffer))
        {
            announcedBuffer = (float)buffer;
        }

        AnnounceLatency();
        return true;
    }

    private void AnnounceLatency()
    {
        if (Latency() != announcedLatency && IsConnected)
        {
            using var message = CreateMessage(PluginMessages.Latency);
            SendMessage(message);
        }
    }

    // Values come with a block, and while there is none they would be missing in a project that is saved. Where the plug-in is not active
    // there will be no block: they count at once. Where it is, they come with the next one or the one after; until then they are noted.
    private void TakeEdit(uint id, double value)
    {
        var index = PluginIds.TableIndex(id);
        if (!IsActive)
        {
            if (index < 0 || values.Table.Parameters[index].Kind != ParameterKind.Trigger)
            {
                gatheredCount = 0;
                TakePoint(id, 0, value);
                ApplyWithoutSound(gathered.AsSpan(0, gatheredCount));
                gatheredCount = 0;
            }
        }
        else if (id == PluginIds.Pack)
        {
            TakePoint(id, 0, value);
        }
        else if (id == PluginIds.Program)
        {
            NoteProgram(ProgramIndex(value));
        }
        else if (index >= 0 && values.Table.Parameters[index].Kind != ParameterKind.Trigger)
        {
            NoteEdit(index, values.Table.Parameters[index].FromNormalised(value));
        }
    }

    private void NoteEdit(int index, float value)
    {
        Volatile.Write(ref edited[index], value);
        Volatile.Write(ref editedAt[index], Volatile.Read(ref blocks));
    }

    private void NoteProgram(int chosen)
    {
        if (chosen == CurrentProgram())
        {
            return;
        }

        editedProgram = chosen;
        editedProgramAt = Volatile.Read(ref blocks);
        foreach (var parameter in values.Table.Parameters)
        {
            if (parameter.IsInPresets)
            {
                NoteEdit(parameter.Index, ValueIn(PresetBank.Factory[chosen], parameter));
            }
        }
    }

    private int CurrentProgram() => Volatile.Read(ref blocks) - editedProgramAt < 2 ? editedProgram : Volatile.Read(ref program);

    private bool IsEdited(int index) => Volatile.Read(ref blocks) - Volatile.Read(ref editedAt[index]) < 2;

    // No block will bring them any more.
    private void SettleEdits()
    {
        Volatile.Write(ref program, CurrentProgram());
        editedProgramAt = Never;
        for (var i = 0; i < edited.Length; i++)
        {
            if (IsEdited(i))
            {
                values.Set(i, edited[i]);
                shown[i] = edited[i];
            }

            editedAt[i] = Never;
        }
    }

    private PluginState Capture()
    {
        var present = new float[values.Table.Count];
        for (var attempt = 0; attempt < 100 && !values.TrySnapshot(present, out _); attempt++)
        {
            Thread.Yield();
        }

        for (var i = 0; i < present.Length; i++)
        {
            if (IsEdited(i))
            {
                present[i] = Volatile.Read(ref edited[i]);
            }
            else if (Volatile.Read(ref pending[i]) > 0)
            {
                present[i] = Volatile.Read(ref promised[i]);
            }
        }

        // A pack that is missing stays the project's pack until another is chosen.
        var isLoaded = !Volatile.Read(ref isPackChosen) && loaded.PackName.Length > 0;
        var choice = WantedChoice();
        return new PluginState
        {
            PackName = isLoaded ? loaded.PackName : choice?.Name ?? "",
            PackHash = isLoaded ? loaded.PackHash : choice?.Hash ?? "",
            Program = CurrentProgram(),
            Values = present,
            Map = map.ToJson(),
            Unread = loaded.Unread,
        };
    }
}
