using VQWave.Controls;

namespace VQWave.Tests.Controls;

public class MidiParserTests
{
    [Fact]
    public void Running_status_real_time_bytes_and_system_exclusive_data()
    {
        byte[] stream =
        [
            0x12,
            0x34, // stray data
            0x90,
            60,
            0xF8,
            100, // a clock within a note
            62,
            90, // running status
            0xF0,
            1,
            2,
            0xFE,
            3,
            0xF7, // system exclusive with active sensing within
            64,
            80, // no running status after it
            0xB3,
            7,
            0xF9,
            100, // an undefined real-time byte
            0xC2,
            5,
            6,
            0xE0,
            0,
            64,
            0xF2,
            1,
            2,
            3,
            4, // song position, then data without status
            0xF6,
            0xF3,
            9,
            0xD1,
            33,
            0xB0,
            1,
            0x91,
            60,
            0, // cut off by another message
            0xF0,
            9,
            9,
            0x80,
            60,
            64, // system exclusive that is not ended
            0xFA,
        ];
        MidiMessage[] expected =
        [
            new(0xF8, 0, 0),
            new(0x90, 60, 100),
            new(0x90, 62, 90),
            new(0xFE, 0, 0),
            new(0xB3, 7, 100),
            new(0xC2, 5, 0),
            new(0xC2, 6, 0),
            new(0xE0, 0, 64),
            new(0xF2, 1, 2),
            new(0xF6, 0, 0),
            new(0xF3, 9, 0),
            new(0xD1, 33, 0),
            new(0x91, 60, 0),
            new(0x80, 60, 64),
            new(0xFA, 0, 0),
        ];
        Assert.Equal(expected, ParseAll(stream, () => stream.Length, 100));
    }

    [Fact]
    public void Random_streams_parse_alike_however_they_are_cut()
    {
        Random random = new(11);
        for (var round = 0; round < 300; round++)
        {
            var (stream, expected) = RandomStream(random, 60);
            Assert.Equal(expected, ParseAll(stream, () => random.Next(1, 9), random.Next(1, 4)));
            Assert.Equal(expected, ParseAll(stream, () => 1, 1));
        }
    }

    [Fact]
    public void Noise_gives_only_whole_messages()
    {
        Random random = new(12);
        var noise = new byte[50_000];
        random.NextBytes(noise);
        var messages = ParseAll(noise, () => 500, 64);
        Assert.NotEmpty(messages);
        Assert.All(
            messages,
            m =>
            {
                Assert.InRange(m.Length, 1, 3);
                Assert.True(m is { Status: >= 0x80, Data1: < 0x80, Data2: < 0x80 });
                Assert.DoesNotContain(m.Status, new byte[] { 0xF0, 0xF4, 0xF5, 0xF7, 0xF9, 0xFD });
            }
        );
    }

    [Fact]
    public void Messages_know_what_they_are()
    {
        Assert.Equal(MidiMessageKind.NoteOff, MidiMessage.NoteOn(3, 60, 0).Kind);
        Assert.Equal((MidiMessageKind.NoteOn, 3), (MidiMessage.NoteOn(3, 60, 1).Kind, MidiMessage.NoteOn(3, 60, 1).Channel));
        Assert.Equal(12345, MidiMessage.PitchBend(0, 12345).Bend);
        Assert.Equal(MidiMessageKind.None, default(MidiMessage).Kind);
        Assert.Equal("CC 74 = 100, channel 1", MidiMessage.ControlChange(0, 74, 100).ToString());
        Assert.True(MidiMessage.TryRead([0xC1, 7, 99], out var message));
        Assert.Equal(MidiMessage.ProgramChange(1, 7), message);
        var bytes = new byte[3];
        Assert.Equal(2, message.CopyTo(bytes));
        Assert.Equal([0xC1, 7], bytes[..2]);
        byte[][] refused =
        [
            [],
            [0x90],
            [0x90, 1],
            [0x90, 1, 0x80],
            [0x12, 1, 1],
            [0xF0, 1, 0xF7],
            [0xF7],
            [0xF4],
        ];
        Assert.All(refused, b => Assert.False(MidiMessage.TryRead(b, out _)));
    }

    [Fact]
    public void Parsing_allocates_nothing()
    {
        var (stream, _) = RandomStream(new Random(13), 500);
        MidiParser parser = new();
        var messages = new MidiMessage[2000];
        long Run(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                parser.Parse(stream, messages, out _);
                parser.Reset();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(200);
        Assert.Equal(0, Run(1000));
    }

    private static List<MidiMessage> ParseAll(byte[] stream, Func<int> size, int room)
    {
        MidiParser parser = new();
        List<MidiMessage> result = [];
        var messages = new MidiMessage[room];
        for (var start = 0; start < stream.Length; )
        {
            var count = parser.Parse(stream.AsSpan(start, Math.Min(size(), stream.Length - start)), messages, out var consumed);
            result.AddRange(messages[..count]);
            start += consumed;
        }

        return result;
    }

    /// <summary>A stream with everything that is allowed, and what a reader is to make of it.</summary>
    private static (byte[] Stream, List<MidiMessage> Messages) RandomStream(Random random, int count)
    {
        List<byte> stream = [];
        List<MidiMessage> messages = [];
        var running = 0;
        void Interrupt()
        {
            if (random.Next(6) == 0)
            {
                byte[] clocks = [0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF];
                var clock = clocks[random.Next(clocks.Length)];
                stream.Add(clock);
                messages.Add(new MidiMessage(clock, 0, 0));
            }
        }

        for (var i = 0; i < count; i++)
        {
            Interrupt();
            if (random.Next(8) == 0)
            {
                stream.Add(0xF0);
                for (var n = random.Next(20); n > 0; n--)
                {
                    stream.Add((byte)random.Next(128));
                    Interrupt();
                }

                stream.Add(0xF7);
                running = 0;
                continue;
            }

            var status = random.Next(3) == 0 && running > 0 ? running : random.Next(0x80, 0xF0);
            if (status != running || random.Next(4) == 0)
            {
                stream.Add((byte)status);
                Interrupt();
            }

            running = status;
            var first = (byte)random.Next(128);
            stream.Add(first);
            byte second = 0;
            if ((status & 0xE0) != 0xC0)
            {
                Interrupt();
                second = (byte)random.Next(128);
                stream.Add(second);
            }

            messages.Add(new MidiMessage((byte)status, first, second));
        }

        return ([.. stream], messages);
    }
}
