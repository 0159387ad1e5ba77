using System.Runtime.InteropServices;
using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>
/// The PortAudio library, through which sound reaches ALSA, JACK, WASAPI or CoreAudio. Each use looks for devices anew, so that
/// one plugged in, or a JACK server started, meanwhile is found.
/// </summary>
/// <remarks>Any thread; PortAudio itself is entered by one at a time.</remarks>
public static class PortAudio
{
    /// <summary>Guards PortAudio's functions, which are not thread-safe; never held while sound plays.</summary>
    internal static readonly Lock Gate = new();

    /// <summary>Whether the library is installed.</summary>
    public static bool IsInstalled => NativeLibraries.IsAvailable(NativeLibraries.PortAudio);

    /// <summary>Whether sound can be played: the library is installed and there is an output device.</summary>
    public static bool HasOutput
    {
        get
        {
            try
            {
                return IsInstalled && Devices().Count > 0;
            }
            catch (AudioDeviceException)
            {
                return false;
            }
        }
    }

    /// <summary>All output devices, the default one first.</summary>
    internal static unsafe List<PortAudioDevice> Devices()
    {
        lock (Gate)
        {
            Open();
            try
            {
                int standard = PortAudioNative.GetDefaultOutputDevice();
                int count = PortAudioNative.GetDeviceCount();
                List<PortAudioDevice> devices = [];
                for (int index = 0; index < count; index++)
                {
                    PortAudioNative.DeviceInfo* info = PortAudioNative.GetDeviceInfo(index);
                    if (info is null || info->MaxOutputChannels < 1)
                    {
                        continue;
                    }

                    PortAudioNative.HostApiInfo* api = PortAudioNative.GetHostApiInfo(info->HostApi);
                    devices.Add(
                        new PortAudioDevice(
                            index,
                            Text(info->Name),
                            api is null ? "" : Text(api->Name),
                            info->MaxOutputChannels,
                            (int)Math.Round(info->DefaultSampleRate),
                            index == standard
                        )
                    );
                }

                return [.. devices.OrderByDescending(device => device.IsDefault)];
            }
            finally
            {
                _ = PortAudioNative.Terminate();
            }
        }
    }

    /// <summary>Starts PortAudio; hold <see cref="Gate"/>, and balance with Pa_Terminate.</summary>
    internal static void Open()
    {
        if (!IsInstalled)
        {
            throw new AudioDeviceException(
                $"Playing needs PortAudio, which is not installed: {NativeLibraries.Remedy("libportaudio2", "portaudio")}."
            );
        }

        QuietNative.Silence();
        Check(PortAudioNative.Initialize(), "PortAudio did not start");
    }

    /// <summary>Throws what a PortAudio error code means.</summary>
    internal static void Check(int error, string what)
    {
        if (error < PortAudioNative.NoError)
        {
            throw new AudioDeviceException($"{what}: {PortAudioNative.ErrorText(error)}.");
        }
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";
}
