using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <content>Parameters, programs, MIDI mapping, and what the plug-in tells the host.</content>
public sealed unsafe partial class Vst3Plugin
{
    private int _restart;

    /// <summary>The plug-in's own editor, or its logic, has changed a parameter. Called where the plug-in called, mostly the main thread.</summary>
    public Action<uint, double>? ParameterEdited { get; set; }

    /// <summary>Its parameters, in its order.</summary>
    public IReadOnlyList<Vst3ParameterInfo> Parameters { get; private set; } = [];

    /// <summary>The bypass switch; null when it has none.</summary>
    public Vst3ParameterInfo? Bypass => Parameters.FirstOrDefault(item => item.Flags.HasFlag(Vst3ParameterFlags.IsBypass));

    /// <summary>Whether it says that it has unsaved changes that no parameter shows.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Finds a parameter by its title, or by its id as a number; null when there is none.</summary>
    public Vst3ParameterInfo? FindParameter(string titleOrId)
    {
        ArgumentNullException.ThrowIfNull(titleOrId);
        return Parameters.FirstOrDefault(item => item.Title.Equals(titleOrId, StringComparison.OrdinalIgnoreCase))
            ?? Parameters.FirstOrDefault(item =>
                item.ShortTitle.Length > 0 && item.ShortTitle.Equals(titleOrId, StringComparison.OrdinalIgnoreCase)
            )
            ?? (uint.TryParse(titleOrId, out uint id) ? Parameters.FirstOrDefault(item => item.Id == id) : null);
    }

    /// <summary>The value that the controller shows, 0 to 1.</summary>
    public double GetParameter(uint id) => Controller->GetParamNormalized(_controller, id);

    /// <summary>Sets a value in the controller and, with the next block, in the processor; false when the plug-in or a full queue refuses.</summary>
    /// <param name="id">Parameter.</param>
    /// <param name="normalized">0 to 1.</param>
    public bool SetParameter(uint id, double normalized)
    {
        double value = Math.Clamp(normalized, 0, 1);
        return Controller->SetParamNormalized(_controller, id, value) == Vst3Result.Ok && Post(id, value);
    }

    /// <summary>Switches the bypass; false when it has none.</summary>
    public bool SetBypass(bool bypass) => Bypass is { } parameter && SetParameter(parameter.Id, bypass ? 1 : 0);

    /// <summary>The text of a value; empty when the plug-in gives none.</summary>
    public string GetParameterText(uint id, double normalized)
    {
        char* text = stackalloc char[NativeText.String128];
        new Span<char>(text, NativeText.String128).Clear();
        return Controller->GetParamStringByValue(_controller, id, normalized, text) == Vst3Result.Ok
            ? NativeText.Read(text, NativeText.String128)
            : "";
    }

    /// <summary>The value of a text, or false.</summary>
    public bool TryParseParameter(uint id, string text, out double normalized)
    {
        ArgumentNullException.ThrowIfNull(text);

        // Plug-ins may take the array for one of 128 units.
        char* units = stackalloc char[NativeText.String128];
        NativeText.Write(units, NativeText.String128, text);
        double value = 0;
        int result = Controller->GetParamValueByString(_controller, id, units, &value);
        normalized = value;
        return result == Vst3Result.Ok;
    }

    /// <summary>The plain value of a normalised one.</summary>
    public double ToPlain(uint id, double normalized) => Controller->NormalizedParamToPlain(_controller, id, normalized);

    /// <summary>The normalised value of a plain one.</summary>
    public double ToNormalized(uint id, double plain) => Controller->PlainParamToNormalized(_controller, id, plain);

    /// <summary>The parameter that a MIDI controller moves, or false.</summary>
    /// <param name="busIndex">Event bus.</param>
    /// <param name="channel">MIDI channel, from 0.</param>
    /// <param name="controller">0 to 127, or see <see cref="Vst3MidiController"/>.</param>
    /// <param name="parameterId">The parameter.</param>
    public bool TryMapMidi(int busIndex, int channel, int controller, out uint parameterId)
    {
        parameterId = Vst3Parameter.NoId;
        if (_midiMapping is null)
        {
            return false;
        }

        uint id = Vst3Parameter.NoId;
        int result = (*(IMidiMappingVtbl**)_midiMapping)->GetMidiControllerAssignment(
            _midiMapping,
            busIndex,
            (short)channel,
            (short)controller,
            &id
        );
        parameterId = id;
        return result == Vst3Result.Ok && id != Vst3Parameter.NoId;
    }

