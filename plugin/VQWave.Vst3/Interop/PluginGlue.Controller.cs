using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <content>The controller: IEditController 1 and 2, IMidiMapping, IMidiLearn, IUnitInfo, INoteExpressionController.</content>
internal sealed unsafe partial class PluginGlue
{
    // No text that a host passes for parsing is longer than its own field.
    private const int TextLimit = 1024;

    private static int ReadParameterInfo(Vst3EditController controller, int index, ParameterInfoData* info)
    {
        if (info is null || (uint)index >= (uint)controller.Parameters.Count)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3Parameter parameter = controller.Parameters[index];
        info->Id = parameter.Id;
        NativeText.Write(info->Title, NativeText.String128, parameter.Title);
        NativeText.Write(info->ShortTitle, NativeText.String128, parameter.ShortTitle);
        NativeText.Write(info->Units, NativeText.String128, parameter.Units);
        info->StepCount = parameter.StepCount;
        info->DefaultNormalizedValue = parameter.DefaultNormalized;
        info->UnitId = parameter.UnitId;
        info->Flags = (int)parameter.Flags;
        return Vst3Result.Ok;
    }

    private static int WriteText(Vst3EditController controller, uint id, double value, char* text)
    {
        if (text is null || double.IsNaN(value) || controller.FindParameter(id) is not { } parameter)
        {
            return Vst3Result.InvalidArgument;
        }

        NativeText.Write(text, NativeText.String128, parameter.ToText(Math.Clamp(value, 0, 1)));
        return Vst3Result.Ok;
    }

    private static int ParseText(Vst3EditController controller, uint id, char* text, double* value)
    {
        if (text is null || value is null || controller.FindParameter(id) is not { } parameter)
        {
            return Vst3Result.InvalidArgument;
        }

        if (!parameter.TryParse(NativeText.ReadTerminated(text, TextLimit) ?? "", out double normalized))
        {
            return Vst3Result.False;
        }

        *value = normalized;
        return Vst3Result.Ok;
    }

    private static int SetValue(Vst3EditController controller, uint id, double value)
    {
        if (double.IsNaN(value) || controller.FindParameter(id) is not { } parameter)
        {
            return Vst3Result.InvalidArgument;
        }

        parameter.Normalized = value;
        controller.OnParameterSet(parameter);
        return Vst3Result.Ok;
    }

    private static int AssignMidi(Vst3EditController controller, int bus, short channel, short number, uint* id)
    {
        if (id is null || bus < 0 || channel < 0 || number < 0 || number >= Vst3MidiController.Count)
        {
            return Vst3Result.InvalidArgument;
        }

        if (!controller.TryMapMidi(bus, channel, number, out uint parameter) || controller.FindParameter(parameter) is null)
        {
            return Vst3Result.False;
        }

        *id = parameter;
        return Vst3Result.Ok;
    }

    private static int SwitchKnobs(Vst3EditController controller, int mode)
    {
        if (mode is < 0 or > 2)
        {
            return Vst3Result.InvalidArgument;
        }

        controller.KnobMode = (Vst3KnobMode)mode;
        return Vst3Result.Ok;
    }

    private static void* MakeView(Vst3EditController controller, byte* name)
    {
        if (NativeText.Read(name) != "editor" || controller.CreateView() is not { } view)
        {
            return null;
        }

        return new ViewGlue(view).Pointer(0);
    }

    private static Vst3ProgramList? FindList(Vst3EditController controller, int listId)
    {
        foreach (Vst3ProgramList list in controller.ProgramLists)
        {
            if (list.Id == listId)
            {
                return list;
            }
        }

        return null;
    }

    private static int ReadUnitInfo(Vst3EditController controller, int index, UnitInfoData* info)
    {
        if (info is null || (uint)index >= (uint)controller.Units.Count)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3Unit unit = controller.Units[index];
        info->Id = unit.Id;
        info->ParentUnitId = unit.ParentId;
        NativeText.Write(info->Name, NativeText.String128, unit.Name);
        info->ProgramListId = unit.ProgramListId;
        return Vst3Result.Ok;
    }

    private static int ReadProgramListInfo(Vst3EditController controller, int index, ProgramListInfoData* info)
    {
        if (info is null || (uint)index >= (uint)controller.ProgramLists.Count)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3ProgramList list = controller.ProgramLists[index];
        info->Id = list.Id;
        NativeText.Write(info->Name, NativeText.String128, list.Name);
        info->ProgramCount = list.Programs.Count;
        return Vst3Result.Ok;
    }

    private static int ReadProgramName(Vst3EditController controller, int listId, int program, char* name)
    {
        if (name is null || FindList(controller, listId) is not { } list || (uint)program >= (uint)list.Programs.Count)
        {
            return Vst3Result.InvalidArgument;
        }

        NativeText.Write(name, NativeText.String128, list.Programs[program]);
        return Vst3Result.Ok;
    }

