using System.Globalization;
using System.Text;
using VQWave.KerasImport.Interop;
using VQWave.OnnxExport;

namespace VQWave.KerasImport;

/// <summary>An HDF5 file opened for reading. Safe to use from any thread; the library is used by one at a time.</summary>
internal sealed unsafe class Hdf5File : IDisposable
{
    // H5T_FLOAT of H5T_class_t; H5_INDEX_NAME; H5_ITER_INC.
    private const int FloatClass = 1;
    private const int ByName = 0;
    private const int Increasing = 0;
    private const int MaximumRank = 8;

    // 1 GiB: twice the largest weight that a valid configuration of the presets' kind holds, and no more than a damaged size can cost.
    private const ulong MaximumValues = 1UL << 28;

    private static readonly byte[] Signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    private long file = -1;

    private Hdf5File(string path) => Path = path;

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="VQWaveException">It cannot be read, is no HDF5 file, or is damaged; or the library is missing.</exception>
    public static Hdf5File Open(string path)
    {
        CheckSignature(path);
        var result = new Hdf5File(path);
        lock (Hdf5Native.Gate)
        {
            Hdf5Native.Open();
            result.file = Hdf5Native.H5Fopen(path, 0, Hdf5Native.Default);
        }

        return result.file >= 0
            ? result
            : throw new VQWaveException($"{path} is damaged or incomplete: HDF5 cannot open it; copy it again.");
    }

    /// <summary>Names in a group, or an empty list where the path is no group.</summary>
    public IReadOnlyList<string> Names(string group)
    {
        lock (Hdf5Native.Gate)
        {
            var opened = Hdf5Native.H5Gopen2(file, group, Hdf5Native.Default);
            if (opened < 0)
            {
                return [];
            }

            try
            {
                var names = new List<string>();
                while (Name(opened, (ulong)names.Count) is { } name)
                {
                    names.Add(name);
                }

                return names;
            }
            finally
            {
                _ = Hdf5Native.H5Gclose(opened);
            }
        }
    }

    /// <summary>Reads a dataset of floating-point numbers as float32.</summary>
    /// <exception cref="VQWaveException">It is missing, damaged, of another type, or holds a value that is not finite.</exception>
    public WeightTensor Read(string path)
    {
        WeightTensor tensor;
        lock (Hdf5Native.Gate)
        {
            var dataset = Hdf5Native.H5Dopen2(file, path, Hdf5Native.Default);
            if (dataset < 0)
            {
                throw Damaged(path, "is missing or cannot be opened");
            }

            try
            {
                var shape = Shape(path, dataset);
                var data = new float[shape.Aggregate(1L, (a, b) => a * b)];
                var single = *(long*)Hdf5Native.Export("H5T_NATIVE_FLOAT_g");
                fixed (float* pointer = data)
                {
                    if (data.Length > 0 && Hdf5Native.H5Dread(dataset, single, 0, 0, Hdf5Native.Default, pointer) < 0)
                    {
                        throw Damaged(path, "cannot be read");
                    }
                }

                tensor = new WeightTensor(shape, data);
            }
            finally
            {
                _ = Hdf5Native.H5Dclose(dataset);
            }
        }

        var wrong = Array.FindIndex(tensor.Data, v => !float.IsFinite(v));
        return wrong < 0
            ? tensor
            : throw Damaged(
                path,
                $"is not finite: value {wrong.ToString(CultureInfo.InvariantCulture)} is {tensor.Data[wrong].ToString(CultureInfo.InvariantCulture)}"
            );
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Hdf5Native.Gate)
        {
            if (file >= 0)
            {
                _ = Hdf5Native.H5Fclose(file);
                file = -1;
            }
        }
    }

    private static void CheckSignature(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var start = new byte[Signature.Length];
            if (
                stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length
                || !start.AsSpan().SequenceEqual(Signature)
            )
            {
                throw new VQWaveException($"{path} is not an HDF5 file: Keras weights (.weights.h5) are expected there.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static string? Name(long group, ulong n)
    {
        var length = Hdf5Native.H5Lget_name_by_idx(group, ".", ByName, Increasing, n, null, 0, Hdf5Native.Default);
        if (length < 0)
        {
            return null;
        }

        var bytes = new byte[length + 1];
        fixed (byte* pointer = bytes)
        {
            length = Hdf5Native.H5Lget_name_by_idx(group, ".", ByName, Increasing, n, pointer, (nuint)bytes.Length, Hdf5Native.Default);
        }

        return length < 0 ? null : Encoding.UTF8.GetString(bytes, 0, (int)length);
    }

    private long[] Shape(string path, long dataset)
    {
        var type = Hdf5Native.H5Dget_type(dataset);
        var floating = Hdf5Native.H5Tget_class(type) == FloatClass;
        _ = Hdf5Native.H5Tclose(type);
        if (!floating)
        {
            throw Damaged(path, "does not hold floating-point numbers");
        }

        var space = Hdf5Native.H5Dget_space(dataset);
        try
        {
            var rank = Hdf5Native.H5Sget_simple_extent_ndims(space);
            var sizes = stackalloc ulong[MaximumRank];
            if (rank is < 0 or > MaximumRank || Hdf5Native.H5Sget_simple_extent_dims(space, sizes, null) != rank)
            {
                throw Damaged(path, "has no valid shape");
            }

            var shape = new long[rank];
            var count = 1UL;
            for (var i = 0; i < rank; i++)
            {
                if (sizes[i] > MaximumValues || (count *= sizes[i]) > MaximumValues)
                {
                    throw Damaged(path, "claims more values than a weight can have");
                }

                shape[i] = (long)sizes[i];
            }

            return shape;
        }
        finally
        {
            _ = Hdf5Native.H5Sclose(space);
        }
    }

    private VQWaveException Damaged(string dataset, string what) =>
        new($"{Path} is damaged or not what it should be: its dataset '{dataset}' {what}; copy the file again.");
}
