using VQWave.Streaming;

namespace VQWave.Tests.Streaming;

/// <summary>Alone in the process, so that no other test's garbage is counted.</summary>
[CollectionDefinition(nameof(GarbageTests), DisableParallelization = true)]
public sealed class GarbageCollectionDefinition;

[Collection(nameof(GarbageTests))]
public class GarbageTests(TinyPackFixture tiny)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Steady_play_with_changing_controls_makes_no_garbage(int threads)
    {
        var options = new LiveEngineOptions { Threads = threads, Depth = 1024 };
        using var engine = new LiveEngine(new EngineCore(tiny.Runtime, tiny.Pack), options);
        engine.Start();
        var block = new float[128];
        var snapshot = new EngineSnapshot();
        Play(300);
        // What earlier tests and the runner left behind is collected now, not while it is counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        engine.ReadSnapshot(snapshot);
        var before = snapshot.AllocatedBytes;
        var collections = GC.CollectionCount(0);
        Play(2000);
        engine.ReadSnapshot(snapshot);
        Assert.Equal(0, GC.CollectionCount(0) - collections);
        Assert.Equal(0, snapshot.AllocatedBytes - before);
        Assert.True(snapshot.Ticks > 500);

        void Play(int blocks)
        {
            for (var i = 0; i < blocks; i++)
            {
                Assert.Equal(128, engine.ReadExactly(block, TimeSpan.FromSeconds(60)));
                engine.Send(ControlChange.Temperature(i % 20 / 10f));
                if (i % 50 == 0)
                {
                    engine.Send(ControlChange.Detail(i / 50 % 4));
                    engine.Send(ControlChange.Freeze(i % 100 == 0));
                }

                engine.TryReadApplied(out _);
            }
        }
    }
}
