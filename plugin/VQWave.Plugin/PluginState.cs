using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using VQWave.Controls;

namespace VQWave.Plugin;

/// <summary>
/// What a project keeps of the plug-in. In bytes: "VQWVST3" and a zero, version, length and CRC-32 of what follows (32 bits each, little-endian),
/// then JSON in UTF-8: the pack's name and hash, the program, all parameters by their keys, the MIDI map, and the bytes of a state that could not be
/// read, if there was one.
/// </summary>
internal sealed record PluginState
{
    /// <summary>The version that is written, and the newest that is read.</summary>
    public const int Version = 1;

    /// <summary>What is longer is not a state of ours.</summary>
    public const int MaximumBytes = 16 << 20;

    private const int HeaderBytes = 20;

    /// <summary>The pack's name; empty for the default one.</summary>
    public string PackName { get; init; } = "";

    /// <summary>The pack's hash; empty for the default one.</summary>
    public string PackHash { get; init; } = "";

    /// <summary>The program that was chosen last.</summary>
    public int Program { get; init; }

    /// <summary>Plain values by place in the table.</summary>
    public float[] Values { get; init; } = [.. ParameterTable.Default.Parameters.Select(p => p.Default)];

    /// <summary>The MIDI map as JSON; null for the default one.</summary>
    public string? Map { get; init; }

    /// <summary>The bytes of a state that could not be read; null where there was none.</summary>
    public byte[]? Unread { get; init; }

    private static ReadOnlySpan<byte> Magic => "VQWVST3\0"u8;

    /// <summary>Reads a state.</summary>
    /// <param name="bytes">The whole state.</param>
    /// <param name="problem">Why it could not be read: damaged or newer; ready where it could.</param>
    /// <returns>The state; the defaults, with the bytes as <see cref="Unread"/>, where it cannot be read.</returns>
    public static PluginState Read(byte[] bytes, out PluginStatus problem)
    {
        problem = PluginStatus.StateDamaged;
        try
        {
            if (bytes.Length >= HeaderBytes && bytes.AsSpan().StartsWith(Magic))
            {
                if (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) is > Version and < 1 << 16)
                {
                    problem = PluginStatus.StateNewer;
                }
                else if (Payload(bytes) is { Length: > 0 } payload)
                {
                    var state = Parse(payload);
                    problem = PluginStatus.Ready;
                    return state;
                }
            }
        }
        catch (Exception e)
            when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or VQWaveException)
        {
            // Damaged, as was assumed.
        }

        return new PluginState { Unread = bytes };
    }

    /// <summary>The bytes.</summary>
    public byte[] Write()
    {
        using MemoryStream memory = new();
        memory.Write(new byte[HeaderBytes]);
        using (Utf8JsonWriter json = new(memory))
        {
            Write(json);
        }

        var bytes = memory.ToArray();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)(bytes.Length - HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Checksum(bytes.AsSpan(HeaderBytes)));
        return bytes;
    }

    private static ReadOnlyMemory<byte> Payload(byte[] bytes)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        return
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)) == Version
            && length == bytes.Length - HeaderBytes
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(16)) == Checksum(bytes.AsSpan(HeaderBytes))
            ? bytes.AsMemory(HeaderBytes)
            : default;
    }

    private static PluginState Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        var root = document.RootElement;
        PluginState state = new();
        foreach (var value in root.GetProperty("values").EnumerateObject())
        {
            // One that a later version of the same format has added is passed over.
            if (ParameterTable.Default.FindKey(value.Name) is { } parameter)
            {
                state.Values[parameter.Index] = parameter.Clamp(value.Value.GetSingle());
            }
        }

        var map = root.TryGetProperty("midi_map", out var written) ? written.GetRawText() : null;
        if (map is not null)
        {
            _ = MidiMap.FromJson(map);
        }

        var pack = root.GetProperty("pack");
        return state with
        {
            PackName = pack.GetProperty("name").GetString() ?? "",
            PackHash = pack.GetProperty("hash").GetString() ?? "",
            Program = Math.Clamp(root.GetProperty("program").GetInt32(), 0, PresetBank.Factory.Count - 1),
            Map = map,
            Unread = root.TryGetProperty("unread", out var unread) ? unread.GetBytesFromBase64() : null,
        };
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("pack");
        json.WriteString("name", PackName);
        json.WriteString("hash", PackHash);
        json.WriteEndObject();
        json.WriteNumber("program", Program);
        json.WriteStartObject("values");
        foreach (var parameter in ParameterTable.Default.Parameters)
        {
            if (parameter.Kind != ParameterKind.Trigger)
            {
                json.WriteNumber(parameter.Key, Values[parameter.Index]);
            }
        }

        json.WriteEndObject();
        if (Map is not null)
        {
            json.WritePropertyName("midi_map");
            json.WriteRawValue(Encoding.UTF8.GetBytes(Map));
        }

        if (Unread is not null)
        {
            json.WriteBase64String("unread", Unread);
        }

        json.WriteEndObject();
    }

    // CRC-32 of IEEE 802.3, bit by bit: a state is a few kilobytes.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
