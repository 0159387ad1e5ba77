using System.Runtime.InteropServices;

namespace VQWave.Vst3.Tests;

/// <summary>What the module exports: the three functions of each system.</summary>
internal static class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "ModuleEntry")]
    public static byte ModuleEntry(nint handle) => Vst3Exports.Enter(handle) ? (byte)1 : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "ModuleExit")]
    public static byte ModuleExit() => Vst3Exports.Exit() ? (byte)1 : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "InitDll")]
    public static byte InitDll() => Vst3Exports.Enter() ? (byte)1 : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "ExitDll")]
    public static byte ExitDll() => Vst3Exports.Exit() ? (byte)1 : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "bundleEntry")]
    public static byte BundleEntry(nint bundle) => Vst3Exports.Enter(bundle) ? (byte)1 : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "bundleExit")]
    public static byte BundleExit() => Vst3Exports.Exit() ? (byte)1 : (byte)0;

    [UnmanagedCallersOnly(EntryPoint = "GetPluginFactory")]
    public static nint GetPluginFactory() => Vst3Exports.GetFactory(static () => new SampleFactory());
}
