using System.Runtime.InteropServices;

namespace VQWave.Plugin.Interop;

/// <summary>Where this library lies: the program's folder is the host's.</summary>
internal static unsafe partial class BundleLocation
{
    private const uint FromAddress = 4;
    private const uint KeepCount = 2;

    /// <summary>The bundle's Contents/Resources; null where it cannot be told.</summary>
    public static string? Resources()
    {
        // Contents/x86_64-linux/VQWave.so
        var contents = Path.GetDirectoryName(Path.GetDirectoryName(OwnPath()));
        return contents is null ? null : Path.Combine(contents, "Resources");
    }

    /// <summary>This library's file; null where it cannot be told.</summary>
    public static string? OwnPath()
    {
        var address = (nint)(delegate* unmanaged<nint>)&Exports.GetPluginFactory;
        if (OperatingSystem.IsWindows())
        {
            const int Capacity = 32_768;
            var path = new char[Capacity];
            fixed (char* start = path)
            {
                nint module;
                var length =
                    GetModuleHandleEx(FromAddress | KeepCount, address, &module) != 0 ? GetModuleFileName(module, start, Capacity) : 0;
                return length is > 0 and < Capacity ? new string(path, 0, (int)length) : null;
            }
        }

        DlInfo info;
        return Dladdr(address, &info) != 0 && Marshal.PtrToStringUTF8(info.FileName) is { } name ? Path.GetFullPath(name) : null;
    }

    [LibraryImport("libdl.so.2", EntryPoint = "dladdr")]
    private static partial int Dladdr(nint address, DlInfo* info);

    [LibraryImport("kernel32", EntryPoint = "GetModuleHandleExW")]
    private static partial int GetModuleHandleEx(uint flags, nint address, nint* module);

    [LibraryImport("kernel32", EntryPoint = "GetModuleFileNameW")]
    private static partial uint GetModuleFileName(nint module, char* path, uint capacity);

    [StructLayout(LayoutKind.Sequential)]
    private struct DlInfo
    {
        public nint FileName;
        public nint FileBase;
        public nint SymbolName;
        public nint SymbolAddress;
    }
}
