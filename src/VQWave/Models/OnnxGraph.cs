using WireReader = VQWave.Models.OnnxFile.WireReader;

namespace VQWave.Models;

/// <summary>
/// Nodes and initialisers of an ONNX file, as far as an engine of our own must know them to execute it. Initialisers that are not stored as
/// raw bytes are left out, as are node attributes that are neither a number nor a list of integers.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>The initialisers by name.</summary>
    public Dictionary<string, OnnxTensor> Initializers { get; } = new(StringComparer.Ordinal);

    /// <summary>The node that computes a value, by the value's name.</summary>
    public Dictionary<string, OnnxNode> Producers { get; } = new(StringComparer.Ordinal);

    /// <summary>The nodes in the order in which they are stored.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>All initialisers by name, each a TensorProto as it is stored.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> StoredInitializers { get; } = new(StringComparer.Ordinal);

    /// <summary>Version of the operators by domain; empty for ONNX's own.</summary>
    public Dictionary<string, long> Operators { get; } = new(StringComparer.Ordinal);

    /// <summary>Version of ONNX's format.</summary>
    public long IrVersion { get; private set; }

    /// <summary>Names of the graph's inputs.</summary>
    public HashSet<string> Inputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a model, whose bytes are kept.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model.</exception>
    public static OnnxGraph Parse(ReadOnlyMemory<byte> bytes)
    {
        var graph = new OnnxGraph();
        var reader = new WireReader(bytes.Span);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    graph.IrVersion = reader.Integer();
                    break;
                case 7:
                    graph.ReadGraph(bytes, reader.Message());
                    break;
                case 8:
                    var (domain, version) = OnnxFile.ReadOperators(reader.Message());
                    graph.Operators[domain] = version;
                    break;
            }
        }

        return graph;
    }

    /// <summary>An initialiser, also one that is widened from float16 first; null where the value is computed.</summary>
    public OnnxTensor? Constant(string name)
    {
        if (Initializers.TryGetValue(name, out var tensor))
        {
            return tensor;
        }

        return
            Producers.TryGetValue(name, out var node)
            && node is { Operation: "Cast", Inputs.Count: 1 }
            && node.Integers.GetValueOrDefault("to") == OnnxTensor.Float32
            ? Initializers.GetValueOrDefault(node.Inputs[0])
            : null;
    }

    private void ReadGraph(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    var node = ReadNode(bytes, reader.Message());
                    Nodes.Add(node);
                    foreach (var output in node.Outputs)
                    {
                        Producers[output] = node;
                    }

                    break;
                case 5:
                    ReadTensor(bytes, reader.Message());
                    break;
                case 11:
                    Inputs.Add(ReadName(reader.Message()));
                    break;
            }
        }
    }

    private static string ReadName(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                return reader.Text();
            }
        }

        return "";
    }

    private static OnnxNode ReadNode(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> message)
    {
        var node = new OnnxNode();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    node.Inputs.Add(reader.Text());
                    break;
                case 2:
                    node.Outputs.Add(reader.Text());
                    break;
                case 4:
                    node.Operation = reader.Text();
                    break;
                case 5:
                    ReadAttribute(node, reader.Message());
                    node.Attributes.Add(Part(bytes, reader.Message()));
                    break;
                case 7:
                    node.Domain = reader.Text();
                    break;
            }
        }

        return node;
    }

    private static void ReadAttribute(OnnxNode node, ReadOnlySpan<byte> message)
    {
        var name = "";
        long? integer = null;
        float? real = null;
        List<long>? list = null;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.Text();
                    break;
                case 2 when reader.Wire == 5:
                    real = BitConverter.UInt32BitsToSingle(reader.Fixed32());
                    break;
                case 3:
                    integer = reader.Integer();
                    break;
                case 8:
                    reader.AppendIntegers(list ??= []);
                    break;
            }
        }

        node.AttributeNames.Add(name);
        if (list is not null)
        {
            node.Lists[name] = [.. list];
        }

        if (integer is { } i)
        {
            node.Integers[name] = i;
        }

        if (real is { } r)
        {
            node.Reals[name] = r;
        }
    }

    private void ReadTensor(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> message)
    {
        var name = "";
        var type = 0;
        var dimensions = new List<long>();
        ReadOnlyMemory<byte>? raw = null;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.AppendIntegers(dimensions);
                    break;
                case 2:
                    type = (int)reader.Integer();
                    break;
                case 8:
                    name = reader.Text();
                    break;
                case 9:
                    raw = Part(bytes, reader.Message());
                    break;
            }
        }

        StoredInitializers[name] = Part(bytes, message);
        if (raw is { } values)
        {
            Initializers[name] = new OnnxTensor(name, type, dimensions, values);
        }
    }

    // The memory of a span of it; of an empty one there is none.
    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> bytes, ReadOnlySpan<byte> part) =>
        bytes.Span.Overlaps(part, out var offset) ? bytes.Slice(offset, part.Length) : default;
}
