using System.Buffers.Binary;
using VQWave.Controls;
using VQWave.Player.Live;
using VQWave.Player.Live.Surface;
using VQWave.SurfaceLink;
using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

/// <summary>What goes to the live surface's server and comes from it, without the server.</summary>
[Collection("Sessions in this process")]
public sealed class SurfaceFeedTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Telling_and_hearing_allocate_nothing_while_hands_move_and_notes_play()
    {
        using var session = Begin();
        using CountingStream pipe = new();
        SurfaceFeed feed = new(session, session.Renderer.Tap = new SoundTap(), new LinkWriter(pipe)) { IsWatched = true };
        SurfaceControls controls = new(session);
        var gain = session.Values.Table.IndexOf(ParameterId.Gain);
        var set = new byte[6];
        BinaryPrimitives.WriteUInt16LittleEndian(set, (ushort)gain);
        var allocated = AllocationMeter.Measure(i =>
        {
            BinaryPrimitives.WriteSingleLittleEndian(set.AsSpan(2), -(i % 7));
            Assert.True(controls.Apply(LinkFrame.Set, set));
            Assert.True(controls.Apply(LinkFrame.Note, [(byte)(48 + (i % 12)), (byte)(i % 2 * 90)]));
            feed.Look();
            Thread.Sleep(3);
        });
        Assert.True(feed.Ticks > 50, $"{feed.Ticks} ticks were told only.");
        Assert.True(pipe.Bytes > 100_000, $"{pipe.Bytes} bytes were told only.");
        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData(LinkFrame.Set, "ffff00000000")]
    [InlineData(LinkFrame.Set, "0000")]
    [InlineData(LinkFrame.Trigger, "ffff")]
    [InlineData(LinkFrame.Note, "8001")]
    [InlineData(LinkFrame.Midi, "f00102")]
    [InlineData(LinkFrame.Midi, "40")]
    [InlineData(LinkFrame.Event, "")]
    [InlineData((LinkFrame)200, "0102")]
    public void What_is_no_command_is_passed_over(LinkFrame kind, string bytes)
    {
        using var session = Begin();
        var version = session.Values.Version;
        Assert.False(new SurfaceControls(session).Apply(kind, Convert.FromHexString(bytes)));
        Assert.Equal(version, session.Values.Version);
    }

    private LiveSession Begin()
    {
        LiveSession session = new(
            new LiveOptions
            {
                Model = Path.Combine(player.ModelsFolder, "tiny"),
                Silent = true,
                Midi = false,
                Fresh = true,
                Values = [new(ParameterId.Buffer, 200)],
            },
            UserFolders.In(folder.Path)
        );
        session.Start();
        return session;
    }

    private sealed class CountingStream : MemoryStream
    {
        public long Bytes { get; private set; }

        public override void Write(byte[] buffer, int offset, int count) => Bytes += count;
    }
}
