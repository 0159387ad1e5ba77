using VQWave.Controls;
using VQWave.Models;
using VQWave.Streaming;
using VQWave.Streaming.Resampling;
using VQWave.Streaming.Voices;

namespace VQWave.Instruments;

/// <summary>
/// What is played: a live engine behind its parameters, MIDI, a resampler to the device's rate, a gate with pitch and velocity, gain and
/// meter. The player, the offline renderer and the plug-in all sound through this.
/// </summary>
/// <remarks>
/// <para>
/// Time: a control that changes at a frame takes effect in the stream at a time computed from that frame: as far ahead as the engine may
/// have generated (<see cref="LiveEngine.ControlLead"/>), never as far as it happens to have. So the same events give the same samples for any
/// block sizes and any timing of threads, as long as no block starves and no governor interferes.
/// </para>
/// <para>
/// In notes mode the stream waits, generated and ready, at the beginning of a piece while nothing sounds; a note starts it at once, at the
/// note's pitch, and from as early as the engine can the note's own seed draws the codes. A note that is played into a sounding one takes
/// over pitch and gain at once, and its phrase begins as soon as the engine can begin a piece (<see cref="PhraseDelay"/>).
/// </para>
/// <para>
/// Threading: <see cref="Render"/> is for one audio thread; unless <see cref="IsExact"/> it is real-time safe: it allocates nothing, locks
/// nothing, logs nothing, waits for nothing and calls no model. It is the engine's one reader and one sender. <see cref="Prepare"/> is for a
/// control thread while nothing renders. The readings are for any thread.
/// </para>
/// </remarks>
public sealed partial class Instrument
{
    /// <summary>The most times faster than its own pitch that the stream is played: three octaves up.</summary>
    public const double MaximumPitch = 8;

    private const int ChunkFrames = 256;
    private const int LeadFrames = 80;
    private const double FadeMilliseconds = 10;
    private const double BendMilliseconds = 5;
    private const double SoundOffMilliseconds = 5;

    // -40 dBFS, and how long a piece is searched for it.
    private const float OnsetLevel = 0.01f;
    private const double LongestSilence = 0.5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LiveEngine engine;
    private readonly ParameterValues values;
    private readonly MidiMap map;
    private readonly PresetBank? presets;
    private readonly EngineParameters told;
    private readonly ControlChange[] changes;
    private readonly float[] current;
    private readonly NoteStack notes = new();
    private readonly SmoothedValue gain = new(1);
    private readonly SmoothedValue velocity = new(1);
    private readonly DetailHistory details;
    private readonly RingHistory rings;

    private StreamingResampler resampler;
    private GateEnvelope gate;
    private LevelMeter meter;
    private float[] input = [];
    private ModelPack seenPack;
    private long seenVersion = -1;
    private int bend = NoteControl.BendCentre;
    private int sounding = -1;
    private bool isNotes;
    private bool isParked;
    private bool isIdle;
    private long silentFrames;
    private long pieceStart = -1;

    /// <summary>Creates an instrument at 48,000 Hz; <see cref="Prepare"/> changes the rate.</summary>
    /// <param name="engine">The engine, started or about to be; the instrument reads from it and sends to it, and does not own it.</param>
    /// <param name="values">The parameters that it follows.</param>
    /// <param name="map">What MIDI means.</param>
    /// <param name="presets">What program changes recall; null for nothing.</param>
    public Instrument(LiveEngine engine, ParameterValues values, MidiMap map, PresetBank? presets = null)
    {
        this.engine = engine;
        this.values = values;
        this.map = map;
        this.presets = presets;
        // Told for as many levels as any pack may have: those that the present one lacks are passed over.
        told = new EngineParameters(values, EngineSnapshot.MaximumLevels);
        changes = new ControlChange[told.MaximumChanges];
        current = new float[values.Table.Count];
        for (var i = 0; i < current.Length; i++)
        {
            current[i] = values.Get(i);
        }

        seenPack = engine.Pack;
        details = new DetailHistory(EngineSnapshot.MaximumLevels - 1);
        rings = new RingHistory(1);
        Prepare(48_000);
        isNotes = Is(ParameterId.Mode, (float)PlayMode.Notes);
        if (!isNotes)
        {
            gate.Open();
        }

        UpdateDepth();
        gain.Reset(GainTarget());
    }

