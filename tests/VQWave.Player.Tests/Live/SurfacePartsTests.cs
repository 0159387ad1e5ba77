using System.Buffers.Binary;
using VQWave.Player.Live;
using VQWave.Player.Live.Surface;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

/// <summary>What the live surface needs of the player, part by part.</summary>
public sealed class SurfacePartsTests
{
    [Fact]
    public void Each_reader_of_the_messages_sees_all_that_are_kept_in_order()
    {
        MessageFeed feed = new();
        var early = feed.Read();
        for (var i = 0; i < 3; i++)
        {
            feed.Add(new LiveMessage("take", $"{i}", false, i));
        }

        var late = feed.Read();
        Assert.Equal(["0", "1", "2"], Drain(early));
        Assert.Equal(["0", "1", "2"], Drain(late));
        for (var i = 0; i < 2000; i++)
        {
            feed.Add(new LiveMessage("take", $"{i}", false, i));
        }

        Assert.Equal(Enumerable.Range(976, 1024).Select(i => $"{i}"), Drain(early));
        Assert.Empty(Drain(early));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_tap_holds_the_mean_of_the_channels_and_never_grows(int channels)
    {
        SoundTap tap = new();
        var block = new float[3000 * channels];
        for (var i = 0; i < block.Length; i++)
        {
            block[i] = (i / channels) + (i % channels);
        }

        tap.Push(block, channels);
        var heard = new float[4000];
        Assert.Equal(3000, tap.Read(heard));
        for (var i = 0; i < 3000; i++)
        {
            Assert.Equal(i + ((channels - 1) / 2f), heard[i], 1e-2);
        }

        // Nobody reads: the rest is left out, without waiting and without memory.
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            tap.Push(block, channels);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4000, tap.Read(heard));
    }

    [Fact]
    public void A_tick_is_written_as_the_pages_protocol_says()
    {
        var player = FakePlayer.Playing();
        LiveStatus status = new();
        player.Set("Frozen", true);
        player.Set("TickTime", 0.03);
        player.Set("Piece", 4);
        player.Set("Position", 5120L);
        player.Set("Fill", 640);
        player.ReadStatus(status);
        var frame = new TickFrame().Write(9, status.Engine, 0.5f, 0.25f);
        Assert.Equal(1, frame[0]);
        Assert.Equal(4, frame[1]);
        Assert.Equal(3, frame[2]);
        Assert.Equal(3, frame[3]);
        Assert.Equal(4u, BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]));
        Assert.Equal(9, BinaryPrimitives.ReadDoubleLittleEndian(frame[8..]));
        Assert.Equal(5120, BinaryPrimitives.ReadDoubleLittleEndian(frame[16..]));
        Assert.Equal(640, BinaryPrimitives.ReadSingleLittleEndian(frame[24..]));
        Assert.Equal(0.03 / 0.0232, BinaryPrimitives.ReadSingleLittleEndian(frame[28..]), 1e-5);
        Assert.Equal(0.5f, BinaryPrimitives.ReadSingleLittleEndian(frame[32..]));
        Assert.Equal(0.25f, BinaryPrimitives.ReadSingleLittleEndian(frame[36..]));
        // A fake player has written no codes: four empty levels.
        Assert.Equal(40 + (4 * 16), frame.Length);
    }

    [Fact]
    public void The_key_is_made_once_for_the_user_alone_and_a_damaged_one_is_replaced()
    {
        using TemporaryFolder folder = new();
        var path = folder["inner/surface.key"];
        var key = SurfaceKey.Load(path);
        Assert.Equal(32, key.Length);
        Assert.Equal(key, SurfaceKey.Load(path));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        File.WriteAllText(path, "short");
        var fresh = SurfaceKey.Load(path);
        Assert.NotEqual(key, fresh);
        Assert.Equal(fresh, SurfaceKey.Load(path));
        Assert.Throws<VQWaveException>(() => SurfaceKey.Load(Path.Combine(path, "below-a-file")));

        // What stands in its place is no file: nothing half written stays beside it.
        var taken = Directory.CreateDirectory($"{path}-taken").FullName;
        Assert.Throws<VQWaveException>(() => SurfaceKey.Load(taken));
        Assert.Equal([taken], Directory.GetFileSystemEntries(Path.GetDirectoryName(taken)!, "*-taken*"));
    }

    private static List<string> Drain(MessageFeed.Reader reader)
    {
        List<string> texts = [];
        while (reader.TryRead(out var message))
        {
            texts.Add(message.Text);
        }

        return texts;
    }
}
