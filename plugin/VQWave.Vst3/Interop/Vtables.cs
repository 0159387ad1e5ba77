namespace VQWave.Vst3.Interop;

// One struct an interface, one typed function pointer a slot, in the order of the binary interface. A plug-in fills them with
// its own functions and a host calls through them, so that the compiler checks both sides against the same signature. An
// "unmanaged" function pointer without a convention is the platform's default, which is what VST3 uses everywhere.

internal unsafe struct FUnknownVtbl
{
    public delegate* unmanaged<void*, byte*, void**, int> QueryInterface;
    public delegate* unmanaged<void*, uint> AddRef;
    public delegate* unmanaged<void*, uint> Release;
}

internal unsafe struct IPluginBaseVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, void*, int> Initialize;
    public delegate* unmanaged<void*, int> Terminate;
}

internal unsafe struct IPluginFactory3Vtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, PFactoryInfo*, int> GetFactoryInfo;
    public delegate* unmanaged<void*, int> CountClasses;
    public delegate* unmanaged<void*, int, PClassInfo*, int> GetClassInfo;
    public delegate* unmanaged<void*, byte*, byte*, void**, int> CreateInstance;
    public delegate* unmanaged<void*, int, PClassInfo2*, int> GetClassInfo2;
    public delegate* unmanaged<void*, int, PClassInfoW*, int> GetClassInfoUnicode;
    public delegate* unmanaged<void*, void*, int> SetHostContext;
}

internal unsafe struct IBStreamVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, void*, int, int*, int> Read;
    public delegate* unmanaged<void*, void*, int, int*, int> Write;
    public delegate* unmanaged<void*, long, int, long*, int> Seek;
    public delegate* unmanaged<void*, long*, int> Tell;
}

internal unsafe struct ISizeableStreamVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, long*, int> GetStreamSize;
    public delegate* unmanaged<void*, long, int> SetStreamSize;
}

internal unsafe struct IComponentVtbl
{
    public IPluginBaseVtbl Base;
    public delegate* unmanaged<void*, byte*, int> GetControllerClassId;
    public delegate* unmanaged<void*, int, int> SetIoMode;
    public delegate* unmanaged<void*, int, int, int> GetBusCount;
    public delegate* unmanaged<void*, int, int, int, BusInfoData*, int> GetBusInfo;
    public delegate* unmanaged<void*, RoutingInfoData*, RoutingInfoData*, int> GetRoutingInfo;
    public delegate* unmanaged<void*, int, int, int, byte, int> ActivateBus;
    public delegate* unmanaged<void*, byte, int> SetActive;
    public delegate* unmanaged<void*, void*, int> SetState;
    public delegate* unmanaged<void*, void*, int> GetState;
}

internal unsafe struct IAudioProcessorVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, ulong*, int, ulong*, int, int> SetBusArrangements;
    public delegate* unmanaged<void*, int, int, ulong*, int> GetBusArrangement;
    public delegate* unmanaged<void*, int, int> CanProcessSampleSize;
    public delegate* unmanaged<void*, uint> GetLatencySamples;
    public delegate* unmanaged<void*, Vst3ProcessSetup*, int> SetupProcessing;
    public delegate* unmanaged<void*, byte, int> SetProcessing;
    public delegate* unmanaged<void*, ProcessDataNative*, int> Process;
    public delegate* unmanaged<void*, uint> GetTailSamples;
}

internal unsafe struct IAudioPresentationLatencyVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, int, uint, int> SetAudioPresentationLatencySamples;
}

internal unsafe struct IProcessContextRequirementsVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, uint> GetProcessContextRequirements;
}

internal unsafe struct IParamValueQueueVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, uint> GetParameterId;
    public delegate* unmanaged<void*, int> GetPointCount;
    public delegate* unmanaged<void*, int, int*, double*, int> GetPoint;
    public delegate* unmanaged<void*, int, double, int*, int> AddPoint;
}

internal unsafe struct IParameterChangesVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int> GetParameterCount;
    public delegate* unmanaged<void*, int, void*> GetParameterData;
    public delegate* unmanaged<void*, uint*, int*, void*> AddParameterData;
}

internal unsafe struct IEventListVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int> GetEventCount;
    public delegate* unmanaged<void*, int, Vst3Event*, int> GetEvent;
    public delegate* unmanaged<void*, Vst3Event*, int> AddEvent;
}

internal unsafe struct IEditControllerVtbl
{
    public IPluginBaseVtbl Base;
    public delegate* unmanaged<void*, void*, int> SetComponentState;
    public delegate* unmanaged<void*, void*, int> SetState;
    public delegate* unmanaged<void*, void*, int> GetState;
    public delegate* unmanaged<void*, int> GetParameterCount;
    public delegate* unmanaged<void*, int, ParameterInfoData*, int> GetParameterInfo;
    public delegate* unmanaged<void*, uint, double, char*, int> GetParamStringByValue;
    public delegate* unmanaged<void*, uint, char*, double*, int> GetParamValueByString;
    public delegate* unmanaged<void*, uint, double, double> NormalizedParamToPlain;
    public delegate* unmanaged<void*, uint, double, double> PlainParamToNormalized;
    public delegate* unmanaged<void*, uint, double> GetParamNormalized;
    public delegate* unmanaged<void*, uint, double, int> SetParamNormalized;
    public delegate* unmanaged<void*, void*, int> SetComponentHandler;
    public delegate* unmanaged<void*, byte*, void*> CreateView;
}

