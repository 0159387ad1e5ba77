using System.Collections.Concurrent;
using System.Diagnostics;

namespace VQWave.Devices.Tests;

[Collection("JACK")]
public sealed class MidiInputTests
{
    private static readonly MidiPort Keys = new(MidiApi.Jack, "probe:keys");

    [Fact]
    public void Messages_arrive_from_several_ports_at_once()
    {
        using JackServer server = StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        using JackProbe second = JackProbe.Open("second");
        using MidiInput input = new();
        MidiPort pads = new(MidiApi.Jack, "second:keys");
        MidiPortList list = input.ListPorts();
        Assert.Contains(Keys, list.Ports);
        Assert.Contains(pads, list.Ports);

        input.Open(Keys);
        input.Open(Keys);
        input.Open(pads);
        MidiPort made = input.OpenVirtual("knobs", MidiApi.Jack);
        Assert.Equal([Keys, pads, made], input.OpenPorts);
        string virtualPort = "";
        Wait.For(() => (virtualPort = probe.Ports("VQWave.*:knobs").FirstOrDefault() ?? "").Length > 0, "the virtual port");
        long before = Stopwatch.GetTimestamp();
        List<TimedMidi> messages = Read(input, probe, 2, (10, [0x90, 60, 100]), (20, [0xF0, 1, 2, 3, 0xF7]), (30, [0xC3, 7]));
        messages.AddRange(Read(input, second, 1, (5, [0xB0, 20, 64])));

        Assert.Equal([(0x90, 60, 100, 3), (0xC3, 7, 0, 2)], From(messages, input, Keys));
        Assert.Equal([(0xB0, 20, 64, 3)], From(messages, input, pads));
        Assert.All(messages, message => Assert.InRange(message.Time, before, Stopwatch.GetTimestamp()));

        second.ConnectWhenThere("second:keys", virtualPort);
        messages = Read(input, second, 2, (0, [0xE0, 0, 64]));
        Assert.Equal([(0xE0, 0, 64, 3)], From(messages, input, pads));
        Assert.Equal([(0xE0, 0, 64, 3)], From(messages, input, made));

        input.Close(Keys);
        Assert.Equal([pads, made], input.OpenPorts);
        probe.Send((0, [0x90, 1, 1]));
        Assert.All(Read(input, second, 2, (0, [0x90, 2, 2])), message => Assert.Equal(2, message.Data1));
        Assert.Equal(0, input.Dropped);
    }

    /// <summary>RtMidi's callback must not find what was freed, nor be ended within managed code: either ends the process.</summary>
    [Fact]
    public void Ports_close_while_messages_come()
    {
        using JackServer server = StartOrSkip();
        using JackProbe probe = JackProbe.Open();
        (uint, byte[])[] block = [.. Enumerable.Range(0, 64).Select(i => ((uint)i, new byte[] { 0xB0, 1, (byte)i }))];
        probe.Stream(block);
        for (int i = 0; i < 20; i++)
        {
            using MidiInput input = new();
            input.Open(Keys);
            Wait.For(() => input.TryRead(out _), "the first message");
        }
    }

    [Fact]
    public void Vanished_ports_are_told_and_opened_again_when_they_return()
    {
        using JackServer server = StartOrSkip();
        using MidiInput input = new();
        ConcurrentQueue<MidiPortChange> said = new();
        MidiPort knobs = new(MidiApi.Jack, "knobs");
        using MidiPortWatcher watcher = new(
            input,
            port => port.Name.StartsWith("probe", StringComparison.Ordinal),
            [knobs],
            TimeSpan.FromMilliseconds(50)
        );
        watcher.Changed += (_, change) => said.Enqueue(change);
        watcher.Start();
        Assert.Equal([knobs], input.OpenPorts);

        using (JackProbe probe = JackProbe.Open())
        {
            Wait.For(() => input.OpenPorts.Contains(Keys), "the port to be opened");
            Assert.Equal(60, Read(input, probe, 1, (0, [0x90, 60, 100]))[0].Data1);
        }

        Wait.For(() => !input.OpenPorts.Contains(Keys), "the port to be closed");
        using (JackProbe probe = JackProbe.Open())
        {
            Wait.For(() => input.OpenPorts.Contains(Keys), "the port to be opened again");
            Assert.Equal(61, Read(input, probe, 1, (0, [0x90, 61, 100]))[0].Data1);
            server.Kill();
        }

        Wait.For(() => input.OpenPorts.Count == 0, "the dead server's ports to be closed");
        server.Restart();
        Wait.For(() => input.OpenPorts.Contains(knobs), "the virtual port to be made again");
        using JackProbe last = JackProbe.Open();
        Wait.For(() => input.OpenPorts.Contains(Keys), "the port to be opened at the new server");
        TimedMidi message = Read(input, last, 1, (0, [0x90, 62, 100]))[0];
        Assert.Equal(62, message.Data1);
        Assert.Equal(Keys.ToString(), input.SourceName(message.Source));

        MidiPortChange[] changes = [.. said];
        Assert.Equal(3, changes.Count(change => change.Kind == MidiPortChangeKind.Opened && change.Port == Keys));
        Assert.Equal(2, changes.Count(change => change.Kind == MidiPortChangeKind.Vanished && change.Port == Keys));
        Assert.Equal(3, changes.Count(change => change.Kind == MidiPortChangeKind.Appeared && change.Port == Keys));
        Assert.Equal(1, changes.Count(change => change.Kind == MidiPortChangeKind.Vanished && change.Port == knobs));
        // Looking every 50 ms, what is missing is said once for each time it went missing.
        string[] notes = [.. changes.Where(change => change.Kind == MidiPortChangeKind.Note).Select(change => change.Message)];
        Assert.Equal(File.Exists("/dev/snd/seq") ? 0 : 1, notes.Count(note => note.Contains("ALSA", StringComparison.Ordinal)));
        Assert.InRange(notes.Count(note => note.Contains("no JACK server is running", StringComparison.Ordinal)), 0, 2);
    }

