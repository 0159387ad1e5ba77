using VQWave.TestSupport;

namespace VQWave.Player.Tests.Live;

/// <summary>
/// Compares what was played with a file or with the offline rendering, and what a JACK client heard, where the client may have been skipped now and then by a busy
/// server.
/// </summary>
internal static class Take
{
    private const int Block = 256;

    /// <summary>Renders what nobody played offline, and finds where a take begins in it.</summary>
    /// <param name="player">The program.</param>
    /// <param name="folder">Where it works.</param>
    /// <param name="take">What was played.</param>
    /// <param name="tolerance">How much samples may differ.</param>
    /// <param name="options">More options of the rendering.</param>
    /// <returns>The rendering, and the take's place in it.</returns>
    public static (float[] Offline, int Begin) FindOffline(
        PlayerFixture player,
        TemporaryFolder folder,
        ReadOnlySpan<float> take,
        float tolerance,
        params string[] options
    )
    {
        MidiSong.Write(folder["empty.mid"]);
        player.Run(folder.Path, ["render", "empty.mid", "-o", "offline.wav", .. options]).AssertSuccess();
        var offline = Measure.ReadChannels(folder["offline.wav"], out _)[0];
        var begin = Find(offline, take[..4096], tolerance);
        Assert.True(begin >= 0, "The take's beginning is not in what is rendered offline.");
        return (offline, begin);
    }

    /// <summary>Where a stretch of one sound lies in another.</summary>
    /// <param name="whole">The longer sound.</param>
    /// <param name="part">The stretch.</param>
    /// <param name="tolerance">How much samples may differ.</param>
    /// <param name="from">Where to begin to look.</param>
    /// <param name="length">How far to look.</param>
    /// <returns>The place, or −1.</returns>
    public static int Find(ReadOnlySpan<float> whole, ReadOnlySpan<float> part, float tolerance, int from = 0, int length = int.MaxValue)
    {
        for (var at = from; at + part.Length <= whole.Length && at - from <= length; at++)
        {
            if (AreEqual(whole.Slice(at, part.Length), part, tolerance))
            {
                return at;
            }
        }

        return -1;
    }

    public static bool AreEqual(ReadOnlySpan<float> first, ReadOnlySpan<float> second, float tolerance)
    {
        for (var i = 0; i < first.Length; i++)
        {
            // Also where one of them is no number.
            if (!(Math.Abs(first[i] - second[i]) <= tolerance))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Follows what was heard through the file, block by block.</summary>
    /// <param name="heard">What came out of a port.</param>
    /// <param name="file">What the file holds of it.</param>
    /// <param name="tolerance">Half a step of the file's precision.</param>
    /// <returns>How many blocks were heard; how many of these are in the file, in order; how many seams there were where the client was skipped.</returns>
    public static (int Blocks, int Found, int Seams) Follow(ReadOnlySpan<float> heard, ReadOnlySpan<float> file, float tolerance)
    {
        var (blocks, found, seams) = (0, 0, 0);
        var at = -1;
        for (var from = 0; from + Block <= heard.Length; from += Block)
        {
            var block = heard.Slice(from, Block);
            blocks++;
            if (at >= 0 && at + Block <= file.Length && AreEqual(file.Slice(at, Block), block, tolerance))
            {
                found++;
                at += Block;
                continue;
            }

            var next = Find(file, block, tolerance, Math.Max(0, at), at < 0 ? int.MaxValue : 64 * Block);
            if (next >= 0)
            {
                seams += at < 0 ? 0 : 1;
                found++;
                at = next + Block;
            }
        }

        return (blocks, found, seams);
    }
}
