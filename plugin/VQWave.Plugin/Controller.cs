using System.Globalization;
using VQWave.Controls;
using VQWave.Vst3;

namespace VQWave.Plugin;

/// <summary>The visible half: the parameters of the core's table and the plug-in's own, programs, MIDI mapping.</summary>
internal sealed class Controller : Vst3EditController
{
    private const int LevelsUnit = 1;
    private const int NotesUnit = 2;
    private const int ModelUnit = 3;
    private const string NoPack = "(none)";

    private readonly PackCatalog catalog = PackCatalog.Acquire();
    private readonly TableParameter[] table = new TableParameter[ParameterTable.Default.Count];
    private readonly Vst3ListParameter pack;
    private readonly Vst3ListParameter program;
    private readonly Vst3ListParameter status;
    private readonly MidiMap map = new();
    private int shownProgram;
    private double toldMode;
    private double toldBuffer;

    public Controller()
    {
        AddUnit(new Vst3Unit(Vst3Unit.Root, "VQWave", ProgramListId: PluginIds.Programs));
        AddUnit(new Vst3Unit(LevelsUnit, "Levels", Vst3Unit.Root));
        AddUnit(new Vst3Unit(NotesUnit, "Notes", Vst3Unit.Root));
        AddUnit(new Vst3Unit(ModelUnit, "Model", Vst3Unit.Root));
        List<string> programs = [.. PresetBank.Factory.Select(p => p.Name)];
        AddProgramList(new Vst3ProgramList(PluginIds.Programs, "Factory presets", programs));
        foreach (var definition in ParameterTable.Default.Parameters)
        {
            table[definition.Index] = AddParameter(new TableParameter(definition, UnitOf(definition.Id)));
        }

        List<string> packs = [.. catalog.Packs.Select(p => p.Title)];
        while (packs.Count < 2)
        {
            packs.Add(packs.Count == 0 ? NoPack : "-");
        }

        pack = AddParameter(
            new Vst3ListParameter(PluginIds.Pack, "Model pack", packs)
            {
                ShortTitle = "Pack",
                UnitId = ModelUnit,
                Flags = Vst3ParameterFlags.CanAutomate | Vst3ParameterFlags.IsList,
            }
        );
        status = AddParameter(
            new Vst3ListParameter(PluginIds.Status, "Status", StatusTexts.All, (int)PluginStatus.Loading)
            {
                ShortTitle = "Status",
                UnitId = ModelUnit,
                Flags = Vst3ParameterFlags.IsReadOnly | Vst3ParameterFlags.IsList,
            }
        );
        program = AddParameter(
            new Vst3ListParameter(PluginIds.Program, "Program", programs)
            {
                ShortTitle = "Program",
                Flags = Vst3ParameterFlags.CanAutomate | Vst3ParameterFlags.IsList | Vst3ParameterFlags.IsProgramChange,
            }
        );
        AddHidden(PluginIds.Bend, "Pitch bend", 0.5);
        AddHidden(PluginIds.Sustain, "Sustain pedal", 0);
        AddHidden(PluginIds.AllSoundOff, "All sound off", 0);
        AddHidden(PluginIds.AllNotesOff, "All notes off", 0);
        AddHidden(PluginIds.Volume, "Volume", 1);
        for (var slot = 0; slot < ControllerSlots.Count; slot++)
        {
            AddHidden(PluginIds.FirstSlot + (uint)slot, string.Create(CultureInfo.InvariantCulture, $"Controller {slot + 1}"), 0);
        }

        toldMode = Plain(ParameterId.Mode);
        toldBuffer = Plain(ParameterId.Buffer);
    }

    protected override void OnReleased() => PackCatalog.Release();

    protected override bool LoadComponentState(Stream stream)
    {
        if (StateStream.Read(stream) is not { Length: > 0 } bytes)
        {
            return false;
        }

        var state = PluginState.Read(bytes, out var problem);
        foreach (var parameter in table)
        {
            parameter.Normalized = parameter.ToNormalized(state.Values[parameter.Index]);
        }

        shownProgram = state.Program;
        program.Normalized = program.ToNormalized(state.Program);
        var index = state.PackName.Length == 0 ? 0 : catalog.Find(state.PackName, state.PackHash, out _);
        pack.Normalized = pack.ToNormalized(Math.Max(0, index));
        if (problem == PluginStatus.Ready)
        {
            problem = StateStream.PackProblem(catalog, state);
        }

        if (problem != PluginStatus.Ready)
        {
            status.Normalized = status.ToNormalized((int)problem);
        }

        toldMode = Plain(ParameterId.Mode);
        toldBuffer = Plain(ParameterId.Buffer);
        var before = map.ToJson();
        StateStream.Adopt(map, state.Map);
        if (map.ToJson() != before)
        {
            Restart(Vst3RestartFlags.MidiMappingChanged);
        }

        return true;
    }

