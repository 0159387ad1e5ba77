using System.Text.Json.Nodes;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

public sealed class DevicesCommandTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Devices_are_listed_for_people_and_programs()
    {
        var text = player.Run(folder.Path, "devices").AssertSuccess().Output;
        Assert.Contains("Sound output\n", text);
        Assert.Contains("MIDI input\n", text);
        var json = JsonNode.Parse(player.Run(folder.Path, "devices", "--json").AssertSuccess().Output)!.AsObject();
        Assert.Equal(
            ["audioDevices", "jackServer", "midiInputs", "missingLibraries", "notes"],
            json.Select(p => p.Key).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Help_says_what_play_takes_from_it()
    {
        var help = player.Run(folder.Path, "devices", "--help").AssertSuccess().Output;
        Assert.All(["--audio", "--host", "--jack", "--midi-in", "--json", "Example"], part => Assert.Contains(part, help));
    }
}
