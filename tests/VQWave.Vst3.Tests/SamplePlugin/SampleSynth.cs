namespace VQWave.Vst3.Tests;

/// <summary>One sine voice and an auxiliary input, times a gain that follows every automation point.</summary>
internal sealed class SampleSynth : Vst3Component
{
    public const uint GainParameter = 1;
    public const uint PeakParameter = 2;
    public const uint BypassParameter = 3;
    public const uint ProgramParameter = 4;
    public const uint LatencyParameter = 5;
    public const int ProgramListId = 77;

    public static readonly string[] Programs = ["Soft", "Loud", "Off"];

    private static readonly double[] s_programGains = [0.25, 1, 0];

    private readonly double[] _stored = [.. s_programGains];
    private double[] _curve = [];
    private double _gain = 0.5;
    private double _bypass;
    private double _latency;
    private double _phase;
    private double _step;
    private double _velocity;
    private int _pitch = -1;

    public SampleSynth()
    {
        AddAudioBus(Vst3BusDirection.Input, "Follow", Vst3SpeakerArrangement.Stereo, Vst3BusType.Aux, Vst3BusFlags.None);
        AddAudioBus(Vst3BusDirection.Output, "Out", Vst3SpeakerArrangement.Stereo);
        AddEventBus(Vst3BusDirection.Input, "Notes");
        AddEventBus(Vst3BusDirection.Output, "Echo");
    }

    public override Vst3Uid? ControllerClassId => SampleFactory.ControllerId;

    public override uint LatencySamples => (uint)Math.Round(_latency * 1000);

    public override uint TailSamples => uint.MaxValue;

    public override Vst3ContextRequirements ContextRequirements => Vst3ContextRequirements.Tempo | Vst3ContextRequirements.TransportState;

    public override bool HasProgramData => true;

    public bool ThrowInProcess { get; set; }

    public double LastTempo { get; private set; }

    public int ReleasedCount { get; private set; }

    protected override bool SupportsSampleSize(Vst3SampleSize size) => true;

    protected override bool OnSetup(Vst3ProcessSetup setup)
    {
        _curve = new double[setup.MaxBlockFrames];
        return true;
    }

    protected override void OnSetActive(bool active)
    {
        _phase = 0;
        _pitch = -1;
    }

    protected override bool OnSetArrangements(ReadOnlySpan<ulong> inputs, ReadOnlySpan<ulong> outputs) =>
        outputs.Length > 0 && Vst3SpeakerArrangement.ChannelCount(outputs[0]) is 1 or 2;

    protected override void Process(in Vst3ProcessData data)
    {
        if (ThrowInProcess)
        {
            throw new InvalidOperationException("asked to fail");
        }

        ReadParameters(in data);
        LastTempo = data.Context.Tempo;
        Vst3AudioBus output = data.Output(0);
        Vst3EventList events = data.InputEvents;
        int nextEvent = 0;
        double peak = 0;
        for (int i = 0; i < data.FrameCount; i++)
        {
            while (nextEvent < events.Count && events.TryGet(nextEvent, out Vst3Event e) && e.SampleOffset <= i)
            {
                Take(e);
                data.OutputEvents.Add(e);
                nextEvent++;
            }

            double voice = _pitch < 0 ? 0 : _velocity * Math.Sin(2 * Math.PI * _phase);
            _phase += _step;
            _phase -= Math.Floor(_phase);
            for (int channel = 0; channel < output.ChannelCount; channel++)
            {
                double value = _bypass >= 0.5 ? 0 : _curve[i] * (voice + InputAt(in data, channel, i));
                peak = Math.Max(peak, Math.Abs(value));
                if (data.SampleSize == Vst3SampleSize.Float64)
                {
                    output.Channel64(channel)[i] = value;
                }
                else
                {
                    output.Channel32(channel)[i] = (float)value;
                }
            }
        }

        while (nextEvent < events.Count && events.TryGet(nextEvent, out Vst3Event late))
        {
            Take(late);
            nextEvent++;
        }

        output.SilenceFlags = peak == 0 ? (1UL << output.ChannelCount) - 1 : 0;
        data.OutputParameters.Add(PeakParameter, 0, Math.Min(1, peak));
    }

