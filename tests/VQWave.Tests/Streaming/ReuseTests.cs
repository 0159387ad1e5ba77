using VQWave.Controls;
using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;
using VQWave.Streaming;
using VQWave.TestSupport;

namespace VQWave.Tests.Streaming;

/// <summary>Cores that play again, and sessions that several hold.</summary>
public sealed class ReuseTests(TinyPackFixture packs)
{
    [Fact]
    public void A_released_core_plays_again_with_other_options_as_a_new_one_does()
    {
        var core = new EngineCore(packs.Runtime, packs.Pack);
        var engine = new LiveEngine(core);
        engine.Start();
        Assert.Equal(5000, engine.ReadExactly(new float[5000], TimeSpan.FromSeconds(60)));
        Assert.Same(core, engine.Release());
        Assert.Throws<ObjectDisposedException>(() => engine.Release());
        engine.Dispose();

        var options = new EngineOptions
        {
            Seed = 77,
            Sampling = new SamplingSettings { LevelTemperatures = [0.5f, 0.8f, 1.1f, 0.9f], LevelTopK = [3, 0, 20, 0] },
        };
        core.Restart(options);
        using var again = new LiveEngine(core, new LiveEngineOptions { Governor = null });
        using var fresh = new LiveEngine(new EngineCore(packs.Runtime, packs.Pack, options), new LiveEngineOptions { Governor = null });
        Assert.Equal(Read(fresh), Read(again));
    }

    [Fact]
    public void Options_that_do_not_fit_leave_the_core_as_it_was()
    {
        using var core = new EngineCore(packs.Runtime, packs.Pack);
        Assert.Throws<VQWaveException>(() => core.Restart(new EngineOptions { Detail = 9 }));
        Assert.Null(core.Options.Detail);
    }

    [Fact]
    public void Stages_of_one_graph_share_its_session_until_the_last_is_gone()
    {
        using TemporaryFolder folder = new();
        var pack = Packs.Create(folder, "same", 42);
        var first = new StageSession(packs.Runtime, pack, ModelStage.Decoder, 0);
        var second = new StageSession(packs.Runtime, pack, ModelStage.Decoder, 0);
        Assert.Equal(1, SharedSession.CountIn(pack.Directory));
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, SharedSession.CountIn(pack.Directory));
        Assert.NotEmpty(second.Metadata);
        second.Dispose();
        Assert.Equal(0, SharedSession.CountIn(pack.Directory));
    }

    [Fact]
    public void A_map_survives_its_text()
    {
        MidiMap map = new() { ReceiveChannel = 4, SoftTakeover = true };
        map.Bind(
            new MidiBinding
            {
                Parameter = ParameterId.Pitch,
                Controller = 33,
                Low = 0.75,
                High = 0.25,
            }
        );
        var read = MidiMap.FromJson(map.ToJson());
        Assert.Equal(map.Bindings, read.Bindings);
        Assert.Equal(4, read.ReceiveChannel);
        Assert.True(read.SoftTakeover);
        Assert.Throws<VQWaveException>(() => MidiMap.FromJson("{\"version\":9}"));
        Assert.Throws<VQWaveException>(() => MidiMap.FromJson("nonsense"));
    }

    private static float[] Read(LiveEngine engine)
    {
        var samples = new float[20_000];
        engine.Start();
        Assert.Equal(samples.Length, engine.ReadExactly(samples, TimeSpan.FromSeconds(60)));
        return samples;
    }
}
