using System.Buffers.Binary;
using System.Text;
using VQWave.Safetensors;

namespace VQWave.Torch.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vqwave-safetensors").FullName;
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    private string Place => Path.Combine(_folder, "x.safetensors");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_kind_comes_back_as_it_went()
    {
        torch.manual_seed(1);
        Tensor values = torch.randn(3, 5) * 50;
        var saved = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (
            ScalarType type in (ScalarType[])
                [
                    ScalarType.Float64,
                    ScalarType.Float32,
                    ScalarType.Float16,
                    ScalarType.BFloat16,
                    ScalarType.Int64,
                    ScalarType.Int32,
                    ScalarType.Int16,
                    ScalarType.Int8,
                    ScalarType.UInt8,
                    ScalarType.Bool,
                ]
        )
        {
            saved[$"a.{type}"] = values.to(type);
        }

        saved["number"] = torch.tensor(3.5);
        saved["empty"] = torch.zeros(0, 4);
        saved["strided ünïcode \"name\""] = values.t();
        Safetensors.Save(Place, saved, new Dictionary<string, string>(StringComparer.Ordinal) { ["step"] = "12", ["größe"] = "\"é\"" });
        Dictionary<string, Tensor> loaded = Safetensors.Load(Place);
        Assert.Equal(saved.Keys, loaded.Keys);
        foreach ((string name, Tensor tensor) in saved)
        {
            Assert.Equal(tensor.dtype, loaded[name].dtype);
            Assert.Equal(tensor.shape, loaded[name].shape);
            Assert.Equal(tensor.ToBytes(), loaded[name].ToBytes());
        }

        IReadOnlyDictionary<string, string> metadata = Safetensors.LoadMetadata(Place);
        Assert.Equal("12", metadata["step"]);
        Assert.Equal("\"é\"", metadata["größe"]);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void The_reader_without_libtorch_widens_as_libtorch_does()
    {
        Tensor values = torch.tensor(new[] { 1.5f, -0.3333f, 65504f, 1e-7f, float.PositiveInfinity });
        ScalarType[] types = [ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float64];
        Safetensors.Save(Place, types.Select(type => KeyValuePair.Create($"{type}", values.to(type))));
        IReadOnlyDictionary<string, SafetensorsTensor> file = SafetensorsFile.Read(Place);
        foreach (ScalarType type in types)
        {
            Assert.Equal(values.to(type).to(ScalarType.Float32).ToArray<float>(), file[$"{type}"].ToFloats());
        }

        Assert.Equal("BF16", file["BFloat16"].DType);
        Assert.Equal([5], file["BFloat16"].Shape);
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        SafetensorsFile.Write(Place, [new("w", SafetensorsTensor.FromFloats([1, -2], 1, 2))]);
        byte[] bytes = File.ReadAllBytes(Place);
        string header = """{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""";
        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(header, Encoding.UTF8.GetString(bytes, 8, (int)length).TrimEnd(' '));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], bytes[(8 + (int)length)..]);
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused_by_name()
    {
        SafetensorsFile.Write(Place, [new("w", SafetensorsTensor.FromFloats([1, 2, 3], 3)), new("b", SafetensorsTensor.FromFloats([4]))]);
        byte[] whole = File.ReadAllBytes(Place);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Place, whole[..length]);
            TorchException error = Assert.Throws<TorchException>(() => Safetensors.Load(Place));
            Assert.Contains(Place, error.Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(Place, [.. whole, 0]);
        Assert.Contains(
            "follow the last tensor",
            Assert.Throws<TorchException>(() => Safetensors.Load(Place)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void No_flipped_bit_of_the_header_gives_another_error_than_ours()
    {
        SafetensorsFile.Write(Place, [new("w", SafetensorsTensor.FromFloats([1, 2, 3], 3))]);
        byte[] whole = File.ReadAllBytes(Place);
        int header = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        int refused = 0;
        for (int bit = 0; bit < 8 * header; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(Place, damaged);
            try
            {
                _ = SafetensorsFile.Read(Place);
            }
            catch (SafetensorsException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 6 * header, 8 * header);
    }

    [Theory]
    [InlineData("[]", "no JSON object")]
    [InlineData("nonsense", "not valid JSON")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", "not valid JSON")]
    [InlineData("""{"w":3}""", "'w' lacks")]
    [InlineData("""{"w":{"shape":[2],"data_offsets":[0,8]}}""", "'w' lacks")]
    [InlineData("""{"w":{"dtype":"F32","data_offsets":[0,8]}}""", "'w' lacks")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2]}}""", "'w' lacks")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "'w' lacks")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", "'w' lacks")]
    [InlineData("""{"w":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", "'F99'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "does not fill")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "does not fill")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "does not fill")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "does not fill")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "does not fill")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "starts at byte 4")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "starts at byte 4"
    )]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "cut off")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "follow the last tensor")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "twice")]
    [InlineData("""{"__metadata__":3,"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "__metadata__")]
    [InlineData("""{"__metadata__":{"a":1},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "is no text")]
    public void A_wrong_header_is_refused_with_its_reason(string header, string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(Place, [.. length, .. text, .. new byte[8]]);
        TorchException error = Assert.Throws<TorchException>(() => Safetensors.Load(Place));
        Assert.Contains(Place, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_header_length_is_refused_before_memory_is_taken()
    {
        File.WriteAllBytes(Place, [255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3]);
        Assert.Contains(
            "no safetensors file",
            Assert.Throws<TorchException>(() => Safetensors.Load(Place)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file()
    {
        SafetensorsFile.Write(Place, [new("w", SafetensorsTensor.FromFloats([1]))]);
        byte[] before = File.ReadAllBytes(Place);
        SafetensorsTensor one = SafetensorsTensor.FromFloats([2]);
        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Write(Place, [new("a", one), new("a", one)]));
        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Write(Place, [new("__metadata__", one)]));
        Assert.Throws<TorchException>(() => Safetensors.Save(Place, [KeyValuePair.Create("c", torch.fft.rfft(torch.ones(4)))]));
        Assert.Equal(before, File.ReadAllBytes(Place));
        Assert.Single(Directory.GetFiles(_folder));
        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Write(Path.Combine(_folder, "none", "x"), [new("a", one)]));
        Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(Path.Combine(_folder, "none")));
        Assert.Throws<SafetensorsException>(() => SafetensorsTensor.FromFloats([1, 2], 3));
    }
}
