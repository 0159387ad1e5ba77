using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace VQWave.Models;

/// <summary>
/// Writes an ONNX model in protobuf's wire format (field numbers of onnx.proto), as far as graphs that are made from a pack's own need it.
/// </summary>
/// <remarks>Nodes are executed in the order in which they are added. Threading: one caller at a time.</remarks>
internal sealed class OnnxWriter
{
    private readonly ArrayBufferWriter<byte> nodes = new();
    private readonly ArrayBufferWriter<byte> initializers = new();
    private readonly ArrayBufferWriter<byte> inputs = new();
    private readonly ArrayBufferWriter<byte> outputs = new();
    private readonly HashSet<string> stored = new(StringComparer.Ordinal);

    /// <summary>Adds an input of the graph.</summary>
    public string Input(string name, int type, params ReadOnlySpan<long> shape)
    {
        Message(inputs, 11, Value(name, type, shape).WrittenSpan);
        return name;
    }

    /// <summary>Adds an output of the graph.</summary>
    public void Output(string name, int type, params ReadOnlySpan<long> shape) =>
        Message(outputs, 12, Value(name, type, shape).WrittenSpan);

    /// <summary>Adds an initialiser, once: a second one of the same name is the first.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">ONNX element type.</param>
    /// <param name="shape">Its sizes; none for a scalar.</param>
    /// <param name="raw">Its values in little-endian order.</param>
    /// <returns>The name.</returns>
    public string Initializer(string name, int type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> raw)
    {
        if (stored.Add(name))
        {
            var tensor = new ArrayBufferWriter<byte>();
            foreach (var size in shape)
            {
                Integer(tensor, 1, size);
            }

            Integer(tensor, 2, type);
            Text(tensor, 8, name);
            Message(tensor, 9, raw);
            Message(initializers, 5, tensor.WrittenSpan);
        }

        return name;
    }

    /// <summary>Adds an initialiser as another file has it, once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="message">The bytes of its TensorProto.</param>
    public void Initializer(string name, ReadOnlySpan<byte> message)
    {
        if (stored.Add(name))
        {
            Message(initializers, 5, message);
        }
    }

    /// <summary>Adds an int64 initialiser: a scalar, or a list where <paramref name="isList"/>.</summary>
    public string Integers(string name, bool isList, params ReadOnlySpan<long> values)
    {
        Span<byte> raw = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(raw[(i * sizeof(long))..], values[i]);
        }

        return Initializer(name, OnnxTensor.Int64, isList ? [values.Length] : [], raw);
    }

    /// <summary>Adds a node.</summary>
    /// <param name="operation">Its operator.</param>
    /// <param name="output">Name of its output, and of the node.</param>
    /// <param name="inputs">Names of its inputs; an empty one is left out.</param>
    /// <param name="attributes">Its integer attributes.</param>
    /// <returns>The output.</returns>
    public string Node(
        string operation,
        string output,
        ReadOnlySpan<string> inputs,
        params ReadOnlySpan<(string Name, long Value)> attributes
    )
    {
        var node = new OnnxNode { Operation = operation };
        node.Inputs.AddRange(inputs);
        node.Outputs.Add(output);
        foreach (var (name, value) in attributes)
        {
            var message = new ArrayBufferWriter<byte>();
            Text(message, 1, name);
            Integer(message, 3, value);
            Integer(message, 20, 2);
            node.Attributes.Add(message.WrittenMemory);
        }

        Node(node);
        return output;
    }

    /// <summary>Adds a node with its attributes as they are stored.</summary>
    public void Node(OnnxNode node)
    {
        var message = new ArrayBufferWriter<byte>();
        foreach (var input in node.Inputs)
        {
            Text(message, 1, input);
        }

        foreach (var output in node.Outputs)
        {
            Text(message, 2, output);
        }

        Text(message, 3, node.Outputs[0]);
        Text(message, 4, node.Operation);
        foreach (var attribute in node.Attributes)
        {
            Message(message, 5, attribute.Span);
        }

        if (node.Domain.Length > 0)
        {
            Text(message, 7, node.Domain);
        }

        Message(nodes, 1, message.WrittenSpan);
    }

    /// <summary>The model's bytes.</summary>
    /// <param name="name">Name of the graph.</param>
    /// <param name="irVersion">Version of ONNX's format.</param>
    /// <param name="operators">Version of the operators by domain.</param>
    public byte[] ToBytes(string name, long irVersion, IEnumerable<KeyValuePair<string, long>> operators)
    {
        var title = new ArrayBufferWriter<byte>();
        Text(title, 2, name);
        ArrayBufferWriter<byte>[] parts = [nodes, title, initializers, inputs, outputs];
        var length = parts.Sum(p => p.WrittenCount);
        var model = new ArrayBufferWriter<byte>(length + 4096);
        Integer(model, 1, irVersion);
        Text(model, 2, "vqwave");
        Varint(model, (7 << 3) | 2);
        Varint(model, (ulong)length);
        foreach (var part in parts)
        {
            model.Write(part.WrittenSpan);
        }

        foreach (var (domain, version) in operators)
        {
            var opset = new ArrayBufferWriter<byte>();
            Text(opset, 1, domain);
            Integer(opset, 2, version);
            Message(model, 8, opset.WrittenSpan);
        }

        return model.WrittenSpan.ToArray();
    }

    private static ArrayBufferWriter<byte> Value(string name, int type, ReadOnlySpan<long> shape)
    {
        var sizes = new ArrayBufferWriter<byte>();
        foreach (var size in shape)
        {
            var dimension = new ArrayBufferWriter<byte>();
            Integer(dimension, 1, size);
            Message(sizes, 1, dimension.WrittenSpan);
        }

        var tensor = new ArrayBufferWriter<byte>();
        Integer(tensor, 1, type);
        Message(tensor, 2, sizes.WrittenSpan);
        var kind = new ArrayBufferWriter<byte>();
        Message(kind, 1, tensor.WrittenSpan);
        var value = new ArrayBufferWriter<byte>();
        Text(value, 1, name);
        Message(value, 2, kind.WrittenSpan);
        return value;
    }

    private static void Text(ArrayBufferWriter<byte> to, int field, string text) => Message(to, field, Encoding.UTF8.GetBytes(text));

    private static void Message(ArrayBufferWriter<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        Varint(to, ((ulong)field << 3) | 2);
        Varint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Integer(ArrayBufferWriter<byte> to, int field, long value)
    {
        Varint(to, (ulong)field << 3);
        Varint(to, (ulong)value);
    }

    private static void Varint(ArrayBufferWriter<byte> to, ulong value)
    {
        var bytes = to.GetSpan(10);
        var count = 0;
        while (value >= 0x80)
        {
            bytes[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[count++] = (byte)value;
        to.Advance(count);
    }
}
