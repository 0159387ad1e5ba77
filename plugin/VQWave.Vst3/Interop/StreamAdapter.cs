namespace VQWave.Vst3.Interop;

/// <summary>A host's IBStream as a stream. Valid during the call that it came with.</summary>
internal sealed unsafe class StreamAdapter : Stream
{
    private void* _stream;

    public StreamAdapter(void* stream)
    {
        _stream = stream;
    }

    public override bool CanRead => _stream is not null;

    public override bool CanWrite => _stream is not null;

    public override bool CanSeek => _stream is not null;

    /// <summary>Found by seeking to the end and back; streams of hosts need not support it.</summary>
    public override long Length
    {
        get
        {
            long here = Position;
            long end = Seek(0, SeekOrigin.End);
            Seek(here, SeekOrigin.Begin);
            return end;
        }
    }

    public override long Position
    {
        get
        {
            long position = 0;
            return Table->Tell(_stream, &position) == Vst3Result.Ok
                ? position
                : throw new IOException("The host's stream does not tell its position.");
        }
        set => Seek(value, SeekOrigin.Begin);
    }

    private IBStreamVtbl* Table => _stream is null ? throw new ObjectDisposedException(nameof(StreamAdapter)) : *(IBStreamVtbl**)_stream;

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        int read = 0;
        if (buffer.IsEmpty)
        {
            return 0;
        }

        int result;
        fixed (byte* bytes = buffer)
        {
            result = Table->Read(_stream, bytes, buffer.Length, &read);
        }

        // Some hosts answer "false" at the end of the stream.
        return result == Vst3Result.Ok ? Math.Clamp(read, 0, buffer.Length) : 0;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int written = 0;
            int result;
            fixed (byte* bytes = buffer)
            {
                result = Table->Write(_stream, bytes, buffer.Length, &written);
            }

            if (result != Vst3Result.Ok || written <= 0 || written > buffer.Length)
            {
                throw new IOException($"The host's stream took {written} of {buffer.Length} bytes ({Vst3Result.Describe(result)}).");
            }

            buffer = buffer[written..];
        }
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = 0;
        int result = Table->Seek(_stream, offset, (int)origin, &position);
        return result == Vst3Result.Ok
            ? position
            : throw new IOException($"The host's stream does not seek ({Vst3Result.Describe(result)}).");
    }

    public override void SetLength(long value) => throw new NotSupportedException("A host's stream has the length that is written.");

    public override void Flush() { }

    protected override void Dispose(bool disposing)
    {
        _stream = null;
        base.Dispose(disposing);
    }
}
