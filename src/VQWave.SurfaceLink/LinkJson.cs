using System.Text.Json;

namespace VQWave.SurfaceLink;

/// <summary>Events as JSON objects, as both sides write them.</summary>
public static class LinkJson
{
    /// <summary>One object.</summary>
    /// <param name="write">Writes what is in it.</param>
    /// <returns>Its text in UTF-8.</returns>
    public static byte[] Object(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
