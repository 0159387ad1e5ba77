using System.Runtime.InteropServices;

namespace VQWave.Vst3.Interop;

/// <summary>A stream in memory that our host side hands to plug-ins: IBStream and ISizeableStream.</summary>
internal sealed unsafe class StreamGlue : NativeObject
{
    // A state is a few kilobytes, samples in it megabytes; a plug-in that seeks beyond this is broken.
    private const long MaxLength = 1L << 30;

    private static readonly IBStreamVtbl* s_stream = NewStreamTable();
    private static readonly ISizeableStreamVtbl* s_sizeable = NewSizeableTable();

    private readonly MemoryStream _memory = new();

    public StreamGlue(ReadOnlySpan<byte> content = default)
        : base((nint)s_stream, (nint)s_sizeable)
    {
        _memory.Write(content);
        _memory.Position = 0;
    }

    public byte[] ToArray() => _memory.ToArray();

    protected override int FindInterface(in Vst3Uid iid) =>
        iid == Iid.IBStream ? 0
        : iid == Iid.ISizeableStream ? 1
        : -1;

    private static IBStreamVtbl* NewStreamTable()
    {
        IBStreamVtbl* table = NewTable<IBStreamVtbl>();
        table->Read = &Read;
        table->Write = &Write;
        table->Seek = &Seek;
        table->Tell = &Tell;
        return table;
    }

    private static ISizeableStreamVtbl* NewSizeableTable()
    {
        ISizeableStreamVtbl* table = NewTable<ISizeableStreamVtbl>();
        table->GetStreamSize = &GetStreamSize;
        table->SetStreamSize = &SetStreamSize;
        return table;
    }

    private int ReadBytes(void* buffer, int count, int* read)
    {
        if (read is not null)
        {
            *read = 0;
        }

        if (count < 0 || (buffer is null && count > 0))
        {
            return Vst3Result.InvalidArgument;
        }

        int done = _memory.Read(new Span<byte>(buffer, count));
        if (read is not null)
        {
            *read = done;
        }

        return Vst3Result.Ok;
    }

    private int WriteBytes(void* buffer, int count, int* written)
    {
        if (written is not null)
        {
            *written = 0;
        }

        if (count < 0 || (buffer is null && count > 0) || _memory.Position + count > MaxLength)
        {
            return Vst3Result.InvalidArgument;
        }

        _memory.Write(new ReadOnlySpan<byte>(buffer, count));
        if (written is not null)
        {
            *written = count;
        }

        return Vst3Result.Ok;
    }

    private int Move(long offset, int mode, long* result)
    {
        long from = mode switch
        {
            0 => 0,
            1 => _memory.Position,
            2 => _memory.Length,
            _ => -1,
        };
        if (from < 0 || offset > MaxLength || offset < -MaxLength || from + offset is < 0 or > MaxLength)
        {
            return Vst3Result.InvalidArgument;
        }

        _memory.Position = from + offset;
        if (result is not null)
        {
            *result = _memory.Position;
        }

        return Vst3Result.Ok;
    }

    private int ReadPosition(long* position)
    {
        if (position is null)
        {
            return Vst3Result.InvalidArgument;
        }

        *position = _memory.Position;
        return Vst3Result.Ok;
    }

    private int ReadLength(long* size)
    {
        if (size is null)
        {
            return Vst3Result.InvalidArgument;
        }

        *size = _memory.Length;
        return Vst3Result.Ok;
    }

    private int Resize(long size)
    {
        if (size is < 0 or > MaxLength)
        {
            return Vst3Result.InvalidArgument;
        }

        _memory.SetLength(size);
        return Vst3Result.Ok;
    }

    [UnmanagedCallersOnly]
    private static int Read(void* self, void* buffer, int count, int* read)
    {
        try
        {
            return Get<StreamGlue>(self)?.ReadBytes(buffer, count, read) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Write(void* self, void* buffer, int count, int* written)
    {
        try
        {
            return Get<StreamGlue>(self)?.WriteBytes(buffer, count, written) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Seek(void* self, long offset, int mode, long* result)
    {
        try
        {
            return Get<StreamGlue>(self)?.Move(offset, mode, result) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int Tell(void* self, long* position)
    {
        try
        {
            return Get<StreamGlue>(self)?.ReadPosition(position) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int GetStreamSize(void* self, long* size)
    {
        try
        {
            return Get<StreamGlue>(self)?.ReadLength(size) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }

    [UnmanagedCallersOnly]
    private static int SetStreamSize(void* self, long size)
    {
        try
        {
            return Get<StreamGlue>(self)?.Resize(size) ?? Vst3Result.NotInitialized;
        }
        catch (Exception exception)
        {
            return Fail(exception);
        }
    }
}