    /// <summary>Frames a second of what is rendered.</summary>
    public int SampleRate => resampler.OutputRate;

    /// <summary>Samples a second of the model.</summary>
    public int ModelRate => engine.SampleRate;

    /// <summary>
    /// Whether rendering waits for samples that are not generated yet: for files and bounces, never for a device. Such rendering throws where the
    /// engine fails.
    /// </summary>
    public bool IsExact { get; set; }

    /// <summary>Seconds from the stream to the output.</summary>
    public double ResamplerDelay => resampler.DelaySeconds;

    /// <summary>Seconds from a note that is played into another to the beginning of its own phrase, at most.</summary>
    public double PhraseDelay =>
        (double)(engine.NextTick(rings.Latest) + engine.Pack.Configuration.Coarsest.Compression - engine.Position) / engine.SampleRate;

    /// <summary>The meter of what is played.</summary>
    public LevelMeter Meter => Volatile.Read(ref meter);

    /// <summary>Seconds from a change of a level's controls to its code's own sound at the output, at most.</summary>
    /// <param name="level">Index of the level.</param>
    public double ControlDelay(int level)
    {
        var detail = DetailLevel((int)values[ParameterId.Detail]);
        return ((double)engine.ControlLead(level, detail, rings.Latest) / engine.SampleRate) + ResamplerDelay;
    }

