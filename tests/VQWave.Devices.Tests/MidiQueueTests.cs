namespace VQWave.Devices.Tests;

public sealed class MidiQueueTests
{
    [Fact]
    public void Two_threads_exchange_messages_in_order_without_loss()
    {
        MidiQueue queue = new(64);
        const int Count = 200_000;
        Thread writer = new(() =>
        {
            for (int i = 0; i < Count; )
            {
                if (queue.TryWrite(new TimedMidi(i, i * 7, 3, (byte)i, (byte)(i >> 8), 0)))
                {
                    i++;
                }
                else
                {
                    Thread.Yield();
                }
            }
        });
        writer.Start();
        int read = 0;
        Wait.For(
            () =>
            {
                while (queue.TryRead(out TimedMidi message))
                {
                    Assert.Equal(new TimedMidi(read, read * 7, 3, (byte)read, (byte)(read >> 8), 0), message);
                    read++;
                }

                return read == Count;
            },
            "all messages",
            60
        );
        writer.Join();
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Full_queue_counts_and_keeps_the_oldest()
    {
        MidiQueue queue = new(3);
        Assert.Equal(4, queue.Capacity);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(i < 4, queue.TryWrite(new TimedMidi(i, 0, 1, 0xFA, 0, 0)));
        }

        Assert.Equal(2, queue.Dropped);
        Assert.Equal(4, queue.Count);
        Assert.True(queue.TryPeek(out TimedMidi first));
        Assert.Equal(0, first.Time);
        Assert.True(queue.TryRead(out first));
        Assert.Equal(0, first.Time);
    }

    [Fact]
    public void Raw_bytes_come_back_and_long_messages_are_counted()
    {
        MidiQueue queue = new();
        queue.Write(9, 2, [0xC1, 5]);
        queue.Write(9, 2, [0xF0, 1, 2, 0xF7]);
        queue.Write(9, 2, []);
        Assert.Equal(1, queue.Skipped);
        Assert.True(queue.TryRead(out TimedMidi message));
        byte[] bytes = new byte[3];
        Assert.Equal(2, message.CopyTo(bytes));
        Assert.Equal([0xC1, 5, 0], bytes);
        Assert.False(queue.TryRead(out _));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        MidiQueue queue = new(16);
        byte[] bytes = [0x90, 1, 2];
        long before = 0;
        for (int i = 0; i < 10_000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            queue.Write(i, 0, bytes);
            _ = queue.TryRead(out TimedMidi message);
            _ = message.CopyTo(bytes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
