using VQWave.Player.Hosting;
using VQWave.Vst3;

namespace VQWave.Player.Tests.Hosting;

/// <summary>An effect that does what a test says.</summary>
internal sealed class FakeEffect(string name, FakeEffect.Work work) : IStereoEffect
{
    public delegate int Work(Span<float> left, Span<float> right);

    public string Name => name;

    public int LatencySamples { get; init; }

    public int Calls { get; private set; }

    public int MaxFrames { get; private set; }

    public int? RefusedRate { get; init; }

    public bool IsDisposed { get; private set; }

    public void Prepare(int sampleRate, int maxFrames)
    {
        MaxFrames = maxFrames;
        if (sampleRate == RefusedRate)
        {
            throw new Vst3Exception($"'{name}' refuses {sampleRate} Hz.");
        }
    }

    public int Process(Span<float> left, Span<float> right)
    {
        Calls++;
        Assert.True(left.Length <= MaxFrames);
        return work(left, right);
    }

    public void Service() { }

    public void Dispose() => IsDisposed = true;
}