    /// <summary>Prepares for a rate. What sounds goes on after a short fade.</summary>
    /// <param name="sampleRate">Frames a second, 1,000 to 1,536,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of range.</exception>
    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(resampler), nameof(gate), nameof(meter))]
    public void Prepare(int sampleRate)
    {
        if (resampler?.OutputRate == sampleRate && gate is not null && meter is not null)
        {
            return;
        }

        var next = new StreamingResampler(engine.SampleRate, sampleRate, MaximumPitch);
        next.SetPitch(resampler?.TargetPitch ?? 1, 0);
        var envelope = new GateEnvelope(sampleRate, FadeMilliseconds, FadeMilliseconds);
        if (gate?.IsOpen == true)
        {
            envelope.Open();
        }

        resampler = next;
        gate = envelope;
        // A chunk's, and what the resampler's filter reaches ahead.
        input = new float[(int)((ChunkFrames + LeadFrames) * MaximumPitch * engine.SampleRate / sampleRate) + 4096];
        Volatile.Write(ref meter, new LevelMeter(sampleRate));
    }

    /// <summary>Renders the next block.</summary>
    /// <param name="output">Receives mono samples, full scale −1 to 1.</param>
    /// <param name="events">What happens in it, in the order of their frames; those past the block happen at its end.</param>
    /// <exception cref="VQWaveException">Only where <see cref="IsExact"/>: the engine has failed, or gives nothing for a minute.</exception>
    public void Render(Span<float> output, ReadOnlySpan<InstrumentEvent> events)
    {
        var at = 0;
        var next = 0;
        Follow();
        while (at < output.Length)
        {
            while (next < events.Length && events[next].Frame <= at)
            {
                Act(events[next++]);
            }

            var end = Math.Min(output.Length, at + ChunkFrames);
            if (next < events.Length)
            {
                end = Math.Min(end, events[next].Frame);
            }

            at += RenderPiece(output[at..end]);
        }

        while (next < events.Length)
        {
            Act(events[next++]);
        }

        meter.Process(output);
        Publish();
    }

    // The last choice is the finest level, however many there are.
    private static int DetailLevel(int choice) => choice == ParameterTable.LevelSlots ? EngineSnapshot.MaximumLevels - 1 : choice - 1;

    private bool Is(ParameterId id, float value) => Value(id) == value;

    private float Value(ParameterId id) => current[values.Table.IndexOf(id)];

    private int Samples(double milliseconds) => Math.Max(1, (int)(milliseconds * SampleRate / 1000));

    private void Act(in InstrumentEvent happening)
    {
        if (happening.Parameter >= 0)
        {
            values.Set(happening.Parameter, happening.Value);
            Follow();
            return;
        }

        NoteLast(happening.Message);
        var action = map.Apply(happening.Message, values);
        Follow();
        Act(action);
    }

    private void Act(in MidiAction action)
    {
        switch (action.Kind)
        {
            case MidiActionKind.NoteOn:
                notes.NoteOn(action.Number, action.Value);
                break;
            case MidiActionKind.NoteOff:
                notes.NoteOff(action.Number);
                break;
            case MidiActionKind.Sustain:
                notes.SetSustain(action.Value != 0);
                break;
            case MidiActionKind.Bend:
                bend = action.Value;
                break;
            case MidiActionKind.AllNotesOff:
                notes.SetSustain(false);
                notes.Clear();
                break;
            case MidiActionKind.AllSoundOff:
                SoundOff();
                return;
            case MidiActionKind.Program:
                if (presets?.FindProgram(action.Number) is { } preset)
                {
                    preset.ApplyTo(values);
                    Volatile.Write(ref lastProgram, preset);
                    Follow();
                }

                return;
            default:
                return;
        }

        Play(action.Kind == MidiActionKind.NoteOn);
    }

    // The held notes, the wheel or what they mean has changed.
    private void Play(bool isNew)
    {
        if (!isNotes)
        {
            UpdatePitch();
            return;
        }

        if (notes.Current is not { } note)
        {
            if (sounding >= 0)
            {
                sounding = -1;
                gate.ReleaseMilliseconds = Value(ParameterId.Release);
                gate.Close();
            }

            UpdatePitch();
            return;
        }

        var wasSilent = gate.IsSilent;
        var wasWaiting = isIdle;
        var gainOfNote = NoteControl.VelocityGain(note.Velocity, Value(ParameterId.VelocityDepth) / 100);
        if (wasSilent)
        {
            // From its first sample on at the note's own pitch and gain.
            velocity.Reset(gainOfNote);
            isIdle = false;
            isParked = false;
        }
        else
        {
            velocity.SetTarget(gainOfNote, Samples(FadeMilliseconds));
        }

        sounding = note.Note;
        gate.AttackMilliseconds = Value(ParameterId.Attack);
        gate.Open();
        UpdatePitch(wasSilent);
        if (isNew)
        {
            BeginPhrase(note.Note, wasWaiting);
        }
    }

    private void BeginPhrase(int note, bool wasWaiting)
    {
        if (wasWaiting && engine.Position >= pieceStart)
        {
            // Behind the silence that the piece begins with: where its stream waits, which the piece alone decides.
            SendSeed(NoteControl.PhraseSeed(Seed(), note), engine.Position);
            return;
        }

        if (engine.Position > pieceStart)
        {
            BeginPiece();
        }

        // As if the note had been played when its piece began: so its phrase does not depend on when it was.
        SendSeed(NoteControl.PhraseSeed(Seed(), note), pieceStart);
    }

    private void BeginPiece()
    {
        pieceStart = engine.NextTick(rings.Greatest(engine.Position));
        Send(ControlChange.Reset(Seed(), pieceStart));
    }

    private void SendSeed(ulong seed, long from)
    {
        for (var level = 0; level < EngineSnapshot.MaximumLevels; level++)
        {
            Send(ControlChange.Seed(seed, from + Lead(level)) with { Level = level });
        }
    }

    private ulong Seed() => (ulong)Value(ParameterId.Seed);

    private void SoundOff()
    {
        notes.SetSustain(false);
        notes.Clear();
        sounding = -1;
        if (isNotes)
        {
            gate.ReleaseMilliseconds = SoundOffMilliseconds;
            gate.Close();
        }
        else
        {
            // Free run has no notes to end: it is muted until somebody lets it sound again.
            values[ParameterId.Bypass] = 1;
            Follow();
        }
    }

    private long Lead(int level) => engine.ControlLead(level, details.Coarsest(engine.Position), rings.Greatest(engine.Position));

    private void Send(in ControlChange change)
    {
        if (!engine.Send(change))
        {
            // Tell everything again when there is room.
            told.Invalidate();
            seenVersion = -1;
        }
    }

    // Looks what has become of the parameters, and of the pack.
    private void Follow()
    {
        if (engine.Pack != seenPack)
        {
            seenPack = engine.Pack;
            told.Invalidate();
        }
        else if (values.Version == seenVersion)
        {
            return;
        }

        if (!values.TrySnapshot(current, out var version))
        {
            return;
        }

        seenVersion = version;
        FollowMode();
        details.Set(DetailLevel((int)Value(ParameterId.Detail)), engine.Position);
        gain.SetTarget(GainTarget(), Samples(values.Table[ParameterId.Gain].SmoothingMilliseconds));
        UpdatePitch();
        TellEngine();
    }

    private void FollowMode()
    {
        var wanted = Is(ParameterId.Mode, (float)PlayMode.Notes);
        if (wanted == isNotes)
        {
            return;
        }

        isNotes = wanted;
        if (isNotes)
        {
            Play(true);
            if (sounding < 0)
            {
                gate.ReleaseMilliseconds = Value(ParameterId.Release);
                gate.Close();
            }

            return;
        }

        if (gate.IsSilent)
        {
            resampler.Reset();
        }

        sounding = -1;
        isIdle = false;
        isParked = false;
        velocity.SetTarget(1, Samples(FadeMilliseconds));
        gate.AttackMilliseconds = FadeMilliseconds;
        gate.Open();
    }

    private void TellEngine()
    {
        var position = engine.Position;
        var count = told.Collect(values, 0, changes);
        // A reset is told last.
        var isReset = count > 0 && changes[count - 1].Kind == ControlKind.Reset;
        for (var i = 0; i < count; i++)
        {
            ref readonly var change = ref changes[i];
            switch (change.Kind)
            {
                case ControlKind.Reset:
                    // With its seed, below.
                    break;
                case ControlKind.Seed when isReset:
                    break;
                case ControlKind.Seed:
                    SendSeed(change.SeedValue, position);
                    break;
                case ControlKind.Detail:
                    Send(change with { Time = engine.NextTick(rings.Greatest(position)) });
                    break;
                default:
                    Send(change with { Time = position + Lead(Math.Max(0, change.Level)) });
                    break;
            }
        }

        if (!isReset)
        {
            return;
        }

        if (isNotes && sounding >= 0)
        {
            BeginPhrase(sounding, wasWaiting: false);
        }
        else
        {
            BeginPiece();
            isParked = false;
        }
    }

    private void UpdatePitch(bool atOnce = false)
    {
        var semitones = Value(ParameterId.Pitch) + NoteControl.BendSemitones(bend, Value(ParameterId.BendRange));
        var root = (int)Value(ParameterId.RootNote);
        var pitch = NoteControl.PitchRatio(isNotes && sounding >= 0 ? sounding : root, root, semitones);
        if (isNotes && sounding < 0 && !gate.IsSilent)
        {
            // The note that is being let go keeps its pitch.
            return;
        }

        resampler.SetPitch(pitch, atOnce ? 0 : Samples(BendMilliseconds));
        if (atOnce)
        {
            resampler.Reset();
        }

        UpdateDepth();
    }

    // The faster the stream is played, the more of it makes up the same time.
    private void UpdateDepth()
    {
        var tick = engine.Pack.Configuration.Coarsest.Compression;
        var depth = ParameterTable.RingDepth(Value(ParameterId.Buffer), tick, engine.SampleRate) * Math.Max(1, resampler.TargetPitch);
        var ring = (int)Math.Min(depth, LiveEngineOptions.MaximumDepth);
        if (ring != rings.Latest)
        {
            rings.Set(ring, engine.Position);
            engine.Depth = ring;
        }
    }

    private float GainTarget() => Is(ParameterId.Bypass, 1) ? 0 : ParameterTable.GainFactor(Value(ParameterId.Gain));
}
