using System.Diagnostics;

namespace VQWave.Devices.Tests;

/// <summary>Waiting that ends.</summary>
internal static class Wait
{
    public static void For(Func<bool> condition, string what, double seconds = 30)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"Waited {seconds} s for {what}.");
            Thread.Sleep(5);
        }
    }
}
