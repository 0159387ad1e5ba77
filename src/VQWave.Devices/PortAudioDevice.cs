namespace VQWave.Devices;

/// <summary>A device that sound can be played on.</summary>
/// <param name="Index">PortAudio's number of it, valid until devices come or go.</param>
/// <param name="Name">Its name, which is what to keep in settings.</param>
/// <param name="HostApi">How it is reached: ALSA, JACK Audio Connection Kit, Windows WASAPI, Core Audio.</param>
/// <param name="OutputChannels">The most channels it plays.</param>
/// <param name="SampleRate">Its usual rate in samples per second.</param>
/// <param name="IsDefault">Whether it plays when none is named.</param>
public sealed record PortAudioDevice(int Index, string Name, string HostApi, int OutputChannels, int SampleRate, bool IsDefault)
{
    /// <summary>The most channels it records, 0 for a device that only plays.</summary>
    public int InputChannels { get; init; }

    /// <summary>Lists the output devices, the default one first.</summary>
    /// <returns>The devices; none on a machine without sound.</returns>
    /// <exception cref="AudioDeviceException">PortAudio is not installed or does not start.</exception>
    public static IReadOnlyList<PortAudioDevice> List() => PortAudio.Devices();

    /// <summary>Finds a device by its number, its name or a part of its name, in this order and without regard to case.</summary>
    /// <param name="text">What the user typed.</param>
    /// <returns>The device.</returns>
    /// <exception cref="AudioDeviceException">
    /// No device or more than one has this in its name, or PortAudio is not installed.
    /// </exception>
    public static PortAudioDevice Find(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return Choose(List(), hostApi: null, text);
    }

    /// <summary>Chooses among devices by parts of the names of host API and device, without regard to case.</summary>
    /// <param name="devices">The devices, the default one first.</param>
    /// <param name="hostApi">A part of the host API's name, or null for any.</param>
    /// <param name="text">The device's number, its name or a part of its name, or null for the default one.</param>
    /// <returns>The device.</returns>
    /// <exception cref="AudioDeviceException">None fits, or more than one.</exception>
    internal static PortAudioDevice Choose(IReadOnlyList<PortAudioDevice> devices, string? hostApi, string? text)
    {
        if (devices.Count == 0)
        {
            throw new AudioDeviceException("There is no output device; write to a file instead.");
        }

        if (hostApi is not null)
        {
            string apis = string.Join(", ", devices.Select(device => device.HostApi).Distinct(StringComparer.Ordinal));
            devices = [.. devices.Where(device => device.HostApi.Contains(hostApi, StringComparison.OrdinalIgnoreCase))];
            if (devices.Count == 0)
            {
                throw new AudioDeviceException($"No output device is reached through '{hostApi}'; there is {apis}.");
            }
        }

        if (text is null)
        {
            return devices[0];
        }

        bool isNumber = int.TryParse(text, out int index);
        PortAudioDevice? exact =
            devices.FirstOrDefault(device => isNumber && device.Index == index)
            ?? devices.FirstOrDefault(device => device.Name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (exact is not null)
        {
            return exact;
        }

        PortAudioDevice[] similar = [.. devices.Where(device => device.Name.Contains(text, StringComparison.OrdinalIgnoreCase))];
        string names = string.Join(", ", (similar.Length > 0 ? similar : devices).Select(device => $"'{device.Name}'"));
        return similar.Length switch
        {
            1 => similar[0],
            0 => throw new AudioDeviceException($"No output device is called '{text}'; there are {names}."),
            _ => throw new AudioDeviceException($"'{text}' means several output devices: {names}."),
        };
    }
}
