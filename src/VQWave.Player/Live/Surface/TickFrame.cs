using System.Buffers.Binary;
using VQWave.Streaming;

namespace VQWave.Player.Live.Surface;

/// <summary>A tick as pages take it: see "The pages' protocol" in docs/live-surface.md.</summary>
/// <remarks>Threading: one thread. Allocates nothing after its construction.</remarks>
internal sealed class TickFrame
{
    private const byte Kind = 1;
    private const byte FrozenFlag = 1;
    private const byte LateFlag = 2;
    private const int HeadBytes = 40;
    private const int LevelBytes = 16;

    private readonly byte[] buffer = new byte[
        HeadBytes + (EngineSnapshot.MaximumLevels * (LevelBytes + (2 * EngineSnapshot.MaximumWritten)))
    ];

    /// <summary>Writes one tick.</summary>
    /// <param name="number">The tick.</param>
    /// <param name="engine">The engine after it.</param>
    /// <param name="peak">Falling peak, linear.</param>
    /// <param name="rms">RMS, linear.</param>
    /// <returns>The bytes, until the next is written.</returns>
    public ReadOnlySpan<byte> Write(long number, EngineSnapshot engine, float peak, float rms)
    {
        var span = buffer.AsSpan();
        var isLate = engine.TickTime > engine.Budget;
        span[0] = Kind;
        span[1] = (byte)engine.Levels;
        span[2] = (byte)engine.Sounding;
        span[3] = (byte)((engine.Frozen ? FrozenFlag : 0) | (isLate ? LateFlag : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)engine.Piece);
        BinaryPrimitives.WriteDoubleLittleEndian(span[8..], number);
        BinaryPrimitives.WriteDoubleLittleEndian(span[16..], engine.Position);
        BinaryPrimitives.WriteSingleLittleEndian(span[24..], engine.Fill);
        BinaryPrimitives.WriteSingleLittleEndian(span[28..], (float)(engine.TickTime / engine.Budget));
        BinaryPrimitives.WriteSingleLittleEndian(span[32..], peak);
        BinaryPrimitives.WriteSingleLittleEndian(span[36..], rms);
        var at = HeadBytes;
        for (var level = 0; level < engine.Levels; level++)
        {
            var codes = engine.Written(level);
            BinaryPrimitives.WriteUInt16LittleEndian(span[at..], (ushort)codes.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(span[(at + 2)..], 0);
            BinaryPrimitives.WriteSingleLittleEndian(span[(at + 4)..], engine.Temperature(level));
            BinaryPrimitives.WriteDoubleLittleEndian(span[(at + 8)..], engine.WrittenFrom(level));
            at += LevelBytes;
            foreach (var code in codes)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(span[at..], (ushort)code);
                at += 2;
            }
        }

        return span[..at];
    }
}