    /// <summary>Tells the plug-in that a controller was moved live, so that it may learn it; false when it has no use for it.</summary>
    public bool LearnMidi(int busIndex, int channel, int controller)
    {
        void* learn = Unknown.Query(_controller, Iid.IMidiLearn);
        if (learn is null)
        {
            return false;
        }

        int result = (*(IMidiLearnVtbl**)learn)->OnLiveMidiControllerInput(learn, busIndex, (short)channel, (short)controller);
        Unknown.Release(learn);
        return result == Vst3Result.Ok;
    }

    /// <summary>Its units; none when it has no unit information.</summary>
    public IReadOnlyList<Vst3Unit> GetUnits()
    {
        void* info = Unknown.Query(_controller, Iid.IUnitInfo);
        if (info is null)
        {
            return [];
        }

        IUnitInfoVtbl* table = *(IUnitInfoVtbl**)info;
        var units = new List<Vst3Unit>();
        int count = table->GetUnitCount(info);
        for (int i = 0; i < count; i++)
        {
            UnitInfoData data = default;
            if (table->GetUnitInfo(info, i, &data) == Vst3Result.Ok)
            {
                units.Add(new Vst3Unit(data.Id, NativeText.Read(data.Name, NativeText.String128), data.ParentUnitId, data.ProgramListId));
            }
        }

        Unknown.Release(info);
        return units;
    }

    /// <summary>Its program lists; none when it has no unit information.</summary>
    public IReadOnlyList<Vst3ProgramList> GetProgramLists()
    {
        void* info = Unknown.Query(_controller, Iid.IUnitInfo);
        if (info is null)
        {
            return [];
        }

        IUnitInfoVtbl* table = *(IUnitInfoVtbl**)info;
        var lists = new List<Vst3ProgramList>();
        char* text = stackalloc char[NativeText.String128];
        int count = table->GetProgramListCount(info);
        for (int i = 0; i < count; i++)
        {
            ProgramListInfoData data = default;
            if (table->GetProgramListInfo(info, i, &data) != Vst3Result.Ok)
            {
                continue;
            }

            var names = new List<string>();
            for (int program = 0; program < data.ProgramCount; program++)
            {
                new Span<char>(text, NativeText.String128).Clear();
                table->GetProgramName(info, data.Id, program, text);
                names.Add(NativeText.Read(text, NativeText.String128));
            }

            lists.Add(new Vst3ProgramList(data.Id, NativeText.Read(data.Name, NativeText.String128), names));
        }

        Unknown.Release(info);
        return lists;
    }

    /// <summary>Chooses a program through the program-change parameter of the unit that has the list; false when there is none.</summary>
    public bool SelectProgram(int listId, int program)
    {
        Vst3ProgramList? list = GetProgramLists().FirstOrDefault(item => item.Id == listId);
        Vst3Unit? unit = GetUnits().FirstOrDefault(item => item.ProgramListId == listId);
        Vst3ParameterInfo? parameter = Parameters.FirstOrDefault(item =>
            item.Flags.HasFlag(Vst3ParameterFlags.IsProgramChange) && item.UnitId == unit?.Id
        );
        if (list is null || parameter is null || program < 0 || program >= list.Programs.Count)
        {
            return false;
        }

        return SetParameter(parameter.Id, parameter.StepCount > 0 ? program / (double)parameter.StepCount : 0);
    }

    /// <summary>The bytes of one program; null when the plug-in does not give them.</summary>
    public byte[]? SaveProgram(int listId, int program)
    {
        void* data = Unknown.Query(_component, Iid.IProgramListData);
        if (data is null)
        {
            return null;
        }

        var stream = new StreamGlue();
        int result = (*(IProgramListDataVtbl**)data)->GetProgramData(data, listId, program, stream.Pointer(0));
        byte[]? bytes = result == Vst3Result.Ok ? stream.ToArray() : null;
        stream.ReleaseReference();
        Unknown.Release(data);
        return bytes;
    }

