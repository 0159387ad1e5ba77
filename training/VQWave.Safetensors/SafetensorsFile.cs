using System.Buffers.Binary;
using System.Text.Json;

namespace VQWave.Safetensors;

/// <summary>
/// Reads and writes the safetensors format: eight bytes of header length (little-endian), a JSON header that gives each
/// tensor's type, sizes and byte range, then the tensors' bytes without gaps (https://github.com/huggingface/safetensors).
/// </summary>
public static class SafetensorsFile
{
    // The limit of the format's reference reader.
    private const long MaximumHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";

    // Tensors start on such a boundary of the file, so that it can be mapped into memory.
    private const int Alignment = 8;

    /// <summary>Reads all tensors of a file by name.</summary>
    /// <exception cref="SafetensorsException">The file cannot be read, or is damaged.</exception>
    public static IReadOnlyDictionary<string, SafetensorsTensor> Read(string path) => ReadAll(path).tensors;

    /// <summary>Reads the texts that a file's writer added, by name; empty where there are none.</summary>
    /// <exception cref="SafetensorsException">The file cannot be read, or is damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        Open(
            path,
            stream =>
            {
                (_, Dictionary<string, string> metadata, _) = ReadHeader(path, stream);
                return metadata;
            }
        );

    /// <summary>Reads the tensors and the added texts of a file.</summary>
    /// <exception cref="SafetensorsException">The file cannot be read, or is damaged.</exception>
    public static (IReadOnlyDictionary<string, SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata) ReadAll(
        string path
    ) => Open(path, stream => Read(path, stream));

    /// <summary>
    /// Writes a file: first beside its place, then, once it is on the disk, over what was there. Whoever reads sees the old
    /// file or the new one.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name, written in this order.</param>
    /// <param name="metadata">Texts to add to the header.</param>
    /// <exception cref="SafetensorsException">A name comes twice or is reserved, or the disk refuses.</exception>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, SafetensorsTensor>> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, SafetensorsTensor>[] entries = [.. tensors];
        byte[] header = Header(path, entries, metadata);
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                Span<byte> length = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
                stream.Write(length);
                stream.Write(header);
                foreach ((_, SafetensorsTensor tensor) in entries)
                {
                    stream.Write(tensor.Data);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        // .NET's word for a file that is larger than its file system, or the user's limit, allows is ArgumentOutOfRangeException.
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            TryDelete(temporary);
            throw new SafetensorsException(
                $"{path} cannot be written ({error.Message}). Check the folder, its rights and the space on the disk.",
                error
            );
        }
    }

    private static T Open<T>(string path, Func<FileStream, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(stream);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SafetensorsException($"{path} cannot be read ({error.Message}).", error);
        }
    }

    private static (IReadOnlyDictionary<string, SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata) Read(
        string path,
        FileStream stream
    )
    {
        (List<Entry> entries, Dictionary<string, string> metadata, long start) = ReadHeader(path, stream);
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        foreach (Entry entry in entries)
        {
            if (entry.End - entry.Begin > Array.MaxLength)
            {
                throw Damaged(path, $"tensor '{entry.Name}' has {entry.End - entry.Begin} bytes, more than this reader takes");
            }

            byte[] data = new byte[entry.End - entry.Begin];
            stream.Position = start + entry.Begin;
            stream.ReadExactly(data);
            tensors.Add(entry.Name, new SafetensorsTensor(entry.DType, entry.Shape, data));
        }

        return (tensors, metadata);
    }

    private static (List<Entry> entries, Dictionary<string, string> metadata, long start) ReadHeader(string path, FileStream stream)
    {
        long fileLength = stream.Length;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
        {
            throw Damaged(path, $"it ends after {fileLength} bytes, within the header's length");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximumHeader)
        {
            throw Damaged(path, $"a header of {length} bytes is beyond the format's limit: this is no safetensors file");
        }

        if ((long)length > fileLength - prefix.Length)
        {
            throw Damaged(path, $"its header has {length} bytes, but only {fileLength - prefix.Length} follow");
        }

        byte[] header = new byte[length];
        stream.ReadExactly(header);
        long start = prefix.Length + (long)length;
        List<Entry> entries = [];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            Parse(path, document.RootElement, entries, metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text in the header is not valid UTF-8.
            throw new SafetensorsException($"{path} is damaged: its header is not valid JSON ({error.Message}).", error);
        }

        CheckRanges(path, entries, fileLength - start);
        return (entries, metadata, start);
    }

    private static void Parse(string path, JsonElement root, List<Entry> entries, Dictionary<string, string> metadata)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Damaged(path, "its header is no JSON object");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw Damaged(path, $"its header names '{property.Name}' twice");
            }

            if (property.Name != MetadataKey)
            {
                entries.Add(ParseEntry(path, property));
                continue;
            }

            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw Damaged(path, $"{MetadataKey} is no JSON object");
            }

            foreach (JsonProperty text in property.Value.EnumerateObject())
            {
                if (text.Value.ValueKind != JsonValueKind.String)
                {
                    throw Damaged(path, $"{MetadataKey} '{text.Name}' is no text");
                }

                metadata[text.Name] = text.Value.GetString()!;
            }
        }
    }

    private static Entry ParseEntry(string path, JsonProperty property)
    {
        string name = property.Name;
        JsonElement value = property.Value;
        if (
            value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out JsonElement type)
            || type.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out JsonElement shape)
            || !value.TryGetProperty("data_offsets", out JsonElement offsets)
            || Integers(shape) is not { } sizes
            || Integers(offsets) is not { Length: 2 } range
        )
        {
            throw Damaged(path, $"tensor '{name}' lacks a valid dtype, shape or data_offsets");
        }

        string dType = type.GetString()!;
        if (SafetensorsTensor.ElementSize(dType) == 0)
        {
            throw Damaged(path, $"tensor '{name}' is of type '{dType}', which this reader does not know");
        }

        long? bytes = SafetensorsTensor.ByteCount(dType, sizes);
        if (bytes is null || range[0] < 0 || range[1] < range[0] || range[1] - range[0] != bytes)
        {
            throw Damaged(
                path,
                $"tensor '{name}' of type {dType} and sizes [{string.Join(',', sizes)}] does not fill bytes {range[0]} to {range[1]}"
            );
        }

        return new Entry(name, dType, sizes, range[0], range[1]);
    }

    // A JSON array of integers, or null for anything else.
    private static long[]? Integers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        long[] values = new long[element.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out values[i++]))
            {
                return null;
            }
        }

        return values;
    }

    // The format demands that the tensors cover the bytes after the header once, without gaps.
    private static void CheckRanges(string path, List<Entry> entries, long available)
    {
        long place = 0;
        foreach (Entry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != place)
            {
                throw Damaged(path, $"tensor '{entry.Name}' starts at byte {entry.Begin}, not at {place}, where the one before it ends");
            }

            place = entry.End;
        }

        if (place > available)
        {
            throw Damaged(path, $"it is cut off: its tensors have {place} bytes, but only {available} are there");
        }

        if (place < available)
        {
            throw Damaged(path, $"{available - place} bytes follow the last tensor");
        }
    }

    private static byte[] Header(
        string path,
        KeyValuePair<string, SafetensorsTensor>[] entries,
        IEnumerable<KeyValuePair<string, string>>? metadata
    )
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            if (metadata is not null)
            {
                writer.WriteStartObject(MetadataKey);
                foreach ((string key, string text) in metadata)
                {
                    writer.WriteString(key, text);
                }

                writer.WriteEndObject();
            }

            long place = 0;
            foreach ((string name, SafetensorsTensor tensor) in entries)
            {
                if (!names.Add(name))
                {
                    throw new SafetensorsException($"{path}: the tensor name '{name}' comes twice or is reserved.");
                }

                writer.WriteStartObject(name);
                writer.WriteString("dtype", tensor.DType);
                writer.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                {
                    writer.WriteNumberValue(size);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(place);
                place += tensor.Data.Length;
                writer.WriteNumberValue(place);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        while (stream.Length % Alignment != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The error that led here is the one to report.
        }
    }

    private static SafetensorsException Damaged(string path, string what) =>
        new($"{path} is damaged or incomplete: {what}. Take another copy, or write it again.");

    private sealed record Entry(string Name, string DType, long[] Shape, long Begin, long End);
}
