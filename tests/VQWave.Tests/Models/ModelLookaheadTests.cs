using VQWave.Models;
using VQWave.Streaming;

namespace VQWave.Tests.Models;

public sealed class ModelLookaheadTests
{
    /// <summary>'live' looks four codes ahead; 'head' is padded as 'same' with kernels of 3 and dilations of 1 to 32: 63 codes on each side.</summary>
    [Theory]
    [InlineData("live", 1, 4, 4 * 512)]
    [InlineData("live", 3, 4, 4 * 32)]
    [InlineData("head", 1, 63, 63 * 512)]
    [InlineData("head", 3, 63, 63 * 32)]
    public void It_is_the_delay_of_the_context_in_live_play(string preset, int level, int codes, int samples)
    {
        var configuration = Presets.Get(preset);
        var lookahead = ModelLookahead.Of(configuration, level)!;
        Assert.Equal(codes, lookahead.Codes);
        Assert.Equal(samples / 22050.0, lookahead.Seconds, 1e-12);
        Assert.Equal(samples, EngineDelays.Of(configuration, level).ContextLookahead[level]);
    }

    [Fact]
    public void The_coarsest_level_has_none() => Assert.Null(ModelLookahead.Of(Presets.Live, 0));
}