    private static int ReadProgramInfo(Vst3EditController controller, int listId, int program, byte* attribute, char* value)
    {
        if (
            value is null
            || NativeText.Read(attribute) is not { } key
            || FindList(controller, listId) is not { } list
            || (uint)program >= (uint)list.Programs.Count
        )
        {
            return Vst3Result.InvalidArgument;
        }

        if (controller.GetProgramInfo(listId, program, key) is not { } text)
        {
            return Vst3Result.False;
        }

        NativeText.Write(value, NativeText.String128, text);
        return Vst3Result.Ok;
    }

    private static int HasPitchNames(Vst3EditController controller, int listId, int program)
    {
        if (FindList(controller, listId) is not { } list || (uint)program >= (uint)list.Programs.Count)
        {
            return Vst3Result.InvalidArgument;
        }

        for (int pitch = 0; pitch < 128; pitch++)
        {
            if (controller.GetProgramPitchName(listId, program, pitch) is not null)
            {
                return Vst3Result.Ok;
            }
        }

        return Vst3Result.False;
    }

    private static int ReadPitchName(Vst3EditController controller, int listId, int program, short pitch, char* name)
    {
        if (
            name is null
            || pitch is < 0 or > 127
            || FindList(controller, listId) is not { } list
            || (uint)program >= (uint)list.Programs.Count
        )
        {
            return Vst3Result.InvalidArgument;
        }

        if (controller.GetProgramPitchName(listId, program, pitch) is not { } text)
        {
            return Vst3Result.False;
        }

        NativeText.Write(name, NativeText.String128, text);
        return Vst3Result.Ok;
    }

    private static int ChooseUnit(Vst3EditController controller, int unitId)
    {
        foreach (Vst3Unit unit in controller.Units)
        {
            if (unit.Id == unitId)
            {
                controller.SelectedUnit = unitId;
                return Vst3Result.Ok;
            }
        }

        return Vst3Result.InvalidArgument;
    }

    private static int FindUnit(Vst3EditController controller, int media, int direction, int bus, int channel, int* unitId)
    {
        if (unitId is null || media is < 0 or > 1 || direction is < 0 or > 1 || bus < 0)
        {
            return Vst3Result.InvalidArgument;
        }

        int unit = controller.GetUnitByBus((Vst3MediaType)media, (Vst3BusDirection)direction, bus, channel);
        if (unit < 0)
        {
            return Vst3Result.False;
        }

        *unitId = unit;
        return Vst3Result.Ok;
    }

    private static Vst3NoteExpression? FindExpression(Vst3EditController controller, uint typeId)
    {
        foreach (Vst3NoteExpression expression in controller.NoteExpressions)
        {
            if (expression.TypeId == typeId)
            {
                return expression;
            }
        }

        return null;
    }

    private static int ReadExpressionInfo(Vst3EditController controller, int index, NoteExpressionTypeInfoData* info)
    {
        if (info is null || (uint)index >= (uint)controller.NoteExpressions.Count)
        {
            return Vst3Result.InvalidArgument;
        }

        Vst3NoteExpression expression = controller.NoteExpressions[index];
        info->TypeId = expression.TypeId;
        NativeText.Write(info->Title, NativeText.String128, expression.Title);
        NativeText.Write(info->ShortTitle, NativeText.String128, expression.ShortTitle);
        NativeText.Write(info->Units, NativeText.String128, expression.Units);
        info->UnitId = expression.UnitId;
        info->ValueDescription = new NoteExpressionValueDescriptionData
        {
            DefaultValue = expression.DefaultValue,
            Minimum = 0,
            Maximum = 1,
            StepCount = expression.StepCount,
        };
        info->AssociatedParameterId = expression.AssociatedParameterId;
        info->Flags = (int)expression.Flags;
        return Vst3Result.Ok;
    }

    private static int WriteExpressionText(Vst3EditController controller, uint typeId, double value, char* text)
    {
        if (text is null || double.IsNaN(value) || FindExpression(controller, typeId) is not { } expression)
        {
            return Vst3Result.InvalidArgument;
        }

        NativeText.Write(text, NativeText.String128, controller.NoteExpressionToText(expression, Math.Clamp(value, 0, 1)));
        return Vst3Result.Ok;
    }

    private static int ParseExpressionText(Vst3EditController controller, uint typeId, char* text, double* value)
    {
        if (text is null || value is null || FindExpression(controller, typeId) is not { } expression)
        {
            return Vst3Result.InvalidArgument;
        }

        if (!controller.TryParseNoteExpression(expression, NativeText.ReadTerminated(text, TextLimit) ?? "", out double number))
        {
            return Vst3Result.False;
        }

        *value = number;
        return Vst3Result.Ok;
    }

    private int TakeHandler(Vst3EditController controller, void* handler)
    {
        // Without initialise there is no terminate that would let go of it.
        if (!_initialized && handler is not null)
        {
            return Vst3Result.NotInitialized;
        }

        controller.SetHandler(handler);
        return Vst3Result.Ok;
    }

