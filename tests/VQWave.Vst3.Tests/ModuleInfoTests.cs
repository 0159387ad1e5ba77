using System.Text.Json;

namespace VQWave.Vst3.Tests;

[Collection("native objects")]
public sealed class ModuleInfoTests
{
    [Fact]
    public void Says_what_the_factory_says_with_the_documented_keys()
    {
        using var loop = new InProcess();
        string text = Vst3ModuleInfo.ToJson("Sample", "1.2.3", loop.Module.Factory, loop.Module.Classes);
        Assert.Equal(text, Vst3ModuleInfo.ToJson("Sample", "1.2.3", new SampleFactory()));
        using var document = JsonDocument.Parse(text);
        JsonElement root = document.RootElement;
        Assert.Equal(["Name", "Version", "Factory Info", "Classes"], root.EnumerateObject().Select(item => item.Name));
        JsonElement factory = root.GetProperty("Factory Info");
        Assert.Equal(["Vendor", "URL", "E-Mail", "Flags"], factory.EnumerateObject().Select(item => item.Name));
        Assert.Equal("sample@example.org", factory.GetProperty("E-Mail").GetString());
        Assert.True(factory.GetProperty("Flags").GetProperty("Unicode").GetBoolean());
        Assert.False(factory.GetProperty("Flags").GetProperty("Classes Discardable").GetBoolean());
        Assert.False(factory.GetProperty("Flags").GetProperty("Component Non Discardable").GetBoolean());
        Assert.Equal(3, root.GetProperty("Classes").GetArrayLength());
        JsonElement synth = root.GetProperty("Classes")[0];
        Assert.Equal(
            ["CID", "Category", "Name", "Vendor", "Version", "SDKVersion", "Sub Categories", "Class Flags", "Cardinality", "Snapshots"],
            synth.EnumerateObject().Select(item => item.Name)
        );
        Assert.Equal("5A3D1C019E0B4F6A8D2C7B1100000001", synth.GetProperty("CID").GetString());
        Assert.Equal(["Instrument", "Synth"], synth.GetProperty("Sub Categories").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(1, synth.GetProperty("Class Flags").GetInt32());
        Assert.Equal(2147483647, synth.GetProperty("Cardinality").GetInt32());
        Assert.Equal("Sample Gain äöü", root.GetProperty("Classes")[2].GetProperty("Name").GetString());
        Assert.Contains("äöü", text, StringComparison.Ordinal);
    }
}
