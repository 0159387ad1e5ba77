using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>
/// Stops ALSA and JACK from printing to standard error whenever PortAudio asks them for devices that are not there: what
/// matters of it reaches the user as an exception.
/// </summary>
internal static unsafe partial class QuietNative
{
    private static bool done;

    /// <summary>Installs the handlers once; does nothing where a library is absent.</summary>
    internal static void Silence()
    {
        if (done || !OperatingSystem.IsLinux())
        {
            return;
        }

        done = true;
        if (NativeLibraries.IsAvailable(NativeLibraries.Alsa))
        {
            SetAlsaErrorHandler(&IgnoreAlsa);
        }

        SilenceJack();
    }

    /// <summary>Installs JACK's handlers, again each time: PortAudio puts its own in their place while it is open.</summary>
    internal static void SilenceJack()
    {
        if (NativeLibraries.IsAvailable(NativeLibraries.Jack))
        {
            delegate* unmanaged[Cdecl]<byte*, void> ignore = JackHandler();
            SetJackErrorFunction(ignore);
            SetJackInfoFunction(ignore);
        }
    }

    // libjack also speaks on threads that it ends wherever they are, which a managed frame does not survive: where the C library is
    // at hand, a function of it is the handler that does nothing with the message.
    private static delegate* unmanaged[Cdecl]<byte*, void> JackHandler() =>
        !OperatingSystem.IsWindows() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "getpagesize", out nint harmless)
            ? (delegate* unmanaged[Cdecl]<byte*, void>)harmless
            : &IgnoreJack;

    // snd_lib_error_handler_t is variadic: on Linux a callee may leave the arguments after these unread.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IgnoreAlsa(byte* file, int line, byte* function, int error, byte* format) { }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void IgnoreJack(byte* message) { }

    [LibraryImport(NativeLibraries.Alsa, EntryPoint = "snd_lib_error_set_handler")]
    private static partial int SetAlsaErrorHandler(delegate* unmanaged[Cdecl]<byte*, int, byte*, int, byte*, void> handler);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_set_error_function")]
    private static partial void SetJackErrorFunction(delegate* unmanaged[Cdecl]<byte*, void> handler);

    [LibraryImport(NativeLibraries.Jack, EntryPoint = "jack_set_info_function")]
    private static partial void SetJackInfoFunction(delegate* unmanaged[Cdecl]<byte*, void> handler);
}
