using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using VQWave.Controls;
using VQWave.Player.Live.Views;
using VQWave.Streaming;
using VQWave.SurfaceLink;

namespace VQWave.Player.Live.Surface;

/// <summary>Tells the live surface's server all that happens: events, every tick, what is heard, and lists when they change.</summary>
/// <remarks>Threading: one thread calls <see cref="Look"/> often. In steady play it allocates nothing.</remarks>
internal sealed class SurfaceFeed
{
    private const double StatusSeconds = 0.1;
    private const int SoundSamples = 1 << 14;

    private readonly LiveSession session;
    private readonly SoundTap tap;
    private readonly LinkWriter link;
    private readonly JsonView events;
    private readonly EngineSnapshot engine = new();
    private readonly TickFrame tickFrame = new();
    private readonly float[] samples = new float[SoundSamples];
    private readonly byte[] sound = new byte[sizeof(int) + (SoundSamples * sizeof(float))];
    private long tick;
    private object? presets;
    private object? bindings;
    private string? pack;

    /// <summary>Tells how things stand.</summary>
    /// <param name="session">What is played.</param>
    /// <param name="tap">What is heard.</param>
    /// <param name="link">The server.</param>
    /// <exception cref="IOException">The server is gone.</exception>
    public SurfaceFeed(LiveSession session, SoundTap tap, LinkWriter link)
    {
        this.session = session;
        this.tap = tap;
        this.link = link;
        events = new JsonView(new FrameStream(link, LinkFrame.Event), StatusSeconds);
        tick = session.Engine.TicksShown;
        TellLists();
        events.Start(session);
    }

    /// <summary>How many ticks were told.</summary>
    public long Ticks { get; private set; }

    /// <summary>Whether anybody looks: else only events are told.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Tells what has come since the last look.</summary>
    /// <exception cref="IOException">The server is gone.</exception>
    public void Look()
    {
        TellLists();
        events.Observe(session);
        TellTicks();
        TellSound();
    }

    /// <summary>Tells that play has ended.</summary>
    public void End() => events.WriteEnd();

    private void TellTicks()
    {
        var latest = session.Engine.TicksShown;
        if (!IsWatched)
        {
            tick = latest;
            return;
        }

        var meter = session.Meter;
        while (tick < latest)
        {
            tick++;
            // One that is not kept any more is left out: the page sees it by the number.
            if (session.Engine.TryReadTick(tick, engine))
            {
                link.Write(LinkFrame.Tick, tickFrame.Write(tick, engine, meter.Peak, meter.Rms));
                Ticks++;
            }
        }
    }

    private void TellSound()
    {
        int count;
        while ((count = tap.Read(samples)) > 0)
        {
            if (IsWatched)
            {
                BinaryPrimitives.WriteInt32LittleEndian(sound, session.Renderer.SampleRate);
                MemoryMarshal.AsBytes(samples.AsSpan(0, count)).CopyTo(sound.AsSpan(sizeof(int)));
                link.Write(LinkFrame.Sound, sound.AsSpan(0, sizeof(int) + (count * sizeof(float))));
            }
        }
    }

    // What is written lies in methods of its own: a closure would be made at each look, and not only where something has changed.
    private void TellLists()
    {
        if (!ReferenceEquals(presets, session.Presets.Presets))
        {
            TellPresets(session.Presets.Presets);
        }

        if (!ReferenceEquals(bindings, session.Map.Bindings))
        {
            TellBindings(session.Map.Bindings);
        }

        if (!ReferenceEquals(pack, session.Engine.Pack.Directory))
        {
            TellPack(session.Engine.Pack.Directory);
        }
    }

    private void TellPresets(IReadOnlyList<Preset> list)
    {
        presets = list;
        Tell(json => WritePresets(json, list));
    }

    private void TellBindings(IReadOnlyList<MidiBinding> list)
    {
        bindings = list;
        Tell(json => WriteBindings(json, session.Values.Table, list));
    }

    private void TellPack(string directory)
    {
        pack = directory;
        Tell(json =>
        {
            json.WriteString("event", "playing");
            json.WriteString("directory", directory);
        });
    }

    private static void WritePresets(Utf8JsonWriter json, IReadOnlyList<Preset> list)
    {
        json.WriteString("event", "presets");
        json.WriteStartArray("presets");
        foreach (var preset in list)
        {
            json.WriteStartObject();
            json.WriteString("name", preset.Name);
            if (preset.Program is { } program)
            {
                json.WriteNumber("program", program);
            }
            else
            {
                json.WriteNull("program");
            }

            json.WriteBoolean("factory", preset.IsFactory);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBindings(Utf8JsonWriter json, ParameterTable table, IReadOnlyList<MidiBinding> list)
    {
        json.WriteString("event", "map");
        json.WriteStartArray("bindings");
        foreach (var binding in list)
        {
            json.WriteStartObject();
            json.WriteString("key", table[binding.Parameter].Key);
            json.WriteNumber("controller", binding.Controller);
            if (binding.Channel == MidiBinding.AnyChannel)
            {
                json.WriteNull("channel");
            }
            else
            {
                json.WriteNumber("channel", binding.Channel + 1);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Seldom: it may allocate.
    private void Tell(Action<Utf8JsonWriter> write) => link.Write(LinkFrame.Event, LinkJson.Object(write));
}
