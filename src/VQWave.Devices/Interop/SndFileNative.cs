using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>The part of libsndfile's C interface (sndfile.h) that is used here.</summary>
internal static unsafe partial class SndFileNative
{
    internal const int ModeRead = 0x10;
    internal const int ModeWrite = 0x20;

    internal const int FormatWav = 0x010000;
    internal const int FormatFlac = 0x170000;
    internal const int FormatOgg = 0x200000;
    internal const int FormatTypeMask = 0x0FFF0000;

    internal const int SubtypePcm16 = 0x0002;
    internal const int SubtypePcm24 = 0x0003;
    internal const int SubtypeFloat = 0x0006;
    internal const int SubtypeVorbis = 0x0060;

    internal const int SetVbrEncodingQuality = 0x1300;

    /// <summary>SF_INFO.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Info
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }

    /// <summary>Opens a path in the encoding that the platform's file functions take.</summary>
    internal static SafeSndFile Open(string path, int mode, ref Info info) =>
        OperatingSystem.IsWindows() ? OpenWide(path, mode, ref info) : OpenUtf8(path, mode, ref info);

    /// <summary>The text of a file's last error, or of the last failed opening.</summary>
    internal static string ErrorText(SafeSndFile? file)
    {
        nint text = file is null || file.IsInvalid ? LastOpenError(0) : ErrorOf(file);
        return (Marshal.PtrToStringUTF8(text) ?? "unknown error").Trim().TrimEnd('.');
    }

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeSndFile OpenUtf8(string path, int mode, ref Info info);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_wchar_open", StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeSndFile OpenWide(string path, int mode, ref Info info);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_strerror")]
    private static partial nint ErrorOf(SafeSndFile file);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_strerror")]
    private static partial nint LastOpenError(nint none);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_error")]
    internal static partial int Error(SafeSndFile file);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_close")]
    internal static partial int Close(nint file);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_format_check")]
    internal static partial int FormatCheck(ref Info info);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_command")]
    internal static partial int Command(SafeSndFile file, int command, void* data, int dataSize);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_readf_float")]
    internal static partial long ReadFloat(SafeSndFile file, float* frames, long count);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_writef_float")]
    internal static partial long WriteFloat(SafeSndFile file, float* frames, long count);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_writef_short")]
    internal static partial long WriteShort(SafeSndFile file, short* frames, long count);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_writef_int")]
    internal static partial long WriteInt(SafeSndFile file, int* frames, long count);

    [LibraryImport(NativeLibraries.SndFile, EntryPoint = "sf_write_sync")]
    internal static partial void WriteSync(SafeSndFile file);
}
