using System.Reflection;
using System.Runtime.InteropServices;

namespace VQWave.Devices.Interop;

/// <summary>Finds the native libraries under the names that each platform gives them.</summary>
internal static class NativeLibraries
{
    /// <summary>libsndfile, as named in the import declarations.</summary>
    internal const string SndFile = "sndfile";

    /// <summary>PortAudio, as named in the import declarations.</summary>
    internal const string PortAudio = "portaudio";

    /// <summary>ALSA, only to silence what it prints.</summary>
    internal const string Alsa = "asound";

    /// <summary>The JACK client library.</summary>
    internal const string Jack = "jack";

    /// <summary>RtMidi with its C interface.</summary>
    internal const string RtMidi = "rtmidi";

    private static readonly Dictionary<string, nint> Handles = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private static bool registered;

    /// <summary>Loads a library once and says whether it is there. Call it before the first import of that library.</summary>
    internal static bool IsAvailable(string library)
    {
        lock (Gate)
        {
            if (!registered)
            {
                NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, static (name, _, _) => Load(name));
                registered = true;
            }
        }

        return Load(library) != 0;
    }

    /// <summary>The command or package that installs a library on this platform.</summary>
    internal static string Remedy(string debianPackage, string homebrewPackage)
    {
        if (OperatingSystem.IsWindows())
        {
            return "put its DLL beside the program";
        }

        return OperatingSystem.IsMacOS()
            ? $"install it with 'brew install {homebrewPackage}'"
            : $"install it with 'apt install {debianPackage}'";
    }

    private static nint Load(string library)
    {
        lock (Gate)
        {
            if (Handles.TryGetValue(library, out nint known))
            {
                return known;
            }

            Assembly assembly = typeof(NativeLibraries).Assembly;
            nint handle = 0;
            foreach (string candidate in Candidates(library))
            {
                if (NativeLibrary.TryLoad(candidate, assembly, searchPath: null, out handle))
                {
                    break;
                }
            }

            // A miss is not remembered: the user may install the library while the program runs.
            if (handle != 0)
            {
                Handles[library] = handle;
            }

            return handle;
        }
    }

    private static string[] Candidates(string library) =>
        library switch
        {
            SndFile when OperatingSystem.IsWindows() => ["sndfile.dll", "libsndfile-1.dll", "libsndfile.dll"],
            SndFile when OperatingSystem.IsMacOS() =>
            [
                "libsndfile.1.dylib",
                "libsndfile.dylib",
                "/opt/homebrew/lib/libsndfile.1.dylib",
                "/usr/local/lib/libsndfile.1.dylib",
            ],
            SndFile => ["libsndfile.so.1", "libsndfile.so"],
            PortAudio when OperatingSystem.IsWindows() => ["portaudio.dll", "portaudio_x64.dll", "libportaudio-2.dll"],
            PortAudio when OperatingSystem.IsMacOS() =>
            [
                "libportaudio.2.dylib",
                "libportaudio.dylib",
                "/opt/homebrew/lib/libportaudio.2.dylib",
                "/usr/local/lib/libportaudio.2.dylib",
            ],
            PortAudio => ["libportaudio.so.2", "libportaudio.so"],
            Alsa => ["libasound.so.2"],
            Jack when OperatingSystem.IsWindows() => ["libjack64.dll", "libjack.dll"],
            Jack when OperatingSystem.IsMacOS() =>
            [
                "libjack.0.dylib",
                "/opt/homebrew/lib/libjack.0.dylib",
                "/usr/local/lib/libjack.0.dylib",
            ],
            Jack => ["libjack.so.0"],
            RtMidi when OperatingSystem.IsWindows() => ["rtmidi.dll", "librtmidi.dll"],
            RtMidi when OperatingSystem.IsMacOS() =>
            [
                "librtmidi.dylib",
                "/opt/homebrew/lib/librtmidi.dylib",
                "/usr/local/lib/librtmidi.dylib",
            ],
            RtMidi => ["librtmidi.so.6", "librtmidi.so.7", "librtmidi.so.5", "librtmidi.so"],
            _ => [library],
        };
}
