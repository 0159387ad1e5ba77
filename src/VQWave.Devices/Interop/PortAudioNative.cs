using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>The part of PortAudio's C interface (portaudio.h, version 19) that is used here.</summary>
internal static unsafe partial class PortAudioNative
{
    internal const int NoError = 0;
    internal const int NoDevice = -1;
    internal const int CallbackContinue = 0;
    internal const int CallbackComplete = 1;
    internal const uint OutputUnderflow = 4;
    internal const uint OutputOverflow = 8;

    private const int Float32Format = 1;

    /// <summary>PaSampleFormat paFloat32, interleaved.</summary>
    internal static readonly CULong Float32 = new(Float32Format);

    /// <summary>PaDeviceInfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct DeviceInfo
    {
        public int StructVersion;
        public nint Name;
        public int HostApi;
        public int MaxInputChannels;
        public int MaxOutputChannels;
        public double DefaultLowInputLatency;
        public double DefaultLowOutputLatency;
        public double DefaultHighInputLatency;
        public double DefaultHighOutputLatency;
        public double DefaultSampleRate;
    }

    /// <summary>PaHostApiInfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct HostApiInfo
    {
        public int StructVersion;
        public int Type;
        public nint Name;
        public int DeviceCount;
        public int DefaultInputDevice;
        public int DefaultOutputDevice;
    }

    /// <summary>PaStreamParameters.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct StreamParameters
    {
        public int Device;
        public int ChannelCount;
        public CULong SampleFormat;
        public double SuggestedLatency;
        public nint HostApiSpecificStreamInfo;
    }

    /// <summary>PaStreamInfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct StreamInfo
    {
        public int StructVersion;
        public double InputLatency;
        public double OutputLatency;
        public double SampleRate;
    }

    /// <summary>The text of an error code.</summary>
    internal static string ErrorText(int error) => (Marshal.PtrToStringUTF8(GetErrorText(error)) ?? "unknown error").Trim().TrimEnd('.');

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_GetErrorText")]
    private static partial nint GetErrorText(int error);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_Initialize")]
    internal static partial int Initialize();

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_Terminate")]
    internal static partial int Terminate();

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_GetDeviceCount")]
    internal static partial int GetDeviceCount();

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_GetDefaultOutputDevice")]
    internal static partial int GetDefaultOutputDevice();

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_GetDeviceInfo")]
    internal static partial DeviceInfo* GetDeviceInfo(int device);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_GetHostApiInfo")]
    internal static partial HostApiInfo* GetHostApiInfo(int hostApi);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_OpenStream")]
    internal static partial int OpenStream(
        nint* stream,
        StreamParameters* input,
        StreamParameters* output,
        double sampleRate,
        CULong framesPerBuffer,
        CULong flags,
        delegate* unmanaged[Cdecl]<void*, void*, CULong, void*, CULong, void*, int> callback,
        void* userData
    );

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_GetStreamInfo")]
    internal static partial StreamInfo* GetStreamInfo(nint stream);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_AbortStream")]
    internal static partial int AbortStream(nint stream);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_IsFormatSupported")]
    internal static partial int IsFormatSupported(StreamParameters* input, StreamParameters* output, double sampleRate);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_StartStream")]
    internal static partial int StartStream(nint stream);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_StopStream")]
    internal static partial int StopStream(nint stream);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_IsStreamActive")]
    internal static partial int IsStreamActive(nint stream);

    [LibraryImport(NativeLibraries.PortAudio, EntryPoint = "Pa_CloseStream")]
    internal static partial int CloseStream(nint stream);
}
