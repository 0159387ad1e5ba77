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

    // Guarded by Gate.
    private static bool isStuck;

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
    internal static List<PortAudioDevice> Devices()
    {
        lock (Gate)
        {
            Open();
            try
            {
                return Enumerate();
            }
            finally
            {
                Close();
            }
        }
    }

    /// <summary>All output devices, the default one first; hold <see cref="Gate"/> with PortAudio open.</summary>
    internal static unsafe List<PortAudioDevice> Enumerate()
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
                {
                    InputChannels = info->MaxInputChannels,
                }
            );
        }

        return [.. devices.OrderByDescending(device => device.IsDefault)];
    }

    /// <summary>Starts PortAudio; hold <see cref="Gate"/>, and balance with <see cref="Close()"/>.</summary>
    internal static void Open()
    {
        if (!IsInstalled)
        {
            throw new AudioDeviceException(
                $"Playing needs PortAudio, which is not installed: {NativeLibraries.Remedy("libportaudio2", "portaudio")}."
            );
        }

        // PortAudio is a JACK client while it is open.
        if (!isStuck && !JackRegistry.TryEnter())
        {
            throw new AudioDeviceException(JackRegistry.Refusal);
        }

        QuietNative.Silence();
        int error = PortAudioNative.Initialize();
        if (error < PortAudioNative.NoError)
        {
            LeaveRegistry();
            Check(error, "PortAudio did not start");
        }
    }

    /// <summary>Ends one use of PortAudio; hold <see cref="Gate"/>.</summary>
    internal static void Close()
    {
        _ = PortAudioNative.Terminate();
        LeaveRegistry();
    }

    /// <summary>
    /// Watches the JACK server for a stream that reaches it through PortAudio, which tells nobody when the server ends; null for other
    /// host APIs.
    /// </summary>
    internal static JackMonitor? Watch(PortAudioDevice device) =>
        device.HostApi.Contains("JACK", StringComparison.OrdinalIgnoreCase) ? new JackMonitor("VQWave-watch") : null;

    /// <summary>Stops and closes a stream and ends this use of PortAudio; hold <see cref="Gate"/>.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="monitor">The server's watch, which is disposed; null for other host APIs.</param>
    /// <param name="isAborting">Whether to drop what is buffered instead of playing it.</param>
    internal static void Close(nint stream, JackMonitor? monitor, bool isAborting)
    {
        if (monitor?.IsDead == true)
        {
            // PortAudio 19 waits ten minutes for an answer of the dead server, and then fails an assertion that ends the process. The
            // stream and PortAudio's client are left as they are: they do nothing any more, but libjack cannot begin anew either.
            isStuck = true;
            JackRegistry.ReportStuck();
            monitor.Dispose();
            return;
        }

        monitor?.Dispose();
        _ = isAborting ? PortAudioNative.AbortStream(stream) : PortAudioNative.StopStream(stream);
        _ = PortAudioNative.CloseStream(stream);
        Close();
    }

    private static void LeaveRegistry()
    {
        if (!isStuck)
        {
            JackRegistry.Leave();
        }
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
