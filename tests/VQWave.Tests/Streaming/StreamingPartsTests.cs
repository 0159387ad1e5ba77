using System.Diagnostics;
using VQWave.Streaming;

namespace VQWave.Tests.Streaming;

public class StreamingPartsTests
{
    [Fact]
    public void A_ring_gives_back_what_was_written_by_another_thread()
    {
        var ring = new SampleRing(1000);
        Assert.Equal(1024, ring.Capacity);
        const int Total = 200_000;
        var writer = new Thread(() =>
        {
            var random = new Random(1);
            var next = 0;
            var clock = Stopwatch.StartNew();
            while (next < Total && clock.Elapsed < TimeSpan.FromSeconds(60))
            {
                var block = Enumerable.Range(next, Math.Min(Total - next, random.Next(1, 700))).Select(i => (float)i).ToArray();
                var written = ring.Write(block);
                next += written;
                if (written == 0)
                {
                    Thread.Sleep(0);
                }
            }
        });
        writer.Start();
        var reader = new Random(2);
        var read = 0;
        var waiting = Stopwatch.StartNew();
        while (read < Total)
        {
            var block = new float[reader.Next(1, 700)];
            var got = ring.Read(block);
            for (var i = 0; i < got; i++)
            {
                Assert.Equal(read + i, block[i]);
            }

            read += got;
            Assert.True(waiting.Elapsed < TimeSpan.FromSeconds(60), "the writer does not come on");
        }

        Assert.True(writer.Join(TimeSpan.FromSeconds(60)));
        Assert.Equal(0, ring.Available);
        Assert.Equal(Total, ring.Taken);
    }

    [Fact]
    public void A_full_ring_and_a_full_queue_take_no_more()
    {
        var ring = new SampleRing(8);
        Assert.Equal(8, ring.Write(new float[9]));
        Assert.Equal(0, ring.Free);
        Assert.Equal(0, ring.Write(new float[1]));
        var queue = new SpscQueue<int>(4);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(queue.TryEnqueue(i));
        }

        Assert.False(queue.TryEnqueue(4));
        Assert.True(queue.TryDequeue(out var first));
        Assert.Equal(0, first);
        Assert.True(queue.TryEnqueue(5));
        Assert.Equal(4, queue.Count);
    }

    [Fact]
    public void Quantiles_are_those_of_the_sorted_durations_within_an_eighth()
    {
        var statistics = new TickStatistics();
        Assert.Equal(0, statistics.Quantile(0.5));
        var random = new Random(4);
        var durations = Enumerable.Range(0, 5000).Select(_ => Math.Exp((random.NextDouble() * 9) - 12)).Order().ToArray();
        foreach (var duration in durations.OrderBy(_ => random.Next()))
        {
            statistics.Record((long)(duration * Stopwatch.Frequency));
        }

        foreach (var share in new[] { 0, 0.1, 0.5, 0.9, 0.99, 1 })
        {
            var exact = durations[Math.Max(0, (int)Math.Ceiling(share * 5000) - 1)];
            Assert.InRange(statistics.Quantile(share) / exact, 0.999, 1.13);
        }

        Assert.Equal(durations[^1], statistics.Worst, 1e-7);
        Assert.Equal(5000, statistics.Count);
        statistics.Clear();
        Assert.Equal(0, statistics.Worst);
    }

    [Fact]
    public void A_fade_has_no_step_and_ends_in_silence_and_in_the_signal()
    {
        var fader = new StarvationFader(100);
        var signal = Enumerable.Range(0, 4000).Select(i => MathF.Cos(i * 0.01f)).ToArray();
        var output = new List<float>();
        var at = 0;
        // Gaps in all lengths, also within the fades, and blocks that are partly there.
        foreach (
            var (size, there) in new[] { (300, 300), (64, 20), (500, 0), (300, 300), (80, 30), (40, 0), (50, 50), (60, 5), (400, 400) }
        )
        {
            var block = new float[size];
            signal.AsSpan(at, there).CopyTo(block);
            block.AsSpan(there).Fill(float.NaN);
            fader.Process(block, there);
            at += there;
            output.AddRange(block);
            if (size == 500)
            {
                Assert.All(block[100..], s => Assert.Equal(0, s));
            }
        }

        Assert.InRange(EngineCoreTests.LargestStep(output.ToArray()), 0.001f, 0.035f);
        Assert.Equal(signal[(at - 100)..at], output.ToArray()[^100..]);
    }
}
