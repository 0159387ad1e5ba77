using System.Text;
using VQWave.KerasImport.Interop;

namespace VQWave.KerasImport.Tests;

/// <summary>Writes datasets with the HDF5 library, as Keras does.</summary>
internal sealed unsafe class Hdf5Writer : IDisposable
{
    private readonly long file;
    private readonly HashSet<string> groups = new(StringComparer.Ordinal);

    public Hdf5Writer(string path)
    {
        const uint truncate = 2;

        // Tests run beside each other, and the library serves one at a time.
        Hdf5Native.Gate.Enter();
        var create = (delegate* unmanaged<byte*, uint, long, long, long>)Hdf5Native.Export("H5Fcreate");
        fixed (byte* name = Utf8(path))
        {
            file = create(name, truncate, 0, 0);
        }

        Assert.True(file >= 0);
    }

    public void Write(string path, ulong[] shape, float[] data) => Write(path, shape, data, "H5T_IEEE_F32LE_g", "H5T_NATIVE_FLOAT_g");

    public void Write(string path, ulong[] shape, int[] data) => Write(path, shape, data, "H5T_STD_I32LE_g", "H5T_NATIVE_INT_g");

    public void Write(string path, ulong[] shape, double[] data) => Write(path, shape, data, "H5T_IEEE_F64LE_g", "H5T_NATIVE_DOUBLE_g");

    /// <summary>An empty group, and those above it.</summary>
    public void Group(string path)
    {
        var create = (delegate* unmanaged<long, byte*, long, long, long, long>)Hdf5Native.Export("H5Gcreate2");
        for (var at = path.IndexOf('/', 1); ; at = path.IndexOf('/', at + 1))
        {
            var group = at < 0 ? path : path[..at];
            if (groups.Add(group))
            {
                fixed (byte* name = Utf8(group))
                {
                    var id = create(file, name, 0, 0, 0);
                    Assert.True(id >= 0);
                    _ = Hdf5Native.H5Gclose(id);
                }
            }

            if (at < 0)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        _ = Hdf5Native.H5Fclose(file);
        Hdf5Native.Gate.Exit();
    }

    private void Write<T>(string path, ulong[] shape, T[] data, string fileType, string memoryType)
        where T : unmanaged
    {
        Group(path[..path.LastIndexOf('/')]);
        var createSpace = (delegate* unmanaged<int, ulong*, ulong*, long>)Hdf5Native.Export("H5Screate_simple");
        var create = (delegate* unmanaged<long, byte*, long, long, long, long, long, long>)Hdf5Native.Export("H5Dcreate2");
        var write = (delegate* unmanaged<long, long, long, long, long, void*, int>)Hdf5Native.Export("H5Dwrite");
        fixed (byte* name = Utf8(path))
        fixed (ulong* sizes = shape)
        fixed (T* values = data)
        {
            var space = createSpace(shape.Length, sizes, null);
            var dataset = create(file, name, *(long*)Hdf5Native.Export(fileType), space, 0, 0, 0);
            Assert.True(dataset >= 0);
            Assert.True(write(dataset, *(long*)Hdf5Native.Export(memoryType), 0, 0, 0, values) >= 0);
            _ = Hdf5Native.H5Dclose(dataset);
            _ = Hdf5Native.H5Sclose(space);
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
