using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace VQWave.Training.Data;

/// <summary>
/// One memory-mapped <c>.u16</c> file: unsigned 16-bit little-endian mono samples, 32768 being zero. Reading copies only what is asked
/// for, so a corpus may be larger than memory.
/// </summary>
public sealed unsafe class U16File : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly ushort* _samples;
    private bool _disposed;

    /// <summary>Maps a file.</summary>
    /// <exception cref="VQWaveException">It is empty, has half a sample at its end, or cannot be read.</exception>
    public U16File(string path)
    {
        Path = path;
        try
        {
            // FileInfo would give the length of a symbolic link itself.
            _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = RandomAccess.GetLength(_handle);
            if (bytes < 2 || bytes % 2 != 0)
            {
                _handle.Dispose();
                throw new VQWaveException(
                    $"{path} is not a whole .u16 file ({bytes} bytes); prepare it again with 'vqwave-train prepare'."
                );
            }

            Length = bytes / 2;
            _file = MemoryMappedFile.CreateFromFile(
                _handle,
                mapName: null,
                0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: true
            );
            _view = _file.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{path} cannot be read: {e.Message}", e);
        }

        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _samples = (ushort*)(start + _view.PointerOffset);
    }

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    /// <summary>Length in samples.</summary>
    public long Length { get; }

    /// <summary>Copies samples from <paramref name="offset"/> on as floats in −1 … 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    public void Read(long offset, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || offset > Length - destination.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The range is outside the {Length} samples of {Path}.");
        }

        RequireWhole();
        var source = new ReadOnlySpan<ushort>(_samples + offset, destination.Length);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (source[i] - 32768) * (1f / 32768f);
        }

        Release(offset, destination.Length);
    }

    /// <summary>Whether the file is as long as it was when it was mapped. What is cut off of a mapped file cannot be read: the system ends the process.</summary>
    public bool IsWhole => RandomAccess.GetLength(_handle) >= 2 * Length;

    /// <summary>Copies the stored 16-bit values from <paramref name="offset"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    public void ReadRaw(long offset, Span<ushort> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || offset > Length - destination.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The range is outside the {Length} values of {Path}.");
        }

        RequireWhole();
        new ReadOnlySpan<ushort>(_samples + offset, destination.Length).CopyTo(destination);
        Release(offset, destination.Length);
    }

    /// <summary>
    /// Length in samples without the silence at the end (below −54 dB of full scale), plus a tenth of a second; the whole length where all is silent. A
    /// generator that has learned long silences does not come out of them.
    /// </summary>
    public long SoundingLength
    {
        get
        {
            const int Threshold = 65;
            const int Tail = 2205;
            ObjectDisposedException.ThrowIf(_disposed, this);
            RequireWhole();
            var last = Length - 1;
            while (last >= 0 && Math.Abs(_samples[last] - 32768) <= Threshold)
            {
                last--;
            }

            Release(Math.Max(last, 0), Length - Math.Max(last, 0));
            return last < 0 ? Length : Math.Min(last + 1 + Tail, Length);
        }
    }

    /// <summary>All samples.</summary>
    public float[] ReadAll()
    {
        var all = new float[Length];
        Read(0, all);
        return all;
    }

    /// <summary>Writes samples (clamped to −1 … 1) as a <c>.u16</c> file, whole or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<float> samples)
    {
        var bytes = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++)
        {
            var value = (ushort)Math.Clamp(MathF.Round(samples[i] * 32768f) + 32768f, 0f, 65535f);
            bytes[2 * i] = (byte)value;
            bytes[(2 * i) + 1] = (byte)(value >> 8);
        }

        AtomicFile.Write(path, bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
            _handle.Dispose();
        }
    }

    private void RequireWhole()
    {
        if (!IsWhole)
        {
            throw new VQWaveException($"{Path} was cut short while it was in use; prepare it again with 'vqwave-train prepare'.");
        }
    }

    private void Release(long offset, long count) => MappedPages.Release(_samples, 2 * Length, 2 * offset, 2 * count);
}
