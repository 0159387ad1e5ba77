using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace VQWave.Vst3;

/// <summary>Writes moduleinfo.json: what a factory says, for hosts that scan without loading.</summary>
public static class Vst3ModuleInfo
{
    /// <summary>The file's text: plain JSON, which is also JSON5.</summary>
    /// <param name="name">Name of the module.</param>
    /// <param name="version">Version of the module.</param>
    /// <param name="factory">About the factory.</param>
    /// <param name="classes">Its classes.</param>
    public static string ToJson(string name, string version, Vst3FactoryInfo factory, IEnumerable<Vst3ClassInfo> classes)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(classes);
        using var memory = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(memory, options))
        {
            json.WriteStartObject();
            json.WriteString("Name", name);
            json.WriteString("Version", version);
            json.WriteStartObject("Factory Info");
            json.WriteString("Vendor", factory.Vendor);
            json.WriteString("URL", factory.Url);
            json.WriteString("E-Mail", factory.Email);
            json.WriteStartObject("Flags");
            json.WriteBoolean("Unicode", factory.Flags.HasFlag(Vst3FactoryFlags.Unicode));
            json.WriteBoolean("Classes Discardable", factory.Flags.HasFlag(Vst3FactoryFlags.ClassesDiscardable));
            json.WriteBoolean("Component Non Discardable", factory.Flags.HasFlag(Vst3FactoryFlags.ComponentNonDiscardable));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("Classes");
            foreach (Vst3ClassInfo info in classes)
            {
                WriteClass(json, info, factory);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length) + "\n";
    }

    /// <summary>The file's text for a factory of one's own.</summary>
    public static string ToJson(string name, string version, Vst3Factory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return ToJson(name, version, factory.Info, factory.Classes.Select(item => item.Info));
    }

    private static void WriteClass(Utf8JsonWriter json, Vst3ClassInfo info, Vst3FactoryInfo factory)
    {
        json.WriteStartObject();
        json.WriteString("CID", info.Id.ToString());
        json.WriteString("Category", info.Category);
        json.WriteString("Name", info.Name);
        json.WriteString("Vendor", info.Vendor.Length > 0 ? info.Vendor : factory.Vendor);
        json.WriteString("Version", info.Version);
        json.WriteString("SDKVersion", info.SdkVersion);
        if (info.SubCategories.Length > 0)
        {
            json.WriteStartArray("Sub Categories");
            foreach (string category in info.SubCategories.Split('|', StringSplitOptions.RemoveEmptyEntries))
            {
                json.WriteStringValue(category);
            }

            json.WriteEndArray();
        }

        json.WriteNumber("Class Flags", (uint)info.Flags);
        json.WriteNumber("Cardinality", info.Cardinality);
        json.WriteStartArray("Snapshots");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
