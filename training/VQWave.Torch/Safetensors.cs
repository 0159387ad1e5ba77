using VQWave.Safetensors;

namespace VQWave.Torch;

/// <summary>Tensors to and from safetensors files.</summary>
public static class Safetensors
{
    /// <summary>Writes tensors by name, from any device: the file is replaced at once or not at all.</summary>
    /// <exception cref="TorchException">A tensor is complex, a name comes twice, or the disk refuses.</exception>
    public static void Save<TTensor>(
        string path,
        IEnumerable<KeyValuePair<string, TTensor>> tensors,
        IEnumerable<KeyValuePair<string, string>>? metadata = null
    )
        where TTensor : Tensor
    {
        ArgumentNullException.ThrowIfNull(tensors);
        try
        {
            SafetensorsFile.Write(
                path,
                tensors.Select(pair => new KeyValuePair<string, SafetensorsTensor>(
                    pair.Key,
                    new SafetensorsTensor(Name(path, pair.Key, pair.Value.dtype), pair.Value.shape, pair.Value.ToBytes())
                )),
                metadata
            );
        }
        catch (SafetensorsException error)
        {
            throw new TorchException(error.Message, error);
        }
    }

    /// <summary>Reads all tensors of a file, onto the processor unless told otherwise.</summary>
    /// <exception cref="TorchException">The file cannot be read, or is damaged; the message names it.</exception>
    public static Dictionary<string, Tensor> Load(string path, Device device = default)
    {
        try
        {
            IReadOnlyDictionary<string, SafetensorsTensor> file = SafetensorsFile.Read(path);
            foreach ((string name, SafetensorsTensor tensor) in file)
            {
                // A type that libtorch lacks is found before anything is made that somebody would have to dispose.
                _ = Kind(path, name, tensor.DType);
            }

            var loaded = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach ((string name, SafetensorsTensor tensor) in file)
            {
                Tensor made = torch.FromBytes(tensor.Data, tensor.Shape, Kind(path, name, tensor.DType));
                if (device.Type != DeviceType.CPU)
                {
                    Tensor moved = made.to(device);
                    made.Dispose();
                    made = moved;
                }

                loaded.Add(name, made);
            }

            return loaded;
        }
        catch (SafetensorsException error)
        {
            throw new TorchException(error.Message, error);
        }
    }

    /// <summary>The texts that a file's writer added.</summary>
    /// <exception cref="TorchException">The file cannot be read, or is damaged; the message names it.</exception>
    public static IReadOnlyDictionary<string, string> LoadMetadata(string path)
    {
        try
        {
            return SafetensorsFile.ReadMetadata(path);
        }
        catch (SafetensorsException error)
        {
            throw new TorchException(error.Message, error);
        }
    }

    private static string Name(string path, string name, ScalarType type) =>
        type switch
        {
            ScalarType.Float64 => "F64",
            ScalarType.Float32 => "F32",
            ScalarType.Float16 => "F16",
            ScalarType.BFloat16 => "BF16",
            ScalarType.Int64 => "I64",
            ScalarType.Int32 => "I32",
            ScalarType.Int16 => "I16",
            ScalarType.Int8 => "I8",
            ScalarType.UInt8 => "U8",
            ScalarType.Bool => "BOOL",
            _ => throw new TorchException($"{path}: '{name}' is of kind {type}, which the format does not have."),
        };

    private static ScalarType Kind(string path, string name, string type) =>
        type switch
        {
            "F64" => ScalarType.Float64,
            "F32" => ScalarType.Float32,
            "F16" => ScalarType.Float16,
            "BF16" => ScalarType.BFloat16,
            "I64" => ScalarType.Int64,
            "I32" => ScalarType.Int32,
            "I16" => ScalarType.Int16,
            "I8" => ScalarType.Int8,
            "U8" => ScalarType.UInt8,
            "BOOL" => ScalarType.Bool,
            _ => throw new TorchException($"{path}: '{name}' is of type {type}, which libtorch does not have."),
        };
}
