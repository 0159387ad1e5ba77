using System.Runtime.InteropServices;
using VQWave.Vst3;

namespace VQWave.Plugin;

/// <summary>
/// What the module exports: the three functions of each system, and one for tests. Where <see cref="FasterBuild"/> is, it answers.
/// </summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "ModuleEntry")]
    public static byte ModuleEntry(nint handle) =>
        FasterBuild.Find("ModuleEntry") is not 0 and var other ? ((delegate* unmanaged<nint, byte>)other)(handle)
        : Vst3Exports.Enter(handle) ? (byte)1
        : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "ModuleExit")]
    public static byte ModuleExit() =>
        FasterBuild.Find("ModuleExit") is not 0 and var other ? ((delegate* unmanaged<byte>)other)()
        : Vst3Exports.Exit() ? (byte)1
        : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "InitDll")]
    public static byte InitDll() =>
        FasterBuild.Find("InitDll") is not 0 and var other ? ((delegate* unmanaged<byte>)other)()
        : Vst3Exports.Enter() ? (byte)1
        : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "ExitDll")]
    public static byte ExitDll() =>
        FasterBuild.Find("ExitDll") is not 0 and var other ? ((delegate* unmanaged<byte>)other)()
        : Vst3Exports.Exit() ? (byte)1
        : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "bundleEntry")]
    public static byte BundleEntry(nint bundle) =>
        FasterBuild.Find("bundleEntry") is not 0 and var other ? ((delegate* unmanaged<nint, byte>)other)(bundle)
        : Vst3Exports.Enter(bundle) ? (byte)1
        : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "bundleExit")]
    public static byte BundleExit() =>
        FasterBuild.Find("bundleExit") is not 0 and var other ? ((delegate* unmanaged<byte>)other)()
        : Vst3Exports.Exit() ? (byte)1
        : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "GetPluginFactory")]
    public static nint GetPluginFactory() =>
        FasterBuild.Find("GetPluginFactory") is not 0 and var other
            ? ((delegate* unmanaged<nint>)other)()
            : Vst3Exports.GetFactory(static () => new PluginFactory());

    /// <summary>A reading of <see cref="Counters"/>, for the tests' host, which has no other view into the module.</summary>
    [UnmanagedCallersOnly(EntryPoint = "VQWaveCounter")]
    public static long Counter(int which) =>
        FasterBuild.Find("VQWaveCounter") is not 0 and var other ? ((delegate* unmanaged<int, long>)other)(which) : Counters.Read(which);
}
