using System.Buffers.Binary;
using System.Text.Json;
using VQWave.SurfaceLink;

namespace VQWave.Surface;

/// <summary>The player, as the server hears it and speaks to it.</summary>
/// <remarks>Threading: one thread runs <see cref="Run"/>; everything that is sent may come from any thread. Where the player is gone, sending does nothing.</remarks>
internal sealed class PlayerLink(LinkReader reader, LinkWriter writer)
{
    private volatile bool isGone;

    /// <summary>Takes what comes until the player closes the pipe.</summary>
    /// <param name="take">Receives each frame; its bytes are gone after the call.</param>
    public void Run(Action<LinkFrame, ReadOnlyMemory<byte>> take)
    {
        try
        {
            while (reader.TryRead(out var kind))
            {
                take(kind, reader.Payload.ToArray());
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Console.Error.WriteLine($"The live surface's server has lost the player: {e.Message}");
        }

        isGone = true;
    }

    /// <summary>Sets a parameter.</summary>
    /// <param name="index">Its place in the table.</param>
    /// <param name="plain">The plain value.</param>
    public void Set(int index, float plain)
    {
        Span<byte> payload = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)index);
        BinaryPrimitives.WriteSingleLittleEndian(payload[2..], plain);
        Send(LinkFrame.Set, payload);
    }

    /// <summary>Makes a trigger happen.</summary>
    public void Fire(int index)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)index);
        Send(LinkFrame.Trigger, payload);
    }

    /// <summary>Plays a note; velocity 0 lets it go.</summary>
    public void Note(int note, int velocity) => Send(LinkFrame.Note, [(byte)note, (byte)velocity]);

    /// <summary>Plays a MIDI message.</summary>
    public void Midi(byte status, byte data1, byte data2) => Send(LinkFrame.Midi, [status, data1, data2]);

    /// <summary>Asks for something.</summary>
    public void Do(SurfaceCommand command) =>
        Send(LinkFrame.Command, JsonSerializer.SerializeToUtf8Bytes(command, LinkJsonContext.Default.SurfaceCommand));

    /// <summary>Tells the player something.</summary>
    public void Tell(SurfaceNotice notice) =>
        Send(LinkFrame.Notice, JsonSerializer.SerializeToUtf8Bytes(notice, LinkJsonContext.Default.SurfaceNotice));

    private void Send(LinkFrame kind, ReadOnlySpan<byte> payload)
    {
        if (isGone)
        {
            return;
        }

        try
        {
            writer.Write(kind, payload);
        }
        catch (IOException)
        {
            isGone = true;
        }
    }
}
