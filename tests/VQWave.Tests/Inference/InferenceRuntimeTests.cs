using VQWave.Inference;

namespace VQWave.Tests.Inference;

public class InferenceRuntimeTests(TinyPackFixture tiny)
{
    [Fact]
    public void The_cpu_is_always_there()
    {
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu }, tiny.Pack);
        Assert.Equal(ExecutionProvider.Cpu, runtime.Provider);
        Assert.Null(runtime.Notice);
    }

    [Fact]
    public void Cuda_runs_or_one_sentence_says_why_the_cpu_is_used()
    {
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cuda }, tiny.Pack);
        if (runtime.Provider == ExecutionProvider.Cpu)
        {
            Assert.StartsWith("CUDA is not available (", runtime.Notice);
            Assert.EndsWith("using the CPU.", runtime.Notice);
        }

        using var stepper = new GeneratorStepper(runtime, tiny.Pack, 3);
        Assert.Equal(48, stepper.Step().Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void Threads_out_of_range_are_refused(int threads) =>
        Assert.Throws<VQWaveException>(() => new InferenceOptions { Threads = threads });

    [Theory]
    [InlineData("auto", InferencePrecision.Auto)]
    [InlineData("fp32", InferencePrecision.Float32)]
    [InlineData("int8", InferencePrecision.Int8)]
    [InlineData("int4", InferencePrecision.Int4)]
    public void Precisions_are_read_as_they_are_written(string name, InferencePrecision expected)
    {
        Assert.True(InferencePrecisionNames.TryParse(name, out var precision));
        Assert.Equal(expected, precision);
        Assert.Equal(name, precision.ToName());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("INT8")]
    [InlineData("int2")]
    public void Other_names_are_no_precision(string? name) => Assert.False(InferencePrecisionNames.TryParse(name, out _));

    [Fact]
    public void A_stage_carries_its_metadata()
    {
        using var session = new StageSession(tiny.Runtime, tiny.Pack, VQWave.Models.ModelStage.Context, 1);
        Assert.Equal("context", session.Metadata["vqwave.stage"]);
        Assert.Equal("128", session.Metadata["vqwave.level"]);
    }
}