    protected override void OnParameterSet(Vst3Parameter parameter)
    {
        if (parameter == program && program.ToIndex(program.Normalized) is var chosen && chosen != shownProgram)
        {
            shownProgram = chosen;
            ShowPreset(PresetBank.Factory[chosen]);
        }

        if (IsConnected && parameter != status && !parameter.Flags.HasFlag(Vst3ParameterFlags.IsHidden))
        {
            using var set = CreateMessage(PluginMessages.Set);
            set.Set(PluginMessages.Parameter, (long)parameter.Id);
            set.Set(PluginMessages.Value, parameter.Normalized);
            SendMessage(set);
        }

        if (parameter != program && parameter.Id is not ((uint)ParameterId.Mode or (uint)ParameterId.Buffer or PluginIds.Pack))
        {
            return;
        }

        var (mode, buffer) = (Plain(ParameterId.Mode), Plain(ParameterId.Buffer));
        if (mode == toldMode && buffer == toldBuffer && parameter != pack)
        {
            return;
        }

        (toldMode, toldBuffer) = (mode, buffer);
        if (!IsConnected)
        {
            Restart(Vst3RestartFlags.LatencyChanged);
            return;
        }

        using var message = CreateMessage(PluginMessages.Edited);
        message.Set(PluginMessages.Mode, mode);
        message.Set(PluginMessages.Buffer, buffer);
        SendMessage(message);
    }

    protected override bool OnMessage(Vst3Message message)
    {
        if (message.Id != PluginMessages.Latency)
        {
            return false;
        }

        Restart(Vst3RestartFlags.LatencyChanged);
        return true;
    }

    protected override bool TryMapMidi(int busIndex, int channel, int controller, out uint parameterId)
    {
        parameterId = Map(busIndex, channel, controller);
        return parameterId != Vst3Parameter.NoId;
    }

    private static int UnitOf(ParameterId id) =>
        id switch
        {
            >= ParameterId.Level1Temperature or ParameterId.LevelTemperatures => LevelsUnit,
            ParameterId.RootNote or ParameterId.BendRange or ParameterId.Attack or ParameterId.Release or ParameterId.VelocityDepth =>
                NotesUnit,
            _ => Vst3Unit.Root,
        };

    private uint Map(int busIndex, int channel, int controller)
    {
        if (busIndex != 0 || channel is < 0 or > 15 || (map.ReceiveChannel is var only and >= 0 && only != channel))
        {
            return Vst3Parameter.NoId;
        }

        if (ControllerSlots.Find(map, channel, controller) is var slot and >= 0)
        {
            return PluginIds.FirstSlot + (uint)slot;
        }

        foreach (var binding in map.Bindings)
        {
            if (binding.Controller == controller && (binding.Channel < 0 || binding.Channel == channel))
            {
                return ControllerSlots.IsVolume(binding) ? PluginIds.Volume : (uint)binding.Parameter;
            }
        }

        return controller switch
        {
            Vst3MidiController.PitchBend => PluginIds.Bend,
            64 => PluginIds.Sustain,
            120 => PluginIds.AllSoundOff,
            >= 123 and <= 127 => PluginIds.AllNotesOff,
            _ => Vst3Parameter.NoId,
        };
    }

    private void ShowPreset(Preset preset)
    {
        foreach (var parameter in table)
        {
            var definition = ParameterTable.Default.Parameters[parameter.Index];
            if (definition.IsInPresets)
            {
                parameter.Normalized = definition.ToNormalised(
                    preset.Values.TryGetValue(definition.Id, out var value) ? value : definition.Default
                );
            }
        }

        Restart(Vst3RestartFlags.ParameterValuesChanged);
    }

    private double Plain(ParameterId id)
    {
        var parameter = table[ParameterTable.Default.IndexOf(id)];
        return parameter.ToPlain(parameter.Normalized);
    }

    private void AddHidden(uint id, string title, double value) =>
        AddParameter(new Vst3Parameter(id, title, value) { Flags = Vst3ParameterFlags.IsHidden });
}
