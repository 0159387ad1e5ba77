namespace VQWave.Devices;

/// <summary>Opens a device in the way that serves it best.</summary>
public static class AudioOutput
{
    /// <summary>
    /// Opens a device: JACK's own as a <see cref="JackClient"/>, which survives the server's end when <see cref="AudioSupervisor"/>
    /// looks after it; all others as a <see cref="PortAudioStream"/>.
    /// </summary>
    /// <param name="renderer">What to play.</param>
    /// <param name="options">The device and the format; null for the default device at its usual rate.</param>
    /// <param name="jack">Names, ports and queues for when the device is JACK's; null for the usual.</param>
    /// <returns>The stream, which is not started.</returns>
    /// <exception cref="AudioDeviceException">
    /// No device or several fit, the device refuses the format, or a library is not installed.
    /// </exception>
    public static IAudioStream Open(IAudioRenderer renderer, PortAudioStreamOptions? options = null, JackClientOptions? jack = null)
    {
        ArgumentNullException.ThrowIfNull(renderer);
        options ??= new PortAudioStreamOptions();
        PortAudioDevice device = PortAudioDevice.Choose(PortAudioDevice.List(), options.HostApi, options.Device);
        if (!device.HostApi.Contains("JACK", StringComparison.OrdinalIgnoreCase))
        {
            return new PortAudioStream(renderer, options);
        }

        jack ??= new JackClientOptions { Outputs = options.Channels };
        // PortAudio's JACK devices are the other clients; 'system' is the hardware.
        bool isHardware = device.Name.Equals("system", StringComparison.Ordinal);
        JackClient client = new(renderer, isHardware ? jack : jack with { Destination = device.Name });
        if (options.SampleRate is int wanted && wanted != client.SampleRate)
        {
            client.Dispose();
            throw new AudioDeviceException(
                $"The JACK server runs at {client.SampleRate} Hz, not at {wanted} Hz: restart it, or take its rate."
            );
        }

        return client;
    }
}
