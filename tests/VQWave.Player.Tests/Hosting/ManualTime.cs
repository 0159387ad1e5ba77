namespace VQWave.Player.Tests.Hosting;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long now;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => now;

    public void Advance(double seconds) => now += (long)(seconds * TimestampFrequency);
}
