using System.Buffers.Binary;
using System.Text;

namespace VQWave.Vst3;

/// <summary>The state of a plug-in: what its component wrote, and what its controller wrote.</summary>
/// <param name="Component">The component's bytes.</param>
/// <param name="Controller">The controller's bytes; empty when it has none.</param>
public sealed record Vst3PluginState(byte[] Component, byte[] Controller)
{
    private const int HeaderBytes = 48;
    private const int EntryBytes = 20;

    /// <summary>Writes a preset file (.vstpreset), which other hosts read.</summary>
    /// <param name="classId">Class of the component.</param>
    public byte[] ToPreset(Vst3Uid classId)
    {
        var file = new byte[HeaderBytes + Component.Length + Controller.Length + 8 + (2 * EntryBytes)];
        Span<byte> bytes = file;
        "VST3"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], 1);
        Encoding.ASCII.GetBytes(classId.ToString(), bytes.Slice(8, 32));
        int list = HeaderBytes + Component.Length + Controller.Length;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], list);
        Component.CopyTo(bytes[HeaderBytes..]);
        Controller.CopyTo(bytes[(HeaderBytes + Component.Length)..]);
        "List"u8.CopyTo(bytes[list..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(list + 4)..], 2);
        WriteEntry(bytes[(list + 8)..], "Comp"u8, HeaderBytes, Component.Length);
        WriteEntry(bytes[(list + 8 + EntryBytes)..], "Cont"u8, HeaderBytes + Component.Length, Controller.Length);
        return file;
    }

    /// <summary>Reads a preset file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="classId">Class of the component that wrote it.</param>
    /// <exception cref="Vst3Exception">It is not a preset, or cut short.</exception>
    public static Vst3PluginState FromPreset(ReadOnlySpan<byte> file, out Vst3Uid classId)
    {
        if (
            file.Length < HeaderBytes
            || !file.StartsWith("VST3"u8)
            || !Vst3Uid.TryParse(Encoding.ASCII.GetString(file.Slice(8, 32)), out classId)
        )
        {
            throw new Vst3Exception("This is not a VST3 preset: it does not start with VST3, a version and a class id.");
        }

        long list = BinaryPrimitives.ReadInt64LittleEndian(file[40..]);
        if (list < HeaderBytes || list > file.Length - 8 || !file[(int)list..].StartsWith("List"u8))
        {
            throw new Vst3Exception("The VST3 preset is damaged: its list of chunks is not where the header says.");
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(file[((int)list + 4)..]);
        if (count is < 0 or > 1024 || file.Length - list - 8 < (long)count * EntryBytes)
        {
            throw new Vst3Exception($"The VST3 preset is damaged: it lists {count} chunks and is too short for them.");
        }

        byte[] component = [];
        byte[] controller = [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = file.Slice((int)list + 8 + (i * EntryBytes), EntryBytes);
            long offset = BinaryPrimitives.ReadInt64LittleEndian(entry[4..]);
            long size = BinaryPrimitives.ReadInt64LittleEndian(entry[12..]);
            if (offset < 0 || size < 0 || offset > file.Length || size > file.Length - offset)
            {
                throw new Vst3Exception($"The VST3 preset is damaged: chunk {i} lies outside the file.");
            }

            if (entry.StartsWith("Comp"u8))
            {
                component = file.Slice((int)offset, (int)size).ToArray();
            }
            else if (entry.StartsWith("Cont"u8))
            {
                controller = file.Slice((int)offset, (int)size).ToArray();
            }
        }

        return new Vst3PluginState(component, controller);
    }

    private static void WriteEntry(Span<byte> entry, ReadOnlySpan<byte> id, long offset, long size)
    {
        id.CopyTo(entry);
        BinaryPrimitives.WriteInt64LittleEndian(entry[4..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(entry[12..], size);
    }
}
