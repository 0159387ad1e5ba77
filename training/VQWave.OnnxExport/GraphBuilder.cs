using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using VQWave.Models;
using VQWave.OnnxExport.Onnx;

namespace VQWave.OnnxExport;

/// <summary>
/// Collects nodes and initialisers of one graph. A node's first output carries the node's own name unless it is told another, and
/// every method that adds something returns the name of the value.
/// </summary>
internal sealed class GraphBuilder
{
    private const long IrVersion = 8;
    private const long OpsetVersion = 17;

    private readonly GraphProto graph;
    private readonly ExportOptions options;

    public GraphBuilder(string name, ExportOptions options)
    {
        this.options = options;
        graph = new GraphProto { Name = name };
    }

    /// <summary>Name of the network, for messages.</summary>
    public string Name => graph.Name;

    public string Input(string name, TensorProto.Types.DataType type, params object[] shape)
    {
        graph.Input.Add(Value(name, type, shape));
        return name;
    }

    public void Output(string name, TensorProto.Types.DataType type, params object[] shape) => graph.Output.Add(Value(name, type, shape));

    /// <summary>A weight in the storage of the options; biases and norms (one dimension) and what float16 cannot hold stay float32.</summary>
    public string Weight(string name, long[] shape, float[] data)
    {
        if (!WeightStorages.IsRounded(options.Storage, shape, data))
        {
            graph.Initializer.Add(Tensor(name, TensorProto.Types.DataType.Float, shape, FloatBytes(data)));
            return name;
        }

        graph.Initializer.Add(Tensor(name, TensorProto.Types.DataType.Float16, shape, HalfBytes(data)));
        return Node("Cast", $"{name}.float32", [name], Attribute("to", (long)TensorProto.Types.DataType.Float));
    }

    /// <summary>The values that <see cref="Weight"/> leaves of these after its storage.</summary>
    public float[] Stored(long[] shape, float[] data) => WeightStorages.Stored(options.Storage, shape, data);

    public string Integers(string name, params long[] values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
        }

        graph.Initializer.Add(Tensor(name, TensorProto.Types.DataType.Int64, [values.Length], UnsafeByteOperations.UnsafeWrap(bytes)));
        return name;
    }

    /// <summary>An input that may be left out: it then has this value.</summary>
    public string OptionalInteger(string name, long value)
    {
        Input(name, TensorProto.Types.DataType.Int64, 1L);
        return Integers(name, value);
    }

    public string Scalar(string name, float value)
    {
        graph.Initializer.Add(Tensor(name, TensorProto.Types.DataType.Float, [], FloatBytes([value])));
        return name;
    }

    public string Node(string operation, string name, string[] inputs, params AttributeProto[] attributes) =>
        NodeTo(operation, name, inputs, [name], attributes)[0];

    public string[] NodeTo(string operation, string name, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = name };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        graph.Node.Add(node);
        return outputs;
    }

    public byte[] Build(ModelStage stage, LevelConfiguration level)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = options.ProducerName,
            ProducerVersion = options.ProducerVersion,
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OpsetVersion });
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in options.Metadata)
        {
            metadata[key] = value;
        }

        metadata[ModelStages.StageKey] = ModelStages.Name(stage);
        metadata[ModelStages.LevelKey] = level.Name;
        metadata[ModelStages.FormatKey] = ModelManifest.CurrentFormat.ToString(CultureInfo.InvariantCulture);
        model.MetadataProps.AddRange(metadata.Select(p => new StringStringEntryProto { Key = p.Key, Value = p.Value }));
        return model.ToByteArray();
    }

    public static AttributeProto Attribute(string name, long value) =>
        new()
        {
            Name = name,
            I = value,
            Type = AttributeProto.Types.AttributeType.Int,
        };

    public static AttributeProto Attribute(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, object[] shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (var size in shape)
        {
            dimensions.Dim.Add(
                size is string symbol
                    ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                    : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(size, CultureInfo.InvariantCulture) }
            );
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions },
            },
        };
    }

    private static TensorProto Tensor(string name, TensorProto.Types.DataType type, long[] shape, ByteString bytes)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)type,
            RawData = bytes,
        };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    private static ByteString FloatBytes(float[] data)
    {
        if (BitConverter.IsLittleEndian)
        {
            return ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(data));
        }

        var bytes = new byte[data.Length * sizeof(float)];
        for (var i = 0; i < data.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), data[i]);
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static ByteString HalfBytes(float[] data)
    {
        var bytes = new byte[data.Length * 2];
        for (var i = 0; i < data.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * 2), (Half)data[i]);
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
