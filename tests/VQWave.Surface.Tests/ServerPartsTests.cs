using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using VQWave.Models;
using VQWave.SurfaceLink;
using VQWave.TestSupport;

namespace VQWave.Surface.Tests;

/// <summary>The server's parts, each alone.</summary>
public sealed class ServerPartsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(96000)]
    public void A_sine_of_full_scale_has_0_dB_in_its_own_bin_whatever_the_rate(int rate)
    {
        const double Frequency = 1000;
        SpectrumMeter meter = new();
        List<byte[]> columns = [];
        var at = 0;
        // In blocks as they come from a device.
        for (var block = 0; block < 200; block++)
        {
            var samples = new float[441];
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = (float)Math.Sin(2 * Math.PI * Frequency * at++ / rate);
            }

            if (meter.Add(Frame(rate, samples)) is { } frame)
            {
                Assert.Equal(2, frame[0]);
                var count = BinaryPrimitives.ReadUInt16LittleEndian(frame.AsSpan(2));
                Assert.NotEqual(0, count);
                Assert.Equal(28 + (count * SpectrumMeter.Bins), frame.Length);
                Assert.Equal(1 / 60.0, BinaryPrimitives.ReadSingleLittleEndian(frame.AsSpan(8)), 1e-4);
                for (var i = 0; i < count; i++)
                {
                    columns.Add(frame[(28 + (i * SpectrumMeter.Bins))..(28 + ((i + 1) * SpectrumMeter.Bins))]);
                }
            }
        }

        // Sixty columns a second of the 441 x 200 samples, but for the first window.
        Assert.InRange(columns.Count, (441 * 200.0 / rate * 60) - 7, 441 * 200.0 / rate * 60);
        var bin = (int)(SpectrumMeter.Bins * Math.Log(Frequency / SpectrumMeter.Low) / Math.Log(SpectrumMeter.High / SpectrumMeter.Low));
        foreach (var column in columns)
        {
            Assert.InRange(Array.IndexOf(column, column.Max()), bin - 1, bin + 1);
            // A Hann window reads up to 1.5 dB less between two bins.
            Assert.InRange((column.Max() * 100 / 255.0) - 100, -1.7, 0.3);
            Assert.True(column[bin + 40] < 60, "A sine is seen far above itself.");
        }
    }

    [Fact]
    public void Codes_that_are_near_in_the_codebook_look_alike()
    {
        var pack = ModelPackLocator.FromEnvironment().Find("live-keys");
        foreach (var level in ModelPack.ReadManifest(pack).Configuration.Levels)
        {
            var (size, dimension) = (level.CodebookSize, level.CodebookDimension);
            var vectors = CodebookVectors.Read(pack, level);
            var colors = CodebookPalette.Colors(vectors, size, dimension);
            double Apart(int a, int b) =>
                Math.Sqrt(
                    Enumerable.Range(0, dimension).Sum(d => Math.Pow(vectors[(a * dimension) + d] - vectors[(b * dimension) + d], 2))
                );
            double Unlike(int a, int b) =>
                Math.Sqrt(Enumerable.Range(0, 3).Sum(c => Math.Pow(colors[(3 * a) + c] - colors[(3 * b) + c], 2)));
            // Each of some codes beside the one that is nearest to it, and beside any.
            var some = Enumerable.Range(0, size).Where(i => i % 8 == 0).ToList();
            var near = some.Average(i => Unlike(i, Enumerable.Range(0, size).Where(j => j != i).MinBy(j => Apart(i, j))));
            var any = some.Average(i => Unlike(i, (i + (size / 2) + 1) % size));
            Assert.True(near < 0.75 * any, $"{level.Name}: the nearest differ by {near:F0}, any by {any:F0}.");
            // All are light enough to be seen on black.
            Assert.All(colors.Chunk(3), c => Assert.True(c.Max() > 90));
        }
    }

    [Fact]
    public void The_shipped_pack_has_a_palette_of_all_levels()
    {
        var palette = CodebookPalette.Of(ModelPackLocator.FromEnvironment().Find("live-keys"));
        Assert.Equal([512, 128, 32, 8], palette.Select(l => l.Compression));
        Assert.All(palette, l => Assert.True(l.Colors.Chunk(3).Select(c => (c[0] << 16) | (c[1] << 8) | c[2]).Distinct().Count() > 900));
    }

    [Fact]
    public void A_token_lets_one_device_in_once_and_cookies_are_signed_and_end()
    {
        Clock clock = new();
        AccessControl access = new(new byte[32], IPAddress.Loopback, clock);
        var token = access.Invite();
        Assert.False(access.Redeem(null));
        Assert.False(access.Redeem(""));
        Assert.False(access.Redeem("not base 64 !"));
        Assert.True(access.Redeem(token));
        Assert.False(access.Redeem(token));
        var cookie = access.CreateCookie();
        Assert.True(access.IsKnown(cookie));
        Assert.False(access.IsKnown(cookie + "A"));
        Assert.False(access.IsKnown(cookie.Split('.')[0]));
        Assert.False(access.IsKnown(null));
        Assert.False(new AccessControl([.. Enumerable.Repeat((byte)1, 32)], IPAddress.Loopback, clock).IsKnown(cookie));
        clock.Now += AccessControl.Lifetime;
        Assert.False(access.IsKnown(cookie));
        Assert.False(access.IsNetwork);
        Assert.True(access.IsOwnHost(new HostString("127.0.0.1:8722"), IPAddress.Loopback));
        Assert.True(access.IsOwnHost(new HostString("localhost:8722"), IPAddress.Loopback));
        Assert.False(access.IsOwnHost(new HostString("rebound.example:8722"), IPAddress.Loopback));
        Assert.False(access.IsOwnHost(new HostString("192.168.1.7:8722"), IPAddress.Loopback));
        Assert.False(access.IsOwnHost(new HostString(""), IPAddress.Loopback));
        Assert.True(AccessControl.IsOwnOrigin("http://127.0.0.1:8722", new HostString("127.0.0.1:8722")));
        Assert.False(AccessControl.IsOwnOrigin("http://127.0.0.1:80", new HostString("127.0.0.1:8722")));
        Assert.False(AccessControl.IsOwnOrigin("null", new HostString("127.0.0.1:8722")));
    }

    [Fact]
    public void Of_many_invitations_only_the_latest_eight_count()
    {
        AccessControl access = new(new byte[32], IPAddress.Loopback);
        var tokens = Enumerable.Range(0, 9).Select(_ => access.Invite()).ToList();
        Assert.False(access.Redeem(tokens[0]));
        Assert.True(access.Redeem(tokens[8]));
        Assert.True(access.Redeem(tokens[1]));
    }

    [Fact]
    public void The_shelf_knows_takes_and_nothing_else()
    {
        File.WriteAllBytes(folder["a.wav"], WavOf(22050, 2, 11025));
        File.WriteAllText(folder["notes.txt"], "private");
        File.WriteAllText(folder[".hidden.wav"], "private");
        Directory.CreateDirectory(folder["inner"]);
        File.WriteAllBytes(folder["inner/b.wav"], WavOf(22050, 2, 10));
        File.CreateSymbolicLink(folder["link.wav"], folder["notes.txt"]);
        TakeShelf shelf = new(folder.Path);
        Assert.Equal(["a.wav"], shelf.List().Select(t => t.Name));
        Assert.Equal(0.5, WavLength.Seconds(folder["a.wav"]), 1e-9);
        foreach (var name in (string[])["notes.txt", ".hidden.wav", "link.wav", "inner/b.wav", "../a.wav", "", "a.wav/", folder["a.wav"]])
        {
            Assert.Throws<VQWaveException>(() => shelf.PathOf(name));
            Assert.Throws<VQWaveException>(() => shelf.Delete(name));
        }

        foreach (var name in (string[])["../x", "", "  ", "a/b", new string('x', 90), ".x", "a\nb"])
        {
            Assert.Throws<VQWaveException>(() => shelf.Rename("a.wav", name));
        }

        Assert.True(shelf.HasChanged());
        Assert.False(shelf.HasChanged());
        shelf.Rename("a.wav", "Evening (2) #1");
        Assert.True(shelf.HasChanged());
        Assert.Equal(["Evening (2) #1.wav"], shelf.List().Select(t => t.Name));
        File.WriteAllBytes(folder["c.wav"], WavOf(22050, 1, 10));
        Assert.Throws<VQWaveException>(() => shelf.Rename("c.wav", "Evening (2) #1"));
        shelf.Delete("c.wav");
        Assert.True(File.Exists(folder["notes.txt"]));
    }

    [Fact]
    public void A_flood_of_moves_becomes_the_last_of_each()
    {
        List<(int, float)> sent = [];
        ParameterMoves moves = new(4, (index, value) => sent.Add((index, value)));
        for (var i = 0; i < 1000; i++)
        {
            moves.Add(i % 2, i);
        }

        moves.Flush();
        moves.Flush();
        Assert.Equal([(0, 998), (1, 999)], sent);
    }

    [Fact]
    public void Tokens_of_a_bucket_come_back_with_time()
    {
        Clock clock = new();
        RateLimit limit = new(10, 3, clock);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => limit.TryTake()));
        clock.Ticks += TimeSpan.TicksPerSecond / 5;
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => limit.TryTake()));
    }

    [Fact]
    public void Frames_come_through_the_pipe_as_they_were_and_what_is_none_is_refused()
    {
        using MemoryStream pipe = new();
        LinkWriter writer = new(pipe);
        writer.Write(LinkFrame.Event, "{}"u8);
        writer.Write(LinkFrame.Tick, []);
        writer.Write(LinkFrame.Sound, new byte[200_000]);
        pipe.Position = 0;
        LinkReader reader = new(pipe);
        Assert.True(reader.TryRead(out var kind));
        Assert.Equal((LinkFrame.Event, "{}"), (kind, Encoding.UTF8.GetString(reader.Payload)));
        Assert.True(reader.TryRead(out kind));
        Assert.Equal((LinkFrame.Tick, 0), (kind, reader.Payload.Length));
        Assert.True(reader.TryRead(out kind));
        Assert.Equal((LinkFrame.Sound, 200_000), (kind, reader.Payload.Length));
        Assert.False(reader.TryRead(out _));
        using MemoryStream broken = new([255, 255, 255, 255, 2]);
        Assert.Throws<InvalidDataException>(() => new LinkReader(broken).TryRead(out _));
        using MemoryStream cut = new([9, 0, 0, 0, 2, 1]);
        Assert.False(new LinkReader(cut).TryRead(out _));
    }

    private static byte[] Frame(int rate, float[] samples)
    {
        var frame = new byte[4 + (4 * samples.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(frame, rate);
        MemoryMarshal.AsBytes(samples.AsSpan()).CopyTo(frame.AsSpan(4));
        return frame;
    }

    private static byte[] WavOf(int rate, int channels, int frames)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        var bytes = frames * channels * 2;
        writer.Write("RIFF"u8);
        writer.Write(36 + bytes);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)channels);
        writer.Write(rate);
        writer.Write(rate * channels * 2);
        writer.Write((short)(channels * 2));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(bytes);
        writer.Write(new byte[bytes]);
        return stream.ToArray();
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000);

        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Ticks;
    }
}
