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

    [Theory]
    [InlineData(InferenceDevice.Cuda, "CUDA")]
    [InlineData(InferenceDevice.TensorRt, "TensorRT")]
    public void A_GPU_runs_or_one_sentence_says_why_the_cpu_is_used(InferenceDevice device, string name)
    {
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = device }, tiny.Pack);
        if (runtime.Provider == ExecutionProvider.Cpu)
        {
            Assert.StartsWith($"{name} is not available (", runtime.Notice);
            Assert.EndsWith("using the CPU.", runtime.Notice);
        }

        using var stepper = new GeneratorStepper(runtime, tiny.Pack, 3);
        Assert.Equal(48, stepper.Step().Length);
    }

    [Fact]
    public void Half_precision_is_for_the_GPU_and_the_CPU_goes_on_in_single()
    {
        var options = new InferenceOptions { Device = InferenceDevice.Cpu, Precision = InferencePrecision.Float16 };
        var runtime = InferenceRuntime.Create(options, tiny.Pack);
        Assert.Equal("fp16 is for the GPU: the CPU runs the generators in fp32.", runtime.Notice);
        using var stepper = new GeneratorStepper(runtime, tiny.Pack, 1);
        Assert.Equal(InferencePrecision.Float32, stepper.Precision);
    }

    /// <summary>The keys are those of ONNX Runtime's documentation of the CUDA provider.</summary>
    [Fact]
    public void Blocks_are_captured_on_the_stream_that_the_copies_are_queued_on()
    {
        var options = GpuProviders.CudaOptions("140737353", isCaptured: true);
        Assert.Equal("140737353", options["user_compute_stream"]);
        Assert.Equal("1", options["enable_cuda_graph"]);
        var plain = GpuProviders.CudaOptions(null, isCaptured: false);
        Assert.DoesNotContain("user_compute_stream", plain.Keys);
        Assert.DoesNotContain("enable_cuda_graph", plain.Keys);
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
