using System.Diagnostics;
using VQWave.Devices;

namespace VQWave.Player.Live;

// How things stand.
internal sealed partial class LiveSession
{
    private Streaming.EngineDelays? delays;
    private int delaysSounding;
    private Models.ModelPack? delaysPack;
    private volatile int midiInputs;

    /// <inheritdoc/>
    public void ReadStatus(LiveStatus status)
    {
        engine.ReadSnapshot(status.Engine);
        var pack = engine.Pack;
        status.Seconds = Stopwatch.GetElapsedTime(Times.Begin).TotalSeconds;
        status.Compressions = compressions;
        status.Engines = engine.Engines;
        status.CodebookSize = codebookSize;
        status.Pack = pack.Manifest.Name;
        status.PackDirectory = pack.Directory;
        status.IsChangingPack = packChange is not null || engine.IsSwapping;
        status.Device = supervisor.Device;
        status.IsSounding = supervisor.Status.Kind == AudioStatusKind.Playing;
        status.SampleRate = supervisor.SampleRate;
        status.BlockFrames = supervisor.BufferFrames;
        status.Xruns = supervisor.Xruns;
        status.Losses = supervisor.Losses;
        var meter = instrument.Meter;
        status.Peak = meter.Peak;
        status.PeakHold = meter.PeakHold;
        status.Rms = meter.Rms;
        status.Clipped = meter.Clipped;
        ReadDelays(status);
        status.NoteCount = instrument.ReadNotes(status.Notes);
        status.Bend = instrument.Bend;
        if (status.MidiMessages != instrument.MidiMessages)
        {
            status.MidiMessages = instrument.MidiMessages;
            status.LastMidi = instrument.LastMidi;
            status.LastMidiSource = SourceName(renderer.LastSource);
        }

        status.MidiDropped = (midi?.Dropped ?? 0) + jackMidi.Dropped + ownMidi.Dropped;
        status.MidiInputs = midiInputs;
        var take = renderer.Recorder;
        status.IsRecording = take is not null;
        status.TakeSeconds = take?.Duration.TotalSeconds ?? 0;
        status.TakeLostFrames = take?.LostFrames ?? 0;
        status.Learning = Map.LearningParameter;
        status.Collections = GC.CollectionCount(0) - collectionsAtStart;
        status.Fault = Fault;
    }

    private string SourceName(int source) =>
        source < 0 ? "keys"
        : source == 0 ? "JACK"
        : midi?.SourceName(source) ?? "";

    private void ReadDelays(LiveStatus status)
    {
        // Apart from the ring, which follows the pitch, they change with the pack and the level that is heard only.
        if (delays is null || status.Engine.Sounding != delaysSounding || engine.Pack != delaysPack)
        {
            delaysSounding = status.Engine.Sounding;
            delaysPack = engine.Pack;
            delays = engine.Delays;
        }

        var rate = (double)delays.SampleRate;
        var decoder = delays.Decoder / rate;
        var context = Sum(delays.ContextLookahead) / rate;
        status.Delays = new LiveDelays(
            engine.Depth / rate,
            decoder,
            context,
            instrument.ResamplerDelay,
            supervisor.OutputLatency + (inserts?.Latency ?? 0),
            // What looks ahead of a code is changed by it before its own sound comes.
            instrument.ControlDelay(delays.Detail) - decoder,
            instrument.ControlDelay(0) - decoder - context
        );
    }

    private static double Sum(IReadOnlyList<int> values)
    {
        var sum = 0;
        for (var i = 0; i < values.Count; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
