using VQWave.Controls;
using VQWave.Inference;

namespace VQWave.Player.Live.Views;

/// <summary>Live play as plain lines, for logs and pipes: a word for what the line is, then text or name=value figures.</summary>
/// <remarks>Threading: one thread. A status line allocates nothing.</remarks>
internal sealed class PlainView : ILiveView
{
    private const int LookMilliseconds = 50;
    private const double UsualSeconds = 10;

    private readonly Stream output;
    private readonly Interval interval;
    private readonly LiveStatus status = new();
    private readonly LineText line = new();
    private readonly ByteLine bytes = new();
    private MessageFeed.Reader? messages;

    /// <summary>Creates a view.</summary>
    /// <param name="output">Receives the lines; standard output by default.</param>
    /// <param name="seconds">Seconds between status lines; 0 for none.</param>
    public PlainView(Stream? output = null, double seconds = UsualSeconds)
    {
        this.output = output ?? Console.OpenStandardOutput();
        interval = new Interval(seconds);
    }

    /// <inheritdoc/>
    public void Run(ILivePlayer player, CancellationToken stop)
    {
        WriteStart(player);
        do
        {
            Observe(player);
        } while (!stop.WaitHandle.WaitOne(LookMilliseconds));
        WriteMessages(player);
        WriteEnd(player);
    }

    /// <summary>Writes what has come since the last look.</summary>
    internal void Observe(ILivePlayer player)
    {
        WriteMessages(player);
        player.ReadStatus(status);
        if (interval.IsDue(status.Seconds))
        {
            WriteStatus(player);
        }
    }

    private void WriteStart(ILivePlayer player)
    {
        player.ReadStatus(status);
        interval.Begin(status.Seconds);
        Begin("start");
        line.Write($" pack={status.Pack} preset=\"{player.PresetName}\" device=\"{status.Device}\" rate={status.SampleRate}");
        line.Write($" block={status.BlockFrames} midi_inputs={status.MidiInputs}");
        AddEngines();
        AddDelays();
        Write();
    }

    private void WriteMessages(ILivePlayer player)
    {
        messages ??= player.Messages.Read();
        while (messages.TryRead(out var message))
        {
            line.Clear()
                .AddTime(message.Time)
                .Add(' ')
                .Add(message.IsProblem ? "problem" : "message")
                .Write($" {message.Kind}: {message.Text}");
            Write();
        }
    }

    private void WriteStatus(ILivePlayer player)
    {
        var engine = status.Engine;
        var values = player.Values;
        Begin("status");
        line.Write($" pack={status.Pack} preset=\"{player.PresetName}\"{(player.IsPresetChanged ? "*" : "")}");
        line.Write($" sounding={(status.IsSounding ? "yes" : "no")} recording={(status.IsRecording ? "yes" : "no")}");
        line.Add(" temperature=");
        for (var level = 0; level < engine.Levels; level++)
        {
            line.Add(level > 0 ? "," : "").Write($"{values.EffectiveTemperature(level):F2}");
        }

        line.Add(" top_k=");
        for (var level = 0; level < engine.Levels; level++)
        {
            line.Add(level > 0 ? "," : "").AddTopK(values.EffectiveTopK(level));
        }

        line.Add(" notes=");
        for (var i = 0; i < status.NoteCount; i++)
        {
            line.Add(i > 0 ? "," : "").AddNote(status.Notes[i]);
        }

        line.Add(" seed=").AddValue(values.Table[ParameterId.Seed], values[ParameterId.Seed]);
        line.Add(" peak_db=").AddDecibels(status.PeakHold).Add(" rms_db=").AddDecibels(status.Rms).Write($" clipped={status.Clipped}");
        line.Write($" tick_ms={engine.Median * 1000:F1} p99_ms={engine.Percentile99 * 1000:F1} worst_ms={engine.Worst * 1000:F1}");
        line.Write($" budget_ms={engine.Budget * 1000:F1} load={engine.Load * 100:F0}%");
        AddEngines();
        AddCounts();
        AddDelays();
        line.Write($" midi={status.MidiMessages}");
        Write();
    }

    private void WriteEnd(ILivePlayer player)
    {
        player.ReadStatus(status);
        Begin("end");
        line.Write($" seconds={status.Seconds:F1} ticks={status.Engine.Ticks} worst_ms={status.Engine.Worst * 1000:F1}");
        AddCounts();
        if (status.Fault is { } fault)
        {
            line.Write($" fault=\"{fault}\"");
        }

        Write();
    }

    private void Begin(string word) => line.Clear().AddTime(status.Seconds).Add(' ').Add(word);

    // What steps each level, as name/precision.
    private void AddEngines()
    {
        line.Add(" engines=");
        for (var level = 0; level < status.Engines.Count; level++)
        {
            line.Add(level > 0 ? "," : "").Write($"{status.Engines[level].Name}/{status.Engines[level].Precision.ToName()}");
        }
    }

    private void AddCounts()
    {
        var engine = status.Engine;
        line.Write($" late={engine.LateTicks} drops={engine.Drops} starved={engine.StarvedBlocks} xruns={status.Xruns}");
        line.Write($" losses={status.Losses} collections={status.Collections}");
    }

    private void AddDelays()
    {
        var delays = status.Delays;
        line.Write($" delay_ms={delays.Total * 1000:F1} ring_ms={delays.Ring * 1000:F1} decoder_ms={delays.Decoder * 1000:F1}");
        line.Write($" context_ms={delays.Context * 1000:F1} resampler_ms={delays.Resampler * 1000:F1} device_ms={delays.Device * 1000:F1}");
        line.Write($" finest_ms={delays.Finest * 1000:F1} coarsest_ms={delays.Coarsest * 1000:F1}");
    }

    private void Write()
    {
        bytes.Clear();
        bytes.Add(line.Span);
        bytes.WriteTo(output);
    }
}
