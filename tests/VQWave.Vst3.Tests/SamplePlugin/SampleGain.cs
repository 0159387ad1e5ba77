namespace VQWave.Vst3.Tests;

internal sealed class SampleGain : Vst3Component
{
    private double _gain = 1;

    public SampleGain()
    {
        AddAudioBus(Vst3BusDirection.Input, "In", Vst3SpeakerArrangement.Stereo);
        AddAudioBus(Vst3BusDirection.Output, "Out", Vst3SpeakerArrangement.Stereo);
    }

    protected override void Process(in Vst3ProcessData data)
    {
        Vst3ParameterChanges changes = data.InputParameters;
        for (int i = 0; i < changes.Count; i++)
        {
            Vst3ParameterQueue queue = changes[i];
            if (queue.Id == 0 && queue.TryGetPoint(queue.Count - 1, out _, out double value))
            {
                _gain = value;
            }
        }

        Vst3AudioBus input = data.Input(0);
        Vst3AudioBus output = data.Output(0);
        for (int c = 0; c < output.ChannelCount; c++)
        {
            Span<float> target = output.Channel32(c);
            ReadOnlySpan<float> source = input.Channel32(c);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = i < source.Length ? (float)(source[i] * _gain) : 0;
            }
        }

        output.SilenceFlags = input.SilenceFlags;
    }
}
