using System.Globalization;
using VQWave.Vst3.Interop;

namespace VQWave.Vst3;

/// <summary>The visible half of a plug-in: parameters with texts, units and programs, MIDI mapping, the editor.</summary>
/// <remarks>All members are for the host's main thread, except that parameter values may be read anywhere.</remarks>
public abstract unsafe class Vst3EditController : Vst3PluginObject
{
    private readonly List<Vst3Parameter> _parameters = [];
    private readonly Dictionary<uint, Vst3Parameter> _byId = [];
    private readonly List<Vst3Unit> _units = [];
    private readonly List<Vst3ProgramList> _programLists = [];
    private readonly List<Vst3NoteExpression> _noteExpressions = [];
    private void* _handler;
    private void* _handler2;
    private void* _unitHandler;
    private void* _progress;

    /// <summary>Parameters, in the order in which a host shows them.</summary>
    public IReadOnlyList<Vst3Parameter> Parameters => _parameters;

    /// <summary>Units; none or one of them the root.</summary>
    public IReadOnlyList<Vst3Unit> Units => _units;

    /// <summary>Program lists.</summary>
    public IReadOnlyList<Vst3ProgramList> ProgramLists => _programLists;

    /// <summary>Note expressions; the same on all buses and channels.</summary>
    public IReadOnlyList<Vst3NoteExpression> NoteExpressions => _noteExpressions;

    /// <summary>The unit that the user has selected.</summary>
    public int SelectedUnit { get; internal set; }

    /// <summary>How the host's knobs turn.</summary>
    public Vst3KnobMode KnobMode { get; internal set; }

    /// <summary>Whether the host has given a handler to tell edits to.</summary>
    public bool HasHandler => _handler is not null;

