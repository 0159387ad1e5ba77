using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

// Structs of the interface that stay inside the library. Alignment is natural on every 64-bit system.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PFactoryInfo
{
    public fixed byte Vendor[64];
    public fixed byte Url[256];
    public fixed byte Email[128];
    public int Flags;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PClassInfo
{
    public fixed byte Cid[16];
    public int Cardinality;
    public fixed byte Category[32];
    public fixed byte Name[64];
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PClassInfo2
{
    public fixed byte Cid[16];
    public int Cardinality;
    public fixed byte Category[32];
    public fixed byte Name[64];
    public uint ClassFlags;
    public fixed byte SubCategories[128];
    public fixed byte Vendor[64];
    public fixed byte Version[64];
    public fixed byte SdkVersion[64];
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PClassInfoW
{
    public fixed byte Cid[16];
    public int Cardinality;
    public fixed byte Category[32];
    public fixed char Name[64];
    public uint ClassFlags;
    public fixed byte SubCategories[128];
    public fixed char Vendor[64];
    public fixed char Version[64];
    public fixed char SdkVersion[64];
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BusInfoData
{
    public int MediaType;
    public int Direction;
    public int ChannelCount;
    public fixed char Name[128];
    public int BusType;
    public uint Flags;
}

[StructLayout(LayoutKind.Sequential)]
internal struct RoutingInfoData
{
    public int MediaType;
    public int BusIndex;
    public int Channel;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ParameterInfoData
{
    public uint Id;
    public fixed char Title[128];
    public fixed char ShortTitle[128];
    public fixed char Units[128];
    public int StepCount;
    public double DefaultNormalizedValue;
    public int UnitId;
    public int Flags;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct UnitInfoData
{
    public int Id;
    public int ParentUnitId;
    public fixed char Name[128];
    public int ProgramListId;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProgramListInfoData
{
    public int Id;
    public fixed char Name[128];
    public int ProgramCount;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NoteExpressionValueDescriptionData
{
    public double DefaultValue;
    public double Minimum;
    public double Maximum;
    public int StepCount;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NoteExpressionTypeInfoData
{
    public uint TypeId;
    public fixed char Title[128];
    public fixed char ShortTitle[128];
    public fixed char Units[128];
    public int UnitId;
    public NoteExpressionValueDescriptionData ValueDescription;
    public uint AssociatedParameterId;
    public int Flags;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct AudioBusBuffers
{
    public int ChannelCount;
    public ulong SilenceFlags;

    /// <summary>float** or double**, by the sample size of the block.</summary>
    public void** Channels;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProcessDataNative
{
    public int ProcessMode;
    public int SymbolicSampleSize;
    public int SampleCount;
    public int InputCount;
    public int OutputCount;
    public AudioBusBuffers* Inputs;
    public AudioBusBuffers* Outputs;
    public void* InputParameterChanges;
    public void* OutputParameterChanges;
    public void* InputEvents;
    public void* OutputEvents;
    public Vst3ProcessContext* Context;
}