    [UnmanagedCallersOnly]
    private static int SetComponentState(void* self, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Controller: { } controller }
                ? Vst3Result.NotInitialized
                : WithStream(stream, controller.LoadComponentState);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetControllerState(void* self, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Controller: { } controller }
                ? Vst3Result.NotInitialized
                : WithStream(stream, controller.LoadState);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetControllerState(void* self, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Controller: { } controller }
                ? Vst3Result.NotInitialized
                : WithStream(stream, controller.SaveState);
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetParameterCount(void* self)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? controller.Parameters.Count : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int GetParameterInfo(void* self, int index, ParameterInfoData* info)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? ReadParameterInfo(controller, index, info)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetParamStringByValue(void* self, uint id, double value, char* text)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? WriteText(controller, id, value, text)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetParamValueByString(void* self, uint id, char* text, double* value)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? ParseText(controller, id, text, value)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static double NormalizedParamToPlain(void* self, uint id, double value)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? controller.FindParameter(id)?.ToPlain(value) ?? value : value;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return value;
        }
    }

    [UnmanagedCallersOnly]
    private static double PlainParamToNormalized(void* self, uint id, double value)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? controller.FindParameter(id)?.ToNormalized(value) ?? value
                : value;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return value;
        }
    }

    [UnmanagedCallersOnly]
    private static double GetParamNormalized(void* self, uint id)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? controller.FindParameter(id)?.Normalized ?? 0 : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int SetParamNormalized(void* self, uint id, double value)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? SetValue(controller, id, value) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetComponentHandler(void* self, void* handler)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } glue
                ? glue.TakeHandler(controller, handler)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static void* CreateView(void* self, byte* name)
    {
        try
        {
            return Get<PluginGlue>(self) is { _initialized: true, Controller: { } controller } ? MakeView(controller, name) : null;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static int SetKnobMode(void* self, int mode)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? SwitchKnobs(controller, mode) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OpenHelp(void* self, byte onlyCheck)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? Vst3Result.From(controller.OpenHelp(onlyCheck != 0))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OpenAboutBox(void* self, byte onlyCheck)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? Vst3Result.From(controller.OpenAboutBox(onlyCheck != 0))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetMidiControllerAssignment(void* self, int bus, short channel, short number, uint* id)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? AssignMidi(controller, bus, channel, number, id)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int OnLiveMidiControllerInput(void* self, int bus, short channel, short number)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? Vst3Result.From(controller.OnLiveMidi(bus, channel, number))
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetUnitCount(void* self)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? controller.Units.Count : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int GetUnitInfo(void* self, int index, UnitInfoData* info)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? ReadUnitInfo(controller, index, info)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetProgramListCount(void* self)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? controller.ProgramLists.Count : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int GetProgramListInfo(void* self, int index, ProgramListInfoData* info)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? ReadProgramListInfo(controller, index, info)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetProgramName(void* self, int listId, int program, char* name)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? ReadProgramName(controller, listId, program, name)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetProgramInfo(void* self, int listId, int program, byte* attribute, char* value)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? ReadProgramInfo(controller, listId, program, attribute, value)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int HasProgramPitchNames(void* self, int listId, int program)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? HasPitchNames(controller, listId, program)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetProgramPitchName(void* self, int listId, int program, short pitch, char* name)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? ReadPitchName(controller, listId, program, pitch, name)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetSelectedUnit(void* self)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? controller.SelectedUnit : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int SelectUnit(void* self, int unitId)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller } ? ChooseUnit(controller, unitId) : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetUnitByBus(void* self, int media, int direction, int bus, int channel, int* unitId)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? FindUnit(controller, media, direction, bus, channel, unitId)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetUnitProgramData(void* self, int listOrUnitId, int program, void* stream)
    {
        try
        {
            return Get<PluginGlue>(self) is not { _initialized: true, Controller: { } controller }
                ? Vst3Result.NotInitialized
                : WithStream(stream, source => controller.LoadUnitProgram(listOrUnitId, program, source));
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetNoteExpressionCount(void* self, int bus, short channel)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? bus < 0 || channel < 0
                    ? 0
                    : controller.NoteExpressions.Count
                : 0;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static int GetNoteExpressionInfo(void* self, int bus, short channel, int index, NoteExpressionTypeInfoData* info)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? bus < 0 || channel < 0
                    ? Vst3Result.InvalidArgument
                    : ReadExpressionInfo(controller, index, info)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetNoteExpressionStringByValue(void* self, int bus, short channel, uint typeId, double value, char* text)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? bus < 0 || channel < 0
                    ? Vst3Result.InvalidArgument
                    : WriteExpressionText(controller, typeId, value, text)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetNoteExpressionValueByString(void* self, int bus, short channel, uint typeId, char* text, double* value)
    {
        try
        {
            return Get<PluginGlue>(self) is { Controller: { } controller }
                ? bus < 0 || channel < 0
                    ? Vst3Result.InvalidArgument
                    : ParseExpressionText(controller, typeId, text, value)
                : Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
