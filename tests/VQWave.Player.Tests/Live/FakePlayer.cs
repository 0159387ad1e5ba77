using System.Runtime.CompilerServices;
using VQWave.Controls;
using VQWave.Inference;
using VQWave.Player.Live;
using VQWave.Streaming;

namespace VQWave.Player.Tests.Live;

/// <summary>Live play without sound: its figures are set by tests, what is asked of it is written down.</summary>
internal sealed class FakePlayer : ILivePlayer
{
    private readonly EngineSnapshot engine = new();

    public ParameterValues Values { get; } = new();

    public MessageFeed Messages { get; } = new();

    public MidiMap Map { get; } = new();

    public PresetBank Presets { get; } = new();

    public string? PresetName { get; set; } = "Glass";

    public bool IsPresetChanged { get; set; }

    public IReadOnlyList<string> Packs { get; } = ["live-keys", "other"];

    /// <summary>What <see cref="ReadStatus"/> gives, but for the engine's part.</summary>
    public LiveStatus Status { get; } = new();

    /// <summary>What was asked, in words.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Figures of a good moment, each one different.</summary>
    public static FakePlayer Playing()
    {
        FakePlayer player = new();
        var s = player.Status;
        s.Seconds = 754;
        s.Compressions = [512, 128, 32, 8];
        s.CodebookSize = 512;
        s.Engines =
        [
            new LevelEngine("kernels-avx2", InferencePrecision.Int8),
            new LevelEngine("kernels-avx2", InferencePrecision.Int8),
            new LevelEngine("onnxruntime", InferencePrecision.Float32),
            new LevelEngine("kernels-avx2", InferencePrecision.Int4),
        ];
        s.Pack = "live-keys";
        s.Device = "Scarlett 2i2 [ALSA]";
        s.IsSounding = true;
        s.SampleRate = 48000;
        s.BlockFrames = 256;
        s.Peak = 0.25f;
        s.PeakHold = 0.5f;
        s.Rms = 0.1f;
        s.Delays = new LiveDelays(0.046, 0.003, 0.061, 0.002, 0.0127, 0.049, 0.113);
        s.Notes[0] = 60;
        s.Notes[1] = 66;
        s.NoteCount = 2;
        s.Bend = -0.5;
        s.LastMidi = MidiMessage.ControlChange(0, 20, 64);
        s.LastMidiSource = "nanoKONTROL2";
        s.MidiMessages = 77;
        s.MidiInputs = 3;
        player.Set("Levels", 4);
        player.Set("Detail", 3);
        player.Set("Sounding", 3);
        player.Set("TickSamples", 512);
        player.Set("Budget", 0.0232);
        player.Set("Median", 0.0081);
        player.Set("Percentile99", 0.0125);
        player.Set("Worst", 0.0174);
        player.Set("Load", 0.35);
        player.Tick(1);
        return player;
    }

    /// <summary>Sets a figure of the engine.</summary>
    public void Set<T>(string property, T value) => typeof(EngineSnapshot).GetProperty(property)!.SetValue(engine, value);

    /// <summary>The codes of a tick: at each level those that come from its number.</summary>
    public void Tick(int tick)
    {
        SetTicks(engine, tick);
        Fill(engine, tick);
    }

    public void Say(string kind, string text, bool isProblem = false) =>
        Messages.Add(new LiveMessage(kind, text, isProblem, Status.Seconds));

    public void ReadStatus(LiveStatus status)
    {
        CopyFrom(status.Engine, engine);
        status.Seconds = Status.Seconds;
        status.Compressions = Status.Compressions;
        status.CodebookSize = Status.CodebookSize;
        status.Engines = Status.Engines;
        status.Pack = Status.Pack;
        status.PackDirectory = Status.PackDirectory;
        status.IsChangingPack = Status.IsChangingPack;
        status.Device = Status.Device;
        status.IsSounding = Status.IsSounding;
        status.SampleRate = Status.SampleRate;
        status.BlockFrames = Status.BlockFrames;
        status.Xruns = Status.Xruns;
        status.Losses = Status.Losses;
        status.Peak = Status.Peak;
        status.PeakHold = Status.PeakHold;
        status.Rms = Status.Rms;
        status.Clipped = Status.Clipped;
        status.Delays = Status.Delays;
        Status.Notes.CopyTo(status.Notes, 0);
        status.NoteCount = Status.NoteCount;
        status.Bend = Status.Bend;
        status.LastMidi = Status.LastMidi;
        status.LastMidiSource = Status.LastMidiSource;
        status.MidiMessages = Status.MidiMessages;
        status.MidiDropped = Status.MidiDropped;
        status.MidiInputs = Status.MidiInputs;
        status.IsRecording = Status.IsRecording;
        status.TakeSeconds = Status.TakeSeconds;
        status.TakeLostFrames = Status.TakeLostFrames;
        status.Learning = Map.LearningParameter;
        status.Collections = Status.Collections;
        status.Fault = Status.Fault;
    }

    public void Recall(Preset preset) => Calls.Add($"recall {preset.Name}");

    public void RecallNext(int step) => Calls.Add($"recall {step}");

    public void SavePreset(string name) => Calls.Add($"save {name}");

    public void RenamePreset(string name, string to) => Calls.Add($"rename {name} {to}");

    public void DeletePreset(string name) => Calls.Add($"delete {name}");

    public void ChoosePack(string name) => Calls.Add($"pack {name}");

    public void ChooseNextPack(int step) => Calls.Add($"pack {step}");

    public void ToggleRecording() => Calls.Add("record");

    public void NoteOn(int note, int velocity) => Calls.Add($"on {note}");

    public void NoteOff(int note) => Calls.Add($"off {note}");

    public void Panic() => Calls.Add("panic");

    public void Learn(ParameterId parameter)
    {
        Calls.Add($"learn {parameter}");
        Map.BeginLearning(parameter);
    }

    public void CancelLearning()
    {
        Calls.Add("cancel");
        Map.CancelLearning();
    }

    public void Unlearn(ParameterId parameter) => Calls.Add($"unlearn {parameter}");

    private static void Fill(EngineSnapshot engine, int tick)
    {
        for (var level = 0; level < engine.Levels; level++)
        {
            var count = 1 << (2 * level);
            Counts(engine)[level] = count;
            Temperatures(engine)[level] = 1;
            for (var i = 0; i < count; i++)
            {
                Codes(engine)[(level * EngineSnapshot.MaximumCodes) + i] = ((tick * 31) + (level * 7) + i) % 512;
            }
        }
    }

    // The engine alone fills its snapshot; a test stands in for it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CopyFrom")]
    private static extern void CopyFrom(EngineSnapshot destination, EngineSnapshot source);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Ticks")]
    private static extern void SetTicks(EngineSnapshot engine, long ticks);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "codes")]
    private static extern ref int[] Codes(EngineSnapshot engine);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "counts")]
    private static extern ref int[] Counts(EngineSnapshot engine);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "temperatures")]
    private static extern ref float[] Temperatures(EngineSnapshot engine);
}