    /// <summary>Loads the bytes of one program; false when the plug-in does not take them.</summary>
    public bool LoadProgram(int listId, int program, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        void* data = Unknown.Query(_component, Iid.IProgramListData);
        if (data is null)
        {
            return false;
        }

        bool taken = WithStream(bytes, stream => (*(IProgramListDataVtbl**)data)->SetProgramData(data, listId, program, (void*)stream));
        Unknown.Release(data);
        return taken;
    }

    /// <summary>
    /// On the main thread: hands to the controller what the processor has changed, and answers what the plug-in asked for. Reads
    /// parameters and MIDI mapping again where they changed.
    /// </summary>
    /// <returns>
    /// What has changed. With <see cref="Vst3RestartFlags.LatencyChanged"/>, <see cref="Vst3RestartFlags.IoChanged"/> or
    /// <see cref="Vst3RestartFlags.ReloadComponent"/> the host is to stop the audio thread and call <see cref="Restart"/>.
    /// </returns>
    public Vst3RestartFlags Pump()
    {
        int read = _changedRead;
        int write = Volatile.Read(ref _changedWrite);
        while (read != write)
        {
            (uint id, double value) = _changed[read];
            read = (read + 1) % PendingCapacity;
            if (_controller is not null)
            {
                Controller->SetParamNormalized(_controller, id, value);
            }
        }

        Volatile.Write(ref _changedRead, read);
        var flags = (Vst3RestartFlags)Interlocked.Exchange(ref _restart, 0);
        if ((flags & (Vst3RestartFlags.ParameterTitlesChanged | Vst3RestartFlags.ReloadComponent)) != Vst3RestartFlags.None)
        {
            ReadParameters();
        }

        if (
            (flags & (Vst3RestartFlags.MidiMappingChanged | Vst3RestartFlags.ReloadComponent)) != Vst3RestartFlags.None
            && Setup is not null
        )
        {
            ReadMidiMapping();
        }

        return flags;
    }

    /// <summary>Off and on again with the same setup, so that a new latency or new buses count. The audio thread must be stopped.</summary>
    public void Restart()
    {
        if (Setup is not { } setup)
        {
            return;
        }

        bool active = IsActive;
        Deactivate();
        Configure(setup.SampleRate, setup.MaxBlockFrames, setup.ProcessMode, setup.SampleSize);
        if (active)
        {
            Activate();
        }
    }

    internal bool OnBeginEdit(uint id) => !_disposed && Parameters.Any(item => item.Id == id);

    internal bool OnPerformEdit(uint id, double value)
    {
        if (_disposed || double.IsNaN(value))
        {
            return false;
        }

        double clamped = Math.Clamp(value, 0, 1);
        ParameterEdited?.Invoke(id, clamped);
        return Post(id, clamped);
    }

    internal bool OnEndEdit(uint id) => !_disposed && Parameters.Any(item => item.Id == id);

    internal bool OnRestart(Vst3RestartFlags flags)
    {
        Interlocked.Or(ref _restart, (int)flags);
        return true;
    }

    internal bool OnDirty(bool dirty)
    {
        IsDirty = dirty;
        return true;
    }

    internal bool OnProgramListChange() => OnRestart(Vst3RestartFlags.ParameterValuesChanged);

    private void ReadParameters()
    {
        if (_controller is null)
        {
            return;
        }

        var parameters = new List<Vst3ParameterInfo>();
        int count = Controller->GetParameterCount(_controller);
        for (int i = 0; i < count; i++)
        {
            ParameterInfoData data = default;
            if (Controller->GetParameterInfo(_controller, i, &data) != Vst3Result.Ok)
            {
                continue;
            }

            parameters.Add(
                new Vst3ParameterInfo(
                    data.Id,
                    NativeText.Read(data.Title, NativeText.String128),
                    NativeText.Read(data.ShortTitle, NativeText.String128),
                    NativeText.Read(data.Units, NativeText.String128),
                    data.StepCount,
                    data.DefaultNormalizedValue,
                    data.UnitId,
                    (Vst3ParameterFlags)data.Flags
                )
            );
        }

        Parameters = parameters;
    }
}