    protected override bool LoadState(Stream stream)
    {
        var bytes = new byte[12];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || BitConverter.ToInt32(bytes) != 1)
        {
            return false;
        }

        double gain = BitConverter.ToDouble(bytes, 4);
        if (!(gain >= 0 && gain <= 1))
        {
            return false;
        }

        _gain = gain;
        return true;
    }

    protected override bool SaveState(Stream stream)
    {
        stream.Write(BitConverter.GetBytes(1));
        stream.Write(BitConverter.GetBytes(_gain));
        return true;
    }

    protected override bool OnMessage(Vst3Message message)
    {
        if (message.Id != "ping" || !message.TryGet("number", out long number))
        {
            return false;
        }

        message.TryGet("text", out string text);
        message.TryGet("bytes", out byte[] bytes);
        message.TryGet("real", out double real);
        using Vst3Message answer = CreateMessage("pong");
        answer.Set("number", number + 1);
        answer.Set("text", text + "!");
        answer.Set("real", real * 2);
        answer.Set("bytes", [.. bytes.Reverse()]);
        return SendMessage(answer);
    }

    protected override bool SupportsProgramData(int listId) => listId == ProgramListId;

    protected override bool SaveProgram(int listId, int program, Stream stream)
    {
        if (listId != ProgramListId || (uint)program >= (uint)_stored.Length)
        {
            return false;
        }

        stream.Write(BitConverter.GetBytes(_stored[program]));
        return true;
    }

    protected override bool LoadProgram(int listId, int program, Stream stream)
    {
        var bytes = new byte[8];
        if (listId != ProgramListId || (uint)program >= (uint)_stored.Length || stream.ReadAtLeast(bytes, 8, throwOnEndOfStream: false) < 8)
        {
            return false;
        }

        _stored[program] = BitConverter.ToDouble(bytes);
        return true;
    }

    protected override void OnReleased() => ReleasedCount++;

    private static double InputAt(in Vst3ProcessData data, int channel, int frame)
    {
        Vst3AudioBus input = data.Input(0);
        if (channel >= input.ChannelCount)
        {
            return 0;
        }

        return data.SampleSize == Vst3SampleSize.Float64 ? input.Channel64(channel)[frame] : input.Channel32(channel)[frame];
    }

    private void Take(Vst3Event e)
    {
        if (e.Type == Vst3EventType.NoteOn)
        {
            _pitch = e.NoteOn.Pitch;
            _velocity = e.NoteOn.Velocity;
            _phase = 0;
            _step = 440 * Math.Pow(2, (_pitch - 69) / 12.0) / Setup.SampleRate;
        }
        else if (e.Type == Vst3EventType.NoteOff && e.NoteOff.Pitch == _pitch)
        {
            _pitch = -1;
        }
    }

    // Steps at the points: each sample from a point on has its value.
    private void ReadParameters(in Vst3ProcessData data)
    {
        Vst3ParameterChanges changes = data.InputParameters;
        int filled = 0;
        for (int q = 0; q < changes.Count; q++)
        {
            Vst3ParameterQueue queue = changes[q];
            for (int p = 0; p < queue.Count; p++)
            {
                if (!queue.TryGetPoint(p, out int offset, out double value))
                {
                    continue;
                }

                switch (queue.Id)
                {
                    case GainParameter:
                        int until = Math.Clamp(offset, filled, data.FrameCount);
                        _curve.AsSpan(filled, until - filled).Fill(_gain);
                        filled = until;
                        _gain = value;
                        break;
                    case BypassParameter:
                        _bypass = value;
                        break;
                    case LatencyParameter:
                        _latency = value;
                        break;
                    case ProgramParameter:
                        _gain = _stored[Math.Clamp((int)Math.Round(value * 2), 0, 2)];
                        break;
                    default:
                        break;
                }
            }
        }

        _curve.AsSpan(filled, data.FrameCount - filled).Fill(_gain);
    }
}