internal unsafe struct IEditController2Vtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, int> SetKnobMode;
    public delegate* unmanaged<void*, byte, int> OpenHelp;
    public delegate* unmanaged<void*, byte, int> OpenAboutBox;
}

internal unsafe struct IComponentHandlerVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, uint, int> BeginEdit;
    public delegate* unmanaged<void*, uint, double, int> PerformEdit;
    public delegate* unmanaged<void*, uint, int> EndEdit;
    public delegate* unmanaged<void*, int, int> RestartComponent;
}

internal unsafe struct IComponentHandler2Vtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, byte, int> SetDirty;
    public delegate* unmanaged<void*, byte*, int> RequestOpenEditor;
    public delegate* unmanaged<void*, int> StartGroupEdit;
    public delegate* unmanaged<void*, int> FinishGroupEdit;
}

internal unsafe struct IProgressVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, char*, ulong*, int> Start;
    public delegate* unmanaged<void*, ulong, double, int> Update;
    public delegate* unmanaged<void*, ulong, int> Finish;
}

internal unsafe struct IMidiMappingVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, short, short, uint*, int> GetMidiControllerAssignment;
}

internal unsafe struct IMidiLearnVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, short, short, int> OnLiveMidiControllerInput;
}

internal unsafe struct INoteExpressionControllerVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, short, int> GetNoteExpressionCount;
    public delegate* unmanaged<void*, int, short, int, NoteExpressionTypeInfoData*, int> GetNoteExpressionInfo;
    public delegate* unmanaged<void*, int, short, uint, double, char*, int> GetNoteExpressionStringByValue;
    public delegate* unmanaged<void*, int, short, uint, char*, double*, int> GetNoteExpressionValueByString;
}

internal unsafe struct IUnitInfoVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int> GetUnitCount;
    public delegate* unmanaged<void*, int, UnitInfoData*, int> GetUnitInfo;
    public delegate* unmanaged<void*, int> GetProgramListCount;
    public delegate* unmanaged<void*, int, ProgramListInfoData*, int> GetProgramListInfo;
    public delegate* unmanaged<void*, int, int, char*, int> GetProgramName;
    public delegate* unmanaged<void*, int, int, byte*, char*, int> GetProgramInfo;
    public delegate* unmanaged<void*, int, int, int> HasProgramPitchNames;
    public delegate* unmanaged<void*, int, int, short, char*, int> GetProgramPitchName;
    public delegate* unmanaged<void*, int> GetSelectedUnit;
    public delegate* unmanaged<void*, int, int> SelectUnit;
    public delegate* unmanaged<void*, int, int, int, int, int*, int> GetUnitByBus;
    public delegate* unmanaged<void*, int, int, void*, int> SetUnitProgramData;
}

internal unsafe struct IUnitHandlerVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, int> NotifyUnitSelection;
    public delegate* unmanaged<void*, int, int, int> NotifyProgramListChange;
}

internal unsafe struct IProgramListDataVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, int, int> ProgramDataSupported;
    public delegate* unmanaged<void*, int, int, void*, int> GetProgramData;
    public delegate* unmanaged<void*, int, int, void*, int> SetProgramData;
}

internal unsafe struct IConnectionPointVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, void*, int> Connect;
    public delegate* unmanaged<void*, void*, int> Disconnect;
    public delegate* unmanaged<void*, void*, int> Notify;
}

internal unsafe struct IMessageVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, byte*> GetMessageId;
    public delegate* unmanaged<void*, byte*, void> SetMessageId;
    public delegate* unmanaged<void*, void*> GetAttributes;
}

internal unsafe struct IAttributeListVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, byte*, long, int> SetInt;
    public delegate* unmanaged<void*, byte*, long*, int> GetInt;
    public delegate* unmanaged<void*, byte*, double, int> SetFloat;
    public delegate* unmanaged<void*, byte*, double*, int> GetFloat;
    public delegate* unmanaged<void*, byte*, char*, int> SetString;
    public delegate* unmanaged<void*, byte*, char*, uint, int> GetString;
    public delegate* unmanaged<void*, byte*, void*, uint, int> SetBinary;
    public delegate* unmanaged<void*, byte*, void**, uint*, int> GetBinary;
}

internal unsafe struct IHostApplicationVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, char*, int> GetName;
    public delegate* unmanaged<void*, byte*, byte*, void**, int> CreateInstance;
}

internal unsafe struct IPlugInterfaceSupportVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, byte*, int> IsPlugInterfaceSupported;
}

internal unsafe struct IPlugViewVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, byte*, int> IsPlatformTypeSupported;
    public delegate* unmanaged<void*, void*, byte*, int> Attached;
    public delegate* unmanaged<void*, int> Removed;
    public delegate* unmanaged<void*, float, int> OnWheel;
    public delegate* unmanaged<void*, ushort, short, short, int> OnKeyDown;
    public delegate* unmanaged<void*, ushort, short, short, int> OnKeyUp;
    public delegate* unmanaged<void*, Vst3Rect*, int> GetSize;
    public delegate* unmanaged<void*, Vst3Rect*, int> OnSize;
    public delegate* unmanaged<void*, byte, int> OnFocus;
    public delegate* unmanaged<void*, void*, int> SetFrame;
    public delegate* unmanaged<void*, int> CanResize;
    public delegate* unmanaged<void*, Vst3Rect*, int> CheckSizeConstraint;
}

internal unsafe struct IPlugFrameVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, void*, Vst3Rect*, int> ResizeView;
}

internal unsafe struct IPlugViewContentScaleSupportVtbl
{
    public FUnknownVtbl Unknown;
    public delegate* unmanaged<void*, float, int> SetContentScaleFactor;
}
