namespace VQWave.Vst3.Interop;

/// <content>The vtables: one of each for the whole process.</content>
internal sealed unsafe partial class PluginGlue
{
    private static readonly IComponentVtbl* s_component = NewComponentTable();
    private static readonly IAudioProcessorVtbl* s_processor = NewProcessorTable();
    private static readonly IAudioPresentationLatencyVtbl* s_presentationLatency = NewPresentationLatencyTable();
    private static readonly IProcessContextRequirementsVtbl* s_contextRequirements = NewContextRequirementsTable();
    private static readonly IConnectionPointVtbl* s_connection = NewConnectionTable();
    private static readonly IEditControllerVtbl* s_controller = NewControllerTable();
    private static readonly IEditController2Vtbl* s_controller2 = NewController2Table();
    private static readonly IMidiMappingVtbl* s_midiMapping = NewMidiMappingTable();
    private static readonly IMidiLearnVtbl* s_midiLearn = NewMidiLearnTable();
    private static readonly IUnitInfoVtbl* s_unitInfo = NewUnitInfoTable();
    private static readonly IProgramListDataVtbl* s_programData = NewProgramDataTable();
    private static readonly INoteExpressionControllerVtbl* s_noteExpression = NewNoteExpressionTable();

    private static IComponentVtbl* NewComponentTable()
    {
        IComponentVtbl* table = NewTable<IComponentVtbl>();
        table->Base.Initialize = &Initialize;
        table->Base.Terminate = &Terminate;
        table->GetControllerClassId = &GetControllerClassId;
        table->SetIoMode = &SetIoMode;
        table->GetBusCount = &GetBusCount;
        table->GetBusInfo = &GetBusInfo;
        table->GetRoutingInfo = &GetRoutingInfo;
        table->ActivateBus = &ActivateBus;
        table->SetActive = &SetActive;
        table->SetState = &SetComponentPartState;
        table->GetState = &GetComponentPartState;
        return table;
    }

    private static IAudioProcessorVtbl* NewProcessorTable()
    {
        IAudioProcessorVtbl* table = NewTable<IAudioProcessorVtbl>();
        table->SetBusArrangements = &SetBusArrangements;
        table->GetBusArrangement = &GetBusArrangement;
        table->CanProcessSampleSize = &CanProcessSampleSize;
        table->GetLatencySamples = &GetLatencySamples;
        table->SetupProcessing = &SetupProcessing;
        table->SetProcessing = &SetProcessing;
        table->Process = &Process;
        table->GetTailSamples = &GetTailSamples;
        return table;
    }

    private static IAudioPresentationLatencyVtbl* NewPresentationLatencyTable()
    {
        IAudioPresentationLatencyVtbl* table = NewTable<IAudioPresentationLatencyVtbl>();
        table->SetAudioPresentationLatencySamples = &SetPresentationLatency;
        return table;
    }

    private static IProcessContextRequirementsVtbl* NewContextRequirementsTable()
    {
        IProcessContextRequirementsVtbl* table = NewTable<IProcessContextRequirementsVtbl>();
        table->GetProcessContextRequirements = &GetContextRequirements;
        return table;
    }

    private static IConnectionPointVtbl* NewConnectionTable()
    {
        IConnectionPointVtbl* table = NewTable<IConnectionPointVtbl>();
        table->Connect = &Connect;
        table->Disconnect = &Disconnect;
        table->Notify = &Notify;
        return table;
    }

    private static IEditControllerVtbl* NewControllerTable()
    {
        IEditControllerVtbl* table = NewTable<IEditControllerVtbl>();
        table->Base.Initialize = &Initialize;
        table->Base.Terminate = &Terminate;
        table->SetComponentState = &SetComponentState;
        table->SetState = &SetControllerState;
        table->GetState = &GetControllerState;
        table->GetParameterCount = &GetParameterCount;
        table->GetParameterInfo = &GetParameterInfo;
        table->GetParamStringByValue = &GetParamStringByValue;
        table->GetParamValueByString = &GetParamValueByString;
        table->NormalizedParamToPlain = &NormalizedParamToPlain;
        table->PlainParamToNormalized = &PlainParamToNormalized;
        table->GetParamNormalized = &GetParamNormalized;
        table->SetParamNormalized = &SetParamNormalized;
        table->SetComponentHandler = &SetComponentHandler;
        table->CreateView = &CreateView;
        return table;
    }

    private static IEditController2Vtbl* NewController2Table()
    {
        IEditController2Vtbl* table = NewTable<IEditController2Vtbl>();
        table->SetKnobMode = &SetKnobMode;
        table->OpenHelp = &OpenHelp;
        table->OpenAboutBox = &OpenAboutBox;
        return table;
    }

    private static IMidiMappingVtbl* NewMidiMappingTable()
    {
        IMidiMappingVtbl* table = NewTable<IMidiMappingVtbl>();
        table->GetMidiControllerAssignment = &GetMidiControllerAssignment;
        return table;
    }

    private static IMidiLearnVtbl* NewMidiLearnTable()
    {
        IMidiLearnVtbl* table = NewTable<IMidiLearnVtbl>();
        table->OnLiveMidiControllerInput = &OnLiveMidiControllerInput;
        return table;
    }

    private static IUnitInfoVtbl* NewUnitInfoTable()
    {
        IUnitInfoVtbl* table = NewTable<IUnitInfoVtbl>();
        table->GetUnitCount = &GetUnitCount;
        table->GetUnitInfo = &GetUnitInfo;
        table->GetProgramListCount = &GetProgramListCount;
        table->GetProgramListInfo = &GetProgramListInfo;
        table->GetProgramName = &GetProgramName;
        table->GetProgramInfo = &GetProgramInfo;
        table->HasProgramPitchNames = &HasProgramPitchNames;
        table->GetProgramPitchName = &GetProgramPitchName;
        table->GetSelectedUnit = &GetSelectedUnit;
        table->SelectUnit = &SelectUnit;
        table->GetUnitByBus = &GetUnitByBus;
        table->SetUnitProgramData = &SetUnitProgramData;
        return table;
    }

    private static IProgramListDataVtbl* NewProgramDataTable()
    {
        IProgramListDataVtbl* table = NewTable<IProgramListDataVtbl>();
        table->ProgramDataSupported = &ProgramDataSupported;
        table->GetProgramData = &GetProgramData;
        table->SetProgramData = &SetProgramData;
        return table;
    }

    private static INoteExpressionControllerVtbl* NewNoteExpressionTable()
    {
        INoteExpressionControllerVtbl* table = NewTable<INoteExpressionControllerVtbl>();
        table->GetNoteExpressionCount = &GetNoteExpressionCount;
        table->GetNoteExpressionInfo = &GetNoteExpressionInfo;
        table->GetNoteExpressionStringByValue = &GetNoteExpressionStringByValue;
        table->GetNoteExpressionValueByString = &GetNoteExpressionValueByString;
        return table;
    }
}