    [Fact]
    public void A_server_that_comes_later_is_found_at_the_next_look()
    {
        using JackServer server = StartOrSkip();
        using MidiInput input = new();
        server.Kill();
        Assert.Contains(input.ListPorts().Notes, n => n.Contains("JACK", StringComparison.Ordinal));
        // Without a server it is looked for often, asked for seldom.
        for (int i = 0; i < 40; i++)
        {
            Assert.Contains(input.ListPorts().Notes, n => n.Contains("JACK", StringComparison.Ordinal));
        }

        server.Restart();
        using JackProbe probe = JackProbe.Open();
        Wait.For(() => input.ListPorts().Ports.Contains(Keys), "the port of the new server");
    }

    [Fact]
    public void What_cannot_be_opened_is_one_sentence()
    {
        using MidiInput input = new();
        if (!MidiInput.IsInstalled)
        {
            string missing = Assert.Throws<MidiDeviceException>(() => input.Open(Keys)).Message;
            Assert.Contains("librtmidi6", missing, StringComparison.Ordinal);
            return;
        }

        using JackServer server = StartOrSkip();
        Assert.Equal(
            "There is no MIDI port nobody:out (JACK): list the devices to see those that are there.",
            Assert.Throws<MidiDeviceException>(() => input.Open(new MidiPort(MidiApi.Jack, "nobody:out"))).Message
        );
        Assert.Equal(
            "Windows MIDI does not exist on this system.",
            Assert.Throws<MidiDeviceException>(() => input.Open(new MidiPort(MidiApi.WindowsMultimedia, "pad"))).Message
        );
        if (!File.Exists("/dev/snd/seq"))
        {
            Assert.Equal(
                "The ALSA sequencer is not there (/dev/snd/seq): load it with 'modprobe snd-seq'.",
                Assert.Throws<MidiDeviceException>(() => input.Open(new MidiPort(MidiApi.Alsa, "pad"))).Message
            );
        }
    }

    [Theory]
    [InlineData(MidiApi.Alsa, "nanoKONTROL2:nanoKONTROL2 MIDI 1 20:0", "nanoKONTROL2:nanoKONTROL2 MIDI 1")]
    [InlineData(MidiApi.Alsa, "Pad:Port A", "Pad:Port A")]
    [InlineData(MidiApi.Jack, "system:midi_capture 20:0", "system:midi_capture 20:0")]
    public void Names_are_kept_without_numbers_that_change(MidiApi api, string systemName, string name) =>
        Assert.Equal(new MidiPort(api, name), MidiPort.FromSystem(api, systemName));

    private static JackServer StartOrSkip()
    {
        if (!MidiInput.IsInstalled)
        {
            Assert.Skip("RtMidi is not installed (apt install librtmidi6).");
        }

        return JackServer.StartOrSkip();
    }

    private static List<TimedMidi> Read(MidiInput input, JackProbe probe, int count, params (uint Frame, byte[] Bytes)[] sent)
    {
        List<TimedMidi> messages = [];
        probe.SendUntil(
            () =>
            {
                while (input.TryRead(out TimedMidi message))
                {
                    messages.Add(message);
                }

                return messages.Count >= count;
            },
            sent
        );
        return messages;
    }

    private static List<(int Status, int Data1, int Data2, int Length)> From(List<TimedMidi> messages, MidiInput input, MidiPort port) =>
        [
            .. messages
                .Where(message => input.SourceName(message.Source) == port.ToString())
                .Select(message => ((int)message.Status, (int)message.Data1, (int)message.Data2, (int)message.Length))
                .Distinct(),
        ];
}
