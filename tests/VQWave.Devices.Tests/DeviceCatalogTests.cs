using System.Text.Json;

namespace VQWave.Devices.Tests;

[Collection("JACK")]
public sealed class DeviceCatalogTests
{
    [Fact]
    public void Server_and_its_ports_are_listed_in_text_and_json()
    {
        using JackServer server = JackServer.StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        DeviceCatalog catalog = DeviceCatalog.Read();

        Assert.Equal(JackServer.SampleRate, catalog.JackServer?.SampleRate);
        Assert.Equal(JackServer.BufferFrames, catalog.JackServer?.BufferFrames);
        Assert.Equal(
            PortAudio.IsInstalled,
            catalog.AudioDevices.Any(device => device is { Name: "system", InputChannels: 2, OutputChannels: 2 })
        );
        Assert.Equal(MidiInput.IsInstalled, catalog.MidiInputs.Contains(new MidiPort(MidiApi.Jack, "probe:keys")));
        Assert.Equal(PortAudio.IsInstalled, catalog.MissingLibraries.All(library => library.Name != "PortAudio"));

        using JsonDocument json = JsonDocument.Parse(catalog.ToJson());
        JsonElement root = json.RootElement;
        Assert.Equal(48000, root.GetProperty("jackServer").GetProperty("sampleRate").GetInt32());
        Assert.Equal(catalog.AudioDevices.Count, root.GetProperty("audioDevices").GetArrayLength());
        Assert.Equal(
            catalog.MidiInputs.Select(port => port.Name),
            root.GetProperty("midiInputs").EnumerateArray().Select(port => port.GetProperty("name").GetString())
        );
        Assert.Equal(catalog.Notes.Count, root.GetProperty("notes").GetArrayLength());
        foreach (JsonElement device in root.GetProperty("audioDevices").EnumerateArray())
        {
            Assert.NotEqual("", device.GetProperty("hostApi").GetString());
            Assert.True(device.GetProperty("outputChannels").GetInt32() > 0);
        }

        string text = catalog.ToText();
        Assert.Contains("48000 Hz, 256 frames", text, StringComparison.Ordinal);
        Assert.Contains("probe:keys  [JACK]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_told_with_its_remedy()
    {
        DeviceCatalog catalog = new(
            [],
            [],
            null,
            [new MissingLibrary("RtMidi", "MIDI controllers", "install it with 'apt install librtmidi6'")],
            ["There is no sound device."]
        );

        Assert.Equal(
            "Sound output\n  none\nMIDI input\n  none\n"
                + "RtMidi is not installed (MIDI controllers): install it with 'apt install librtmidi6'.\nThere is no sound device.\n",
            catalog.ToText()
        );
        using JsonDocument json = JsonDocument.Parse(catalog.ToJson());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("jackServer").ValueKind);
        Assert.Equal("RtMidi", json.RootElement.GetProperty("missingLibraries")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Machine_without_a_server_is_no_error()
    {
        DeviceCatalog catalog = DeviceCatalog.Read();
        Assert.All(catalog.Notes, note => Assert.EndsWith(".", note, StringComparison.Ordinal));
        Assert.Equal(catalog.Notes.Count, catalog.Notes.Distinct(StringComparer.Ordinal).Count());
    }
}
