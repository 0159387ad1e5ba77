using System.Text.Encodings.Web;
using System.Text.Json;
using VQWave.Controls;
using VQWave.Inference;

namespace VQWave.Player.Live.Views;

/// <summary>
/// Live play as a stream of JSON, an object a line: start, status, message, midi, parameter, end. Levels are in dBFS, times in
/// milliseconds where the name ends so and else in seconds; what JSON cannot hold (silence in dB) is null.
/// </summary>
/// <remarks>Threading: one thread. Status, midi and parameter lines allocate nothing.</remarks>
internal sealed class JsonView : ILiveView
{
    private const int LookMilliseconds = 20;
    private const double UsualSeconds = 1;

    private readonly Stream output;
    private readonly Interval interval;
    private readonly LiveStatus status = new();
    private readonly LineText text = new();
    private readonly ByteLine bytes = new();
    private readonly Utf8JsonWriter json;
    private float[] values = [];
    private long[] triggers = [];
    private long version;
    private long midiMessages;
    private MessageFeed.Reader? messages;

    /// <summary>Creates a view.</summary>
    /// <param name="output">Receives the lines; standard output by default.</param>
    /// <param name="seconds">Seconds between status lines; 0 for none.</param>
    public JsonView(Stream? output = null, double seconds = UsualSeconds)
    {
        this.output = output ?? Console.OpenStandardOutput();
        interval = new Interval(seconds);
        // Names stay readable; nothing here ends up in a web page.
        json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <inheritdoc/>
    public void Run(ILivePlayer player, CancellationToken stop)
    {
        Start(player);
        do
        {
            Observe(player);
        } while (!stop.WaitHandle.WaitOne(LookMilliseconds));
        Observe(player);
        WriteEnd();
    }

    /// <summary>Writes the first line.</summary>
    internal void Start(ILivePlayer player)
    {
        player.ReadStatus(status);
        interval.Begin(status.Seconds);
        midiMessages = status.MidiMessages;
        values = new float[player.Values.Table.Count];
        triggers = new long[values.Length];
        version = player.Values.Version;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = player.Values.Get(i);
            triggers[i] = Triggers(player.Values, i);
        }

        Begin("start");
        json.WriteString("pack", status.Pack);
        json.WriteString("preset", player.PresetName);
        json.WriteString("device", status.Device);
        json.WriteNumber("sample_rate", status.SampleRate);
        json.WriteNumber("block_frames", status.BlockFrames);
        json.WriteNumber("codebook_size", status.CodebookSize);
        json.WriteNumber("midi_inputs", status.MidiInputs);
        json.WriteStartArray("levels");
        for (var i = 0; i < status.Compressions.Count; i++)
        {
            json.WriteNumberValue(status.Compressions[i]);
        }

        json.WriteEndArray();
        json.WriteStartArray("engines");
        for (var i = 0; i < status.Engines.Count; i++)
        {
            json.WriteStringValue(status.Engines[i].Text);
        }

        json.WriteEndArray();
        json.WriteStartArray("packs");
        foreach (var pack in player.Packs)
        {
            json.WriteStringValue(pack);
        }

        json.WriteEndArray();
        WriteDelays();
        json.WriteStartObject("parameters");
        for (var i = 0; i < values.Length; i++)
        {
            Number(player.Values.Table.Parameters[i].Key, values[i]);
        }

        json.WriteEndObject();
        End();
    }

    /// <summary>Writes what has come since the last look.</summary>
    internal void Observe(ILivePlayer player)
    {
        player.ReadStatus(status);
        messages ??= player.Messages.Read();
        while (messages.TryRead(out var message))
        {
            Begin("message");
            json.WriteString("kind", message.Kind);
            json.WriteString("text", message.Text);
            json.WriteBoolean("problem", message.IsProblem);
            End();
        }

        if (status.MidiMessages != midiMessages)
        {
            WriteMidi();
        }

        if (player.Values.Version != version)
        {
            WriteParameters(player.Values);
        }

        if (interval.IsDue(status.Seconds))
        {
            WriteStatus(player);
        }
    }

    private static long Triggers(ParameterValues values, int index)
    {
        var definition = values.Table.Parameters[index];
        return definition.Kind == ParameterKind.Trigger ? values.TriggerCount(definition.Id) : 0;
    }

    private void WriteMidi()
    {
        Begin("midi");
        // More than one may have come since the last look: the latest is told, and how many there were.
        json.WriteNumber("count", status.MidiMessages - midiMessages);
        midiMessages = status.MidiMessages;
        WriteMidiFields();
        End();
    }

    private void WriteMidiFields()
    {
        var message = status.LastMidi;
        json.WriteString("kind", LiveText.MidiKind(message.Kind));
        json.WriteNumber("status", message.Status);
        json.WriteNumber("data1", message.Data1);
        json.WriteNumber("data2", message.Data2);
        json.WriteNumber("channel", message.Channel + 1);
        json.WriteString("text", text.Clear().AddMidi(message).Span);
        json.WriteString("source", status.LastMidiSource);
    }

    private void WriteParameters(ParameterValues present)
    {
        version = present.Version;
        for (var i = 0; i < values.Length; i++)
        {
            var value = present.Get(i);
            var count = Triggers(present, i);
            if (value == values[i] && count == triggers[i])
            {
                continue;
            }

            var isFired = count != triggers[i];
            var definition = present.Table.Parameters[i];
            (values[i], triggers[i]) = (value, count);
            if (definition.Kind == ParameterKind.Trigger && !isFired)
            {
                continue;
            }

            Begin("parameter");
            json.WriteString("key", definition.Key);
            Number("value", isFired ? 1 : value);
            json.WriteString("text", text.Clear().AddValue(definition, isFired ? 1 : value).Span);
            End();
        }
    }

