using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace VQWave.Models;

/// <summary>
/// What a pack's reader must know of an ONNX file before a session is made of it: signature, metadata and whether all
/// weights are finite numbers. Reads the protobuf wire format of ONNX IR (field numbers of onnx.proto) in one pass, without
/// copying the weights.
/// </summary>
internal sealed class OnnxFile
{
    private const string BlockProduct = "MatMulNBits";
    private const int Float = 1;
    private const int UInt8 = 2;
    private const int Float16 = 10;
    private const int Double = 11;
    private const int BFloat16 = 16;

    private readonly Dictionary<string, StoredTensor> initializers = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long> Opsets { get; } = new(StringComparer.Ordinal);

    public List<OnnxValue> Inputs { get; } = [];

    public List<OnnxValue> Outputs { get; } = [];

    /// <summary>The products with quantised matrices.</summary>
    public List<OnnxBlockMatrix> BlockMatrices { get; } = [];

    /// <summary>Name of the first weight that holds an infinity or a NaN.</summary>
    public string? NonFiniteWeight { get; private set; }

    /// <summary>Name of the first weight whose values lie in another file.</summary>
    public string? ExternalWeight { get; private set; }

    /// <summary>Number of weights, scalars included; the scales of quantised matrices are none.</summary>
    public long Parameters { get; private set; }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ONNX model.</exception>
    public static OnnxFile Parse(ReadOnlySpan<byte> bytes)
    {
        var file = new OnnxFile();
        var graphs = 0;
        var reader = new WireReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 7:
                    file.ReadGraph(reader.Message(), depth: 0);
                    graphs++;
                    break;
                case 8:
                    var (domain, version) = ReadOperators(reader.Message());
                    file.Opsets[domain] = version;
                    break;
                case 14:
                    file.ReadMetadata(reader.Message());
                    break;
            }
        }

        if (graphs != 1)
        {
            throw new InvalidDataException("it holds no ONNX graph");
        }

        file.CountQuantized();
        return file;
    }

    /// <summary>What is wrong with the first quantised matrix whose values or scales do not fit its sizes, or null.</summary>
    public string? FindMatrixProblem()
    {
        foreach (var matrix in BlockMatrices)
        {
            if (matrix.Bits is not (4 or 8) || matrix.Block < 16 || (matrix.Block & (matrix.Block - 1)) != 0)
            {
                return $"'{matrix.Name}' has {matrix.Bits} bits in blocks of {matrix.Block}, where 4 or 8 and a power of two from 16 on are known";
            }

            if (matrix.Inputs is not (>= 1 and <= int.MaxValue) || matrix.Outputs is not (>= 1 and <= int.MaxValue))
            {
                return $"'{matrix.Name}' has {matrix.Inputs} inputs and {matrix.Outputs} outputs";
            }

            var blocks = (matrix.Inputs + matrix.Block - 1) / matrix.Block;
            if (
                !initializers.TryGetValue(matrix.Values, out var values)
                || values.Type != UInt8
                || !values.Dimensions.SequenceEqual([matrix.Outputs, blocks, matrix.Block * matrix.Bits / 8])
                || values.RawBytes != values.Elements
            )
            {
                return $"the values '{matrix.Values}' of '{matrix.Name}' are not uint8 [{matrix.Outputs}, {blocks}, {matrix.Block * matrix.Bits / 8}]";
            }

            if (
                !initializers.TryGetValue(matrix.Scales, out var scales)
                || scales.Type != Float
                || !scales.Dimensions.SequenceEqual([matrix.Outputs, blocks])
                || scales.RawBytes != scales.Elements * sizeof(float)
            )
            {
                return $"the scales '{matrix.Scales}' of '{matrix.Name}' are not float32 [{matrix.Outputs}, {blocks}]";
            }
        }

        return null;
    }

    /// <summary>Domain and version of an entry of the operators that a model uses.</summary>
    internal static (string Domain, long Version) ReadOperators(ReadOnlySpan<byte> message)
    {
        var domain = "";
        long version = 0;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                domain = reader.Text();
            }
            else if (reader.Field == 2)
            {
                version = reader.Integer();
            }
        }

        return (domain, version);
    }

    private void CountQuantized()
    {
        foreach (var matrix in BlockMatrices)
        {
            Parameters = checked(Parameters + (matrix.Inputs * matrix.Outputs));
            if (initializers.TryGetValue(matrix.Scales, out var scales) && scales.Type == Float)
            {
                Parameters -= scales.Elements;
            }
        }
    }

    private void ReadMetadata(ReadOnlySpan<byte> message)
    {
        var key = "";
        var value = "";
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                key = reader.Text();
            }
            else if (reader.Field == 2)
            {
                value = reader.Text();
            }
        }

        Metadata[key] = value;
    }

    private void ReadGraph(ReadOnlySpan<byte> message, int depth)
    {
        if (depth > 8)
        {
            throw new InvalidDataException("its graphs are nested too deeply");
        }

        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadNode(reader.Message(), depth);
                    break;
                case 5:
                    ReadTensor(reader.Message());
                    break;
                case 11 when depth == 0:
                    Inputs.Add(ReadValue(reader.Message()));
                    break;
                case 12 when depth == 0:
                    Outputs.Add(ReadValue(reader.Message()));
                    break;
                case 15:
                    throw new InvalidDataException("it holds sparse weights, which are not supported");
            }
        }
    }

    private void ReadNode(ReadOnlySpan<byte> message, int depth)
    {
        var name = "";
        var operation = "";
        var inputs = new List<string>();
        var integers = new Dictionary<string, long>(StringComparer.Ordinal);
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(reader.Text());
                    break;
                case 3:
                    name = reader.Text();
                    break;
                case 4:
                    operation = reader.Text();
                    break;
                case 5:
                    ReadAttribute(reader.Message(), integers, depth);
                    break;
            }
        }

        if (operation == BlockProduct)
        {
            BlockMatrices.Add(
                new OnnxBlockMatrix(
                    name,
                    integers.GetValueOrDefault("K"),
                    integers.GetValueOrDefault("N"),
                    integers.GetValueOrDefault("bits", 4),
                    integers.GetValueOrDefault("block_size"),
                    inputs.ElementAtOrDefault(1) ?? "",
                    inputs.ElementAtOrDefault(2) ?? ""
                )
            );
        }
    }

    private void ReadAttribute(ReadOnlySpan<byte> message, Dictionary<string, long> integers, int depth)
    {
        var name = "";
        long? value = null;
        var attribute = new WireReader(message);
        while (attribute.Next())
        {
            switch (attribute.Field)
            {
                case 1:
                    name = attribute.Text();
                    break;
                case 3:
                    value = attribute.Integer();
                    break;
                case 5 or 10:
                    ReadTensor(attribute.Message());
                    break;
                case 6 or 11:
                    ReadGraph(attribute.Message(), depth + 1);
                    break;
            }
        }

        if (value is { } integer)
        {
            integers[name] = integer;
        }
    }

    private void ReadTensor(ReadOnlySpan<byte> message)
    {
        var name = "";
        long type = 0;
        long elements = 1;
        long rawBytes = 0;
        var dimensions = new List<long>();
        var external = false;
        var finite = true;
        // The type may follow the data on the wire: it is read first.
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.AppendIntegers(dimensions);
                    break;
                case 2:
                    type = reader.Integer();
                    break;
                case 8:
                    name = reader.Text();
                    break;
                case 9:
                    rawBytes = reader.Message().Length;
                    break;
                case 13:
                    external = true;
                    break;
                case 14:
                    external |= reader.Integer() != 0;
                    break;
            }
        }

        foreach (var size in dimensions)
        {
            elements = checked(elements * size);
        }

        // A name that is given twice is no valid graph; ONNX Runtime refuses it.
        initializers[name] = new StoredTensor(type, dimensions, elements, rawBytes);
        reader = new WireReader(message);
        while (reader.Next())
        {
            finite &= reader.Field switch
            {
                4 when reader.Wire == 5 => IsFinite(Float, BitConverter.GetBytes(reader.Fixed32())),
                4 => IsFinite(Float, reader.Message()),
                5 when type is Float16 or BFloat16 && reader.Wire == 2 => ArePackedHalvesFinite(type, reader.Message()),
                9 => IsFinite(type, reader.Message()),
                10 when reader.Wire == 2 => IsFinite(Double, reader.Message()),
                _ => true,
            };
        }

        if (type is Float or Float16 or Double or BFloat16)
        {
            Parameters += elements;
        }

        if (!finite)
        {
            NonFiniteWeight ??= name;
        }

        if (external)
        {
            ExternalWeight ??= name;
        }
    }

    private static bool IsFinite(long type, ReadOnlySpan<byte> data) =>
        type switch
        {
            Float => AreFinite(data, 0x7F80_0000_7F80_0000, 0x8000_0000_8000_0000),
            Float16 => AreFinite(data, 0x7C00_7C00_7C00_7C00, 0x8000_8000_8000_8000),
            BFloat16 => AreFinite(data, 0x7F80_7F80_7F80_7F80, 0x8000_8000_8000_8000),
            Double => AreFinite(data, 0x7FF0_0000_0000_0000, 0x8000_0000_0000_0000),
            _ => true,
        };

    // A number is finite if its exponent is not all ones; here of all numbers in eight bytes at once. Without the sign, what the exponent lacks is
    // less than the sign's bit, so that taking it from that bit leaves the bit only where nothing is lacking, and borrows from no neighbour.
    private static bool AreFinite(ReadOnlySpan<byte> data, ulong exponents, ulong signs)
    {
        ulong found = 0;
        foreach (var bits in MemoryMarshal.Cast<byte, ulong>(data))
        {
            found |= signs - ((bits & exponents) ^ exponents);
        }

        Span<byte> rest = stackalloc byte[sizeof(ulong)];
        rest.Clear();
        data[(data.Length & ~(sizeof(ulong) - 1))..].CopyTo(rest);
        found |= signs - ((BitConverter.ToUInt64(rest) & exponents) ^ exponents);
        return (found & signs) == 0;
    }

    private static bool ArePackedHalvesFinite(long type, ReadOnlySpan<byte> packed)
    {
        var exponent = type == Float16 ? 0x7C00 : 0x7F80;
        var position = 0;
        while (position < packed.Length)
        {
            if (((int)WireReader.Varint(packed, ref position) & exponent) == exponent)
            {
                return false;
            }
        }

        return true;
    }

    private static OnnxValue ReadValue(ReadOnlySpan<byte> message)
    {
        var name = "";
        var type = 0;
        List<long?>? dimensions = null;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = reader.Text();
            }
            else if (reader.Field == 2)
            {
                var typeReader = new WireReader(reader.Message());
                while (typeReader.Next())
                {
                    if (typeReader.Field == 1)
                    {
                        (type, dimensions) = ReadTensorType(typeReader.Message());
                    }
                }
            }
        }

        return new OnnxValue(name, type, dimensions);
    }

    private static (int Type, List<long?>? Dimensions) ReadTensorType(ReadOnlySpan<byte> message)
    {
        var type = 0;
        List<long?>? dimensions = null;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                type = (int)reader.Integer();
            }
            else if (reader.Field == 2)
            {
                dimensions = [];
                var shape = new WireReader(reader.Message());
                while (shape.Next())
                {
                    if (shape.Field != 1)
                    {
                        continue;
                    }

                    long? size = null;
                    var dimension = new WireReader(shape.Message());
                    while (dimension.Next())
                    {
                        if (dimension.Field == 1)
                        {
                            size = dimension.Integer();
                        }
                    }

                    dimensions.Add(size);
                }
            }
        }

        return (type, dimensions);
    }

    private readonly record struct StoredTensor(long Type, IReadOnlyList<long> Dimensions, long Elements, long RawBytes);

    /// <summary>Walks over the fields of one protobuf message.</summary>
    internal ref struct WireReader(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> data = data;
        private int position;
        private ReadOnlySpan<byte> payload;
        private ulong number;

        public int Field { get; private set; }

        public int Wire { get; private set; }

        public bool Next()
        {
            if (position >= data.Length)
            {
                return false;
            }

            var key = Varint(data, ref position);
            Field = (int)(key >> 3);
            Wire = (int)(key & 7);
            switch (Wire)
            {
                case 0:
                    number = Varint(data, ref position);
                    payload = default;
                    break;
                case 1:
                    payload = Take(8);
                    break;
                case 2:
                    var length = Varint(data, ref position);
                    payload = length <= int.MaxValue ? Take((int)length) : throw Truncated();
                    break;
                case 5:
                    payload = Take(4);
                    break;
                default:
                    throw new InvalidDataException("it is not a protobuf file");
            }

            return Field > 0 ? true : throw new InvalidDataException("it is not a protobuf file");
        }

        public readonly ReadOnlySpan<byte> Message() => Wire == 2 ? payload : throw new InvalidDataException("a field has the wrong type");

        public readonly string Text() => Encoding.UTF8.GetString(Message());

        public readonly long Integer() => Wire == 0 ? (long)number : throw new InvalidDataException("a field has the wrong type");

        public readonly uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(payload);

        /// <summary>Appends the values of a repeated integer field, packed or not.</summary>
        public readonly void AppendIntegers(List<long> values)
        {
            if (Wire == 0)
            {
                values.Add((long)number);
                return;
            }

            var at = 0;
            while (at < payload.Length)
            {
                values.Add((long)Varint(payload, ref at));
            }
        }

        public static ulong Varint(ReadOnlySpan<byte> data, ref int position)
        {
            ulong value = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                if (position >= data.Length)
                {
                    throw Truncated();
                }

                var part = data[position++];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }

            throw new InvalidDataException("it is not a protobuf file");
        }

        private ReadOnlySpan<byte> Take(int length)
        {
            if (length > data.Length - position)
            {
                throw Truncated();
            }

            var taken = data.Slice(position, length);
            position += length;
            return taken;
        }

        private static InvalidDataException Truncated() => new("it ends in the middle of a field");
    }
}

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">ONNX element type: 1 float32, 7 int64.</param>
/// <param name="Dimensions">Its sizes, null where free; null as a whole where the file gives none.</param>
internal sealed record OnnxValue(string Name, int Type, IReadOnlyList<long?>? Dimensions)
{
    public const int Float32 = 1;
    public const int Int64 = 7;

    public override string ToString()
    {
        var type = Type switch
        {
            Float32 => "float32",
            Int64 => "int64",
            _ => $"type {Type}",
        };
        var shape = Dimensions is null ? "no shape" : $"[{string.Join(", ", Dimensions.Select(d => d?.ToString() ?? "free"))}]";
        return $"{type} {shape}";
    }
}

/// <summary>A product with a quantised matrix, a MatMulNBits node.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Inputs">Columns, its attribute K.</param>
/// <param name="Outputs">Rows, its attribute N.</param>
/// <param name="Bits">Bits of a value.</param>
/// <param name="Block">Columns that share a scale.</param>
/// <param name="Values">Name of the values' initialiser.</param>
/// <param name="Scales">Name of the scales' initialiser.</param>
internal sealed record OnnxBlockMatrix(string Name, long Inputs, long Outputs, long Bits, long Block, string Values, string Scales);
