namespace VQWave.Vst3.Tests;

internal sealed class SampleController : Vst3EditController
{
    private readonly Vst3Parameter _gain;

    public SampleController()
    {
        AddUnit(new Vst3Unit(Vst3Unit.Root, "Root", ProgramListId: SampleSynth.ProgramListId));
        AddUnit(new Vst3Unit(5, "Output", Vst3Unit.Root));
        AddProgramList(new Vst3ProgramList(SampleSynth.ProgramListId, "Factory", SampleSynth.Programs));
        AddNoteExpression(new Vst3NoteExpression(2, "Tuning"));
        _gain = AddParameter(
            new Vst3RangeParameter(SampleSynth.GainParameter, "Gain", 0, 2, 1)
            {
                Units = "x",
                ShortTitle = "Gn",
                UnitId = 5,
            }
        );
        AddParameter(new Vst3Parameter(SampleSynth.PeakParameter, "Peak") { Flags = Vst3ParameterFlags.IsReadOnly });
        AddParameter(
            new Vst3Parameter(SampleSynth.BypassParameter, "Bypass")
            {
                StepCount = 1,
                Flags = Vst3ParameterFlags.CanAutomate | Vst3ParameterFlags.IsBypass,
            }
        );
        AddParameter(
            new Vst3ListParameter(SampleSynth.ProgramParameter, "Program", SampleSynth.Programs)
            {
                Flags = Vst3ParameterFlags.CanAutomate | Vst3ParameterFlags.IsList | Vst3ParameterFlags.IsProgramChange,
            }
        );
        AddParameter(new Vst3RangeParameter(SampleSynth.LatencyParameter, "Latency", 0, 1000, 0, decimals: 0) { Units = "samples" });
    }

    public long LastNumber { get; private set; }

    public string LastText { get; private set; } = "";

    public double LastReal { get; private set; }

    public byte[] LastBytes { get; private set; } = [];

    public int LearntController { get; private set; } = -1;

    public bool Ping(long number, string text, double real, byte[] bytes)
    {
        using Vst3Message message = CreateMessage("ping");
        message.Set("number", number);
        message.Set("text", text);
        message.Set("real", real);
        message.Set("bytes", bytes);
        return SendMessage(message);
    }

    public bool Turn(double value) => BeginEdit(_gain.Id) && PerformEdit(_gain.Id, value) && EndEdit(_gain.Id);

    public bool Tell(Vst3RestartFlags flags) => Restart(flags) && SetDirty() && StartGroupEdit() && FinishGroupEdit();

    protected override bool OnMessage(Vst3Message message)
    {
        if (message.Id != "pong")
        {
            return false;
        }

        message.TryGet("number", out long number);
        message.TryGet("text", out string text);
        message.TryGet("real", out double real);
        message.TryGet("bytes", out byte[] bytes);
        (LastNumber, LastText, LastReal, LastBytes) = (number, text, real, bytes);
        return true;
    }

    protected override bool LoadComponentState(Stream stream)
    {
        var bytes = new byte[12];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            return false;
        }

        _gain.Normalized = BitConverter.ToDouble(bytes, 4);
        return true;
    }

    protected override bool TryMapMidi(int busIndex, int channel, int controller, out uint parameterId)
    {
        parameterId = controller == 7 ? SampleSynth.GainParameter : Vst3Parameter.NoId;
        return controller == 7;
    }

    protected override bool OnLiveMidi(int busIndex, int channel, int controller)
    {
        LearntController = controller;
        return true;
    }

    protected override string? GetProgramInfo(int listId, int program, string attribute) => attribute == "MusicalStyle" ? "Test" : null;

    protected override string? GetProgramPitchName(int listId, int program, int pitch) => pitch == 60 ? "Middle" : null;

    protected override Vst3View? CreateView() => new SampleView();
}