    /// <summary>Finds a parameter; null when there is none.</summary>
    public Vst3Parameter? FindParameter(uint id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a parameter. In the constructor.</summary>
    /// <exception cref="ArgumentException">The id is taken.</exception>
    protected T AddParameter<T>(T parameter)
        where T : Vst3Parameter
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!_byId.TryAdd(parameter.Id, parameter))
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Parameter id {parameter.Id} of '{parameter.Title}' is taken by '{_byId[parameter.Id].Title}'."
                ),
                nameof(parameter)
            );
        }

        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Adds a unit. In the constructor; the root (id 0) must be among them.</summary>
    protected void AddUnit(Vst3Unit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        _units.Add(unit);
    }

    /// <summary>Adds a program list. In the constructor.</summary>
    protected void AddProgramList(Vst3ProgramList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        _programLists.Add(list);
    }

    /// <summary>Adds a note expression. In the constructor.</summary>
    protected void AddNoteExpression(Vst3NoteExpression expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        _noteExpressions.Add(expression);
    }

    /// <summary>The user starts to turn a parameter in the editor.</summary>
    protected bool BeginEdit(uint id) =>
        _handler is not null && (*(IComponentHandlerVtbl**)_handler)->BeginEdit(_handler, id) == Vst3Result.Ok;

    /// <summary>The user has turned a parameter: sets it and tells the host, which records it and tells the component.</summary>
    protected bool PerformEdit(uint id, double normalized)
    {
        if (FindParameter(id) is { } parameter)
        {
            parameter.Normalized = normalized;
        }

        return _handler is not null && (*(IComponentHandlerVtbl**)_handler)->PerformEdit(_handler, id, normalized) == Vst3Result.Ok;
    }

    /// <summary>The user lets go of a parameter.</summary>
    protected bool EndEdit(uint id) => _handler is not null && (*(IComponentHandlerVtbl**)_handler)->EndEdit(_handler, id) == Vst3Result.Ok;

    /// <summary>Tells the host what has changed.</summary>
    protected bool Restart(Vst3RestartFlags flags) =>
        _handler is not null && (*(IComponentHandlerVtbl**)_handler)->RestartComponent(_handler, (int)flags) == Vst3Result.Ok;

    /// <summary>Tells the host that the project has unsaved changes that no parameter shows.</summary>
    protected bool SetDirty(bool dirty = true) =>
        _handler2 is not null && (*(IComponentHandler2Vtbl**)_handler2)->SetDirty(_handler2, dirty ? (byte)1 : (byte)0) == Vst3Result.Ok;

    /// <summary>Starts a group of edits that belong together.</summary>
    protected bool StartGroupEdit() =>
        _handler2 is not null && (*(IComponentHandler2Vtbl**)_handler2)->StartGroupEdit(_handler2) == Vst3Result.Ok;

    /// <summary>Ends a group of edits.</summary>
    protected bool FinishGroupEdit() =>
        _handler2 is not null && (*(IComponentHandler2Vtbl**)_handler2)->FinishGroupEdit(_handler2) == Vst3Result.Ok;

    /// <summary>Tells the host that a program list, or one program of it (−1: all), has changed.</summary>
    protected bool NotifyProgramListChange(int listId, int program = -1) =>
        _unitHandler is not null
        && (*(IUnitHandlerVtbl**)_unitHandler)->NotifyProgramListChange(_unitHandler, listId, program) == Vst3Result.Ok;

    /// <summary>Shows the progress of a task in the host; the id is for the two calls that follow. False when the host shows none.</summary>
    protected bool StartProgress(string description, out ulong id)
    {
        ulong number = 0;
        int result = Vst3Result.NotImplemented;
        if (_progress is not null)
        {
            fixed (char* text = description)
            {
                result = (*(IProgressVtbl**)_progress)->Start(_progress, 1, text, &number);
            }
        }

        id = number;
        return result == Vst3Result.Ok;
    }

    /// <summary>Moves a progress, 0 to 1.</summary>
    protected bool UpdateProgress(ulong id, double value) =>
        _progress is not null && (*(IProgressVtbl**)_progress)->Update(_progress, id, value) == Vst3Result.Ok;

    /// <summary>Ends a progress.</summary>
    protected bool FinishProgress(ulong id) =>
        _progress is not null && (*(IProgressVtbl**)_progress)->Finish(_progress, id) == Vst3Result.Ok;

    /// <summary>Reads the state of the component, to show the same; false when it is not one.</summary>
    protected internal virtual bool LoadComponentState(Stream stream) => true;

    /// <summary>Reads the controller's own state; false when it is not one.</summary>
    protected internal virtual bool LoadState(Stream stream) => true;

    /// <summary>Writes the controller's own state (what is no sound: sizes, pages).</summary>
    protected internal virtual bool SaveState(Stream stream) => true;

    /// <summary>The host has set a parameter; its value is set.</summary>
    protected internal virtual void OnParameterSet(Vst3Parameter parameter) { }

    /// <summary>The parameter of a MIDI controller, or false. See <see cref="Vst3MidiController"/> for numbers above 127.</summary>
    protected internal virtual bool TryMapMidi(int busIndex, int channel, int controller, out uint parameterId)
    {
        parameterId = Vst3Parameter.NoId;
        return false;
    }

    /// <summary>A controller was moved live: the time to learn it. False when it is of no interest.</summary>
    protected internal virtual bool OnLiveMidi(int busIndex, int channel, int controller) => false;

    /// <summary>The value of an attribute of a program; null when there is none.</summary>
    protected internal virtual string? GetProgramInfo(int listId, int program, string attribute) => null;

    /// <summary>The name of a key of a program (a drum); null when it has none.</summary>
    protected internal virtual string? GetProgramPitchName(int listId, int program, int pitch) => null;

    /// <summary>The unit that a channel of a bus plays; −1 when there is none.</summary>
    protected internal virtual int GetUnitByBus(Vst3MediaType media, Vst3BusDirection direction, int busIndex, int channel) =>
        _units.Count > 0 ? Vst3Unit.Root : -1;

    /// <summary>The host hands over program or unit data; false when it is not taken.</summary>
    protected internal virtual bool LoadUnitProgram(int listOrUnitId, int program, Stream stream) => false;

    /// <summary>The text of a note expression's value.</summary>
    protected internal virtual string NoteExpressionToText(Vst3NoteExpression expression, double value) =>
        value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The value of a note expression's text, or false.</summary>
    protected internal virtual bool TryParseNoteExpression(Vst3NoteExpression expression, string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 1;

    /// <summary>Opens help; with <paramref name="onlyCheck"/> only says whether there is any.</summary>
    protected internal virtual bool OpenHelp(bool onlyCheck) => false;

    /// <summary>Opens the about box; with <paramref name="onlyCheck"/> only says whether there is one.</summary>
    protected internal virtual bool OpenAboutBox(bool onlyCheck) => false;

    /// <summary>Makes an editor; null for none, and the host shows its own.</summary>
    protected internal virtual Vst3View? CreateView() => null;

    internal void SetHandler(void* handler)
    {
        if (handler == _handler)
        {
            return;
        }

        ReleaseHandlers();
        if (handler is null)
        {
            return;
        }

        Unknown.AddRef(handler);
        _handler = handler;
        _handler2 = Unknown.Query(handler, Iid.IComponentHandler2);
        _unitHandler = Unknown.Query(handler, Iid.IUnitHandler);
        _progress = Unknown.Query(handler, Iid.IProgress);
    }

    internal void ReleaseHandlers()
    {
        void* handler = _handler;
        void* handler2 = _handler2;
        void* unitHandler = _unitHandler;
        void* progress = _progress;
        _handler = _handler2 = _unitHandler = _progress = null;
        Unknown.Release(progress);
        Unknown.Release(unitHandler);
        Unknown.Release(handler2);
        Unknown.Release(handler);
    }
}
