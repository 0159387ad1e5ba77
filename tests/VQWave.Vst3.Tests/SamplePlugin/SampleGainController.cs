namespace VQWave.Vst3.Tests;

internal sealed class SampleGainController : Vst3EditController
{
    public SampleGainController() => AddParameter(new Vst3Parameter(0, "Gain", 1));
}
