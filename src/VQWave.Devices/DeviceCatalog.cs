using System.Text;
using System.Text.Json;
using VQWave.Devices.Interop;

namespace VQWave.Devices;

/// <summary>Everything that sound and MIDI can go through on this machine, and what is missing; what <c>vqwave devices</c> prints.</summary>
/// <param name="AudioDevices">Output devices, the default one first.</param>
/// <param name="MidiInputs">Ports that send MIDI, by interface.</param>
/// <param name="JackServer">The rate and block of the JACK server that runs, or null.</param>
/// <param name="MissingLibraries">What is not installed.</param>
/// <param name="Notes">One sentence for each thing that is installed and cannot be used at present.</param>
public sealed record DeviceCatalog(
    IReadOnlyList<PortAudioDevice> AudioDevices,
    IReadOnlyList<MidiPort> MidiInputs,
    JackFormat? JackServer,
    IReadOnlyList<MissingLibrary> MissingLibraries,
    IReadOnlyList<string> Notes
)
{
    /// <summary>Looks at the machine. Nothing that is missing is an error.</summary>
    /// <returns>What is there now.</returns>
    public static DeviceCatalog Read()
    {
        List<MissingLibrary> missing = [];
        List<string> notes = [];
        IReadOnlyList<PortAudioDevice> audio = [];
        if (IsThere(missing, NativeLibraries.PortAudio, "PortAudio", "sound output", "libportaudio2", "portaudio"))
        {
            try
            {
                audio = PortAudioDevice.List();
                if (audio.Count == 0)
                {
                    notes.Add("There is no sound device.");
                }
            }
            catch (AudioDeviceException e)
            {
                notes.Add(e.Message);
            }
        }

        JackFormat? server = null;
        if (IsThere(missing, NativeLibraries.Jack, "JACK", "sound and MIDI through a JACK server", "libjack-jackd2-0", "jack"))
        {
            server = ReadServer(notes);
        }

        IReadOnlyList<MidiPort> midi = [];
        if (IsThere(missing, NativeLibraries.RtMidi, "RtMidi", "MIDI controllers", "librtmidi6", "rtmidi"))
        {
            using MidiInput input = new();
            MidiPortList list = input.ListPorts();
            midi = list.Ports;
            // That no server runs was said above.
            notes.AddRange(list.Notes.Where(note => server is not null || !note.Contains("JACK", StringComparison.Ordinal)));
        }

        _ = IsThere(missing, NativeLibraries.SndFile, "libsndfile", "recording", "libsndfile1", "libsndfile");
        return new DeviceCatalog(audio, midi, server, missing, notes);
    }

    /// <summary>The catalogue as JSON, indented.</summary>
    /// <returns>One object with audioDevices, midiInputs, jackServer, missingLibraries and notes.</returns>
    public string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("audioDevices");
            foreach (PortAudioDevice device in AudioDevices)
            {
                json.WriteStartObject();
                json.WriteNumber("index", device.Index);
                json.WriteString("name", device.Name);
                json.WriteString("hostApi", device.HostApi);
                json.WriteNumber("sampleRate", device.SampleRate);
                json.WriteNumber("outputChannels", device.OutputChannels);
                json.WriteNumber("inputChannels", device.InputChannels);
                json.WriteBoolean("isDefault", device.IsDefault);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("midiInputs");
            foreach (MidiPort port in MidiInputs)
            {
                json.WriteStartObject();
                json.WriteString("api", MidiPort.Text(port.Api));
                json.WriteString("name", port.Name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (JackServer is null)
            {
                json.WriteNull("jackServer");
            }
            else
            {
                json.WriteStartObject("jackServer");
                json.WriteNumber("sampleRate", JackServer.SampleRate);
                json.WriteNumber("bufferFrames", JackServer.BufferFrames);
                json.WriteEndObject();
            }

            json.WriteStartArray("missingLibraries");
            foreach (MissingLibrary library in MissingLibraries)
            {
                json.WriteStartObject();
                json.WriteString("name", library.Name);
                json.WriteString("purpose", library.Purpose);
                json.WriteString("remedy", library.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (string note in Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The catalogue for people: one line a device.</summary>
    /// <returns>Lines, the last one ended too.</returns>
    public string ToText()
    {
        StringBuilder text = new();
        text.Append("Sound output\n");
        foreach (PortAudioDevice device in AudioDevices)
        {
            string mark = device.IsDefault ? "*" : " ";
            text.Append($"{mark} {device.Index, 2}  {device.Name}  [{device.HostApi}]  {device.SampleRate} Hz, ");
            text.Append($"{device.OutputChannels} out, {device.InputChannels} in\n");
        }

        if (AudioDevices.Count == 0)
        {
            text.Append("  none\n");
        }

        if (JackServer is not null)
        {
            text.Append($"JACK server\n  {JackServer.SampleRate} Hz, {JackServer.BufferFrames} frames\n");
        }

        text.Append("MIDI input\n");
        foreach (MidiPort port in MidiInputs)
        {
            text.Append($"  {port.Name}  [{MidiPort.Text(port.Api)}]\n");
        }

        if (MidiInputs.Count == 0)
        {
            text.Append("  none\n");
        }

        foreach (MissingLibrary library in MissingLibraries)
        {
            text.Append($"{library.Name} is not installed ({library.Purpose}): {library.Remedy}.\n");
        }

        foreach (string note in Notes)
        {
            text.Append(note).Append('\n');
        }

        return text.ToString();
    }

    private static bool IsThere(List<MissingLibrary> missing, string library, string name, string purpose, string debian, string brew)
    {
        if (NativeLibraries.IsAvailable(library))
        {
            return true;
        }

        missing.Add(new MissingLibrary(name, purpose, NativeLibraries.Remedy(debian, brew)));
        return false;
    }

    private static JackFormat? ReadServer(List<string> notes)
    {
        try
        {
            nint client = JackMonitor.OpenClient("VQWave-list", null);
            JackFormat format = new((int)JackNative.GetSampleRate(client), (int)JackNative.GetBufferSize(client));
            JackMonitor.CloseClient(client);
            return format;
        }
        catch (AudioDeviceException e)
        {
            notes.Add(e.Message);
            return null;
        }
    }
}