    private void WriteStatus(ILivePlayer player)
    {
        var engine = status.Engine;
        Begin("status");
        json.WriteString("pack", status.Pack);
        json.WriteBoolean("changing_pack", status.IsChangingPack);
        json.WriteString("preset", player.PresetName);
        json.WriteBoolean("preset_changed", player.IsPresetChanged);
        json.WriteString("device", status.Device);
        json.WriteBoolean("sounding", status.IsSounding);
        json.WriteNumber("sample_rate", status.SampleRate);
        json.WriteNumber("block_frames", status.BlockFrames);
        WriteLevels(player.Values);
        json.WriteNumber("detail", engine.Detail);
        json.WriteNumber("sounding_level", engine.Sounding);
        json.WriteBoolean("frozen", engine.Frozen);
        json.WriteNumber("position", engine.Position);
        json.WriteNumber("piece", engine.Piece);
        json.WriteNumber("ring_fill", engine.Fill);
        json.WriteNumber("ring_depth", engine.Depth);
        json.WriteNumber("tick_samples", engine.TickSamples);
        Milliseconds("budget_ms", engine.Budget);
        Milliseconds("median_ms", engine.Median);
        Milliseconds("p99_ms", engine.Percentile99);
        Milliseconds("worst_ms", engine.Worst);
        Number("load", engine.Load);
        WriteCounts();
        json.WriteNumber("allocated_bytes", engine.AllocatedBytes);
        WriteDelays();
        Number("peak_db", LiveText.Decibels(status.Peak));
        Number("peak_hold_db", LiveText.Decibels(status.PeakHold));
        Number("rms_db", LiveText.Decibels(status.Rms));
        json.WriteNumber("clipped", status.Clipped);
        WriteNotes();
        json.WriteStartObject("midi");
        json.WriteNumber("inputs", status.MidiInputs);
        json.WriteNumber("messages", status.MidiMessages);
        json.WriteNumber("dropped", status.MidiDropped);
        json.WritePropertyName("last");
        if (status.LastMidi.Kind == MidiMessageKind.None)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartObject();
            WriteMidiFields();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("recording", status.IsRecording);
        Number("take_seconds", status.TakeSeconds);
        json.WriteNumber("take_lost_frames", status.TakeLostFrames);
        json.WriteString("learning", status.Learning is { } learning ? player.Values.Table[learning].Key : null);
        json.WriteBoolean("seed_locked", player.Values.IsLocked(ParameterId.Seed));
        json.WriteString("fault", status.Fault);
        End();
    }

    private void WriteLevels(ParameterValues present)
    {
        var engine = status.Engine;
        json.WriteStartArray("levels");
        for (var level = 0; level < engine.Levels; level++)
        {
            json.WriteStartObject();
            json.WriteString(
                "name",
                level < status.Compressions.Count ? text.Clear().Write($"{status.Compressions[level]}x").Span : default
            );
            if (level < status.Engines.Count)
            {
                json.WriteString("engine", status.Engines[level].Name);
                json.WriteString("precision", status.Engines[level].Precision.ToName());
            }

            Number("temperature", present.EffectiveTemperature(level));
            json.WriteNumber("top_k", present.EffectiveTopK(level));
            Number("drawn_temperature", engine.Temperature(level));
            json.WriteNumber("drawn_top_k", engine.TopK(level));
            json.WriteStartArray("codes");
            foreach (var code in engine.Codes(level))
            {
                json.WriteNumberValue(code);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteNotes()
    {
        json.WriteStartArray("notes");
        for (var i = 0; i < Math.Min(status.NoteCount, status.Notes.Length); i++)
        {
            json.WriteNumberValue(status.Notes[i]);
        }

        json.WriteEndArray();
        Number("bend", status.Bend);
    }

    private void WriteCounts()
    {
        var engine = status.Engine;
        json.WriteNumber("ticks", engine.Ticks);
        json.WriteNumber("late_ticks", engine.LateTicks);
        json.WriteNumber("drops", engine.Drops);
        json.WriteNumber("returns", engine.Returns);
        json.WriteNumber("starved_blocks", engine.StarvedBlocks);
        json.WriteNumber("starved_samples", engine.StarvedSamples);
        json.WriteNumber("xruns", status.Xruns);
        json.WriteNumber("losses", status.Losses);
        json.WriteNumber("collections", status.Collections);
    }

    private void WriteDelays()
    {
        var delays = status.Delays;
        json.WriteStartObject("delays_ms");
        Milliseconds("ring", delays.Ring);
        Milliseconds("decoder", delays.Decoder);
        Milliseconds("context", delays.Context);
        Milliseconds("resampler", delays.Resampler);
        Milliseconds("device", delays.Device);
        Milliseconds("total", delays.Total);
        Milliseconds("finest", delays.Finest);
        Milliseconds("coarsest", delays.Coarsest);
        json.WriteEndObject();
    }

    /// <summary>Writes the last line.</summary>
    internal void WriteEnd()
    {
        Begin("end");
        WriteCounts();
        Milliseconds("worst_ms", status.Engine.Worst);
        json.WriteNumber("clipped", status.Clipped);
        json.WriteString("fault", status.Fault);
        End();
    }

    private void Begin(string name)
    {
        bytes.Clear();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("event", name);
        Number("seconds", status.Seconds);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        bytes.WriteTo(output);
    }

    private void Milliseconds(string name, double seconds) => Number(name, seconds * 1000);

    private void Number(string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, Math.Round(value, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
