using VQWave.Generation;
using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Tests.Inference.Kernels;
using VQWave.TestSupport;

namespace VQWave.Tests.Inference.Blocks;

/// <summary>Blocks of codes against single steps in ONNX Runtime and <see cref="CodeSampler"/>.</summary>
public class BlockGeneratorTests(TinyPackFixture tiny)
{
    private static readonly int[] Lengths = [64, 16, 4, 1];

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 3, true)]
    [InlineData(2, 1, true)]
    [InlineData(3, 3, false)]
    public void Codes_are_those_of_single_steps_whatever_the_controls_and_the_lengths(int level, int batch, bool isStaged)
    {
        var performance = new Performance(tiny.Pack, level, batch, 700);
        using var memory = new DeviceMemory(Runtime(isStaged));
        using var blocks = new BlockGenerator(Runtime(isStaged), tiny.Pack, level, Lengths, memory, batch);
        var expected = performance.Step(tiny.Runtime);
        Assert.Equal(expected, performance.Run(blocks, _ => 64));
        blocks.Reset();
        var random = new Random(3);
        Assert.Equal(expected, performance.Run(blocks, _ => Lengths[random.Next(4)]));
        Assert.True(expected.Distinct().Count() > 20, "the codes hardly vary");
    }

    [Theory]
    [InlineData(12, 5, 48, 1, true, WeightStorage.Float32)]
    [InlineData(37, 9, 101, 2, true, WeightStorage.Float16)]
    [InlineData(16, 16, 1024, 2, false, WeightStorage.Float16)]
    [InlineData(20, 8, 130, 4, true, WeightStorage.Float16)]
    public void Any_pack_is_made_into_blocks(int units, int embedding, int codes, int layers, bool toOutput, WeightStorage storage)
    {
        using var folder = new TemporaryFolder();
        var pack = KernelGeneratorTests.Write(folder["pack"], units, embedding, codes, layers, toOutput, storage);
        foreach (var level in new[] { 0, 1 })
        {
            var performance = new Performance(pack, level, 2, 150);
            using var memory = new DeviceMemory(tiny.Runtime);
            using var blocks = new BlockGenerator(tiny.Runtime, pack, level, Lengths, memory, 2);
            Assert.Equal(performance.Step(tiny.Runtime), performance.Run(blocks, _ => 64));
        }
    }

    [Fact]
    public void Codes_of_the_shipped_pack_are_those_of_single_steps()
    {
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find("live-keys"));
        var performance = new Performance(pack, 3, 1, 1024);
        using var memory = new DeviceMemory(tiny.Runtime);
        using var blocks = new BlockGenerator(tiny.Runtime, pack, 3, [64], memory);
        Assert.Equal(performance.Step(tiny.Runtime), performance.Run(blocks, _ => 64));
    }

    [Theory]
    [InlineData(8, 32, "lstm.0 lstm.1 dense logits")]
    [InlineData(4, 128, "lstm.0 lstm.1")]
    public void Quantised_generators_run_as_they_are(int bits, int block, string matrices)
    {
        using var folder = new TemporaryFolder();
        var pack = KernelGeneratorTests.Write(folder["pack"], 75, 19, 90, 2, true, WeightStorage.Float16);
        var path = pack.PathOf(ModelStage.Generator, 1);
        File.WriteAllBytes(path, QuantizedGraphs.Quantize(File.ReadAllBytes(path), matrices.Split(' '), bits, block));
        var performance = new Performance(pack, 1, 1, 200);
        using var memory = new DeviceMemory(tiny.Runtime);
        using var blocks = new BlockGenerator(tiny.Runtime, pack, 1, Lengths, memory);
        Assert.Equal(performance.Step(tiny.Runtime), performance.Run(blocks, _ => 64));
    }

    /// <summary>Half precision rounds the logits by about a thousandth of their size: most greedy codes stay, and those that change had rivals.</summary>
    [Fact]
    public void Half_precision_is_near_single()
    {
        var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find("live-keys"));
        var half = InferenceRuntime.Create(
            new InferenceOptions
            {
                Device = InferenceDevice.Cpu,
                Precision = InferencePrecision.Float16,
                ForcesBlocks = true,
            }
        );
        using var memory = new DeviceMemory(half);
        using var blocks = new BlockGenerator(half, pack, 0, [4], memory);
        Assert.True(blocks.IsHalf);
        using var reference = GeneratorStepper.OnOnnxRuntime(tiny.Runtime, pack, 0);
        reference.Codes[0] = pack.Manifest.StartCodes[0];
        var equal = 0;
        const int Blocks = 60;
        for (var b = 0; b < Blocks; b++)
        {
            var block = blocks.BlockFor(4);
            block.Code[0] = reference.Codes[0];
            for (var i = 0; i < 4; i++)
            {
                block.Draw(i, 0, 0, 0);
            }

            var codes = blocks.Run(block).ToArray();
            foreach (var code in codes)
            {
                // The reference follows the codes of the half, so that the two stay comparable.
                var logits = reference.Step();
                var best = CodeSampler.ArgMax(logits);
                equal += best == code ? 1 : 0;
                Assert.InRange(logits[best] - logits[(int)code], 0, 0.1);
                reference.Codes[0] = code;
            }
        }

        Assert.InRange(equal, (int)(0.95 * 4 * Blocks), 4 * Blocks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_allocates_nothing(bool isStaged)
    {
        var runtime = Runtime(isStaged);
        using var memory = new DeviceMemory(runtime);
        using var blocks = new BlockGenerator(runtime, tiny.Pack, 3, [16], memory);
        for (var i = 0; i < 20; i++)
        {
            Run(blocks, i);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            Run(blocks, i);
        }

        blocks.Reset();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(48)]
    public void A_code_outside_the_codebook_is_refused(long code)
    {
        using var memory = new DeviceMemory(tiny.Runtime);
        using var blocks = new BlockGenerator(tiny.Runtime, tiny.Pack, 0, [], memory);
        var block = blocks.BlockFor(1);
        block.Code[0] = code;
        Assert.Contains("47", Assert.Throws<VQWaveException>(() => blocks.Run(block).Length).Message, StringComparison.Ordinal);
        block.Code[0] = 1;
        block.Give(0, 48);
        Assert.Throws<VQWaveException>(() => blocks.Run(block).Length);
        block.Give(0, 47);
        Assert.Equal(47, blocks.Run(block)[0]);
    }

    [Fact]
    public void A_file_that_is_no_generator_is_refused_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        var pack = KernelGeneratorTests.Write(folder["pack"], 12, 5, 48, 1, true, WeightStorage.Float32);
        File.Copy(pack.PathOf(ModelStage.Decoder, 0), pack.PathOf(ModelStage.Generator, 0), overwrite: true);
        using var memory = new DeviceMemory(tiny.Runtime);
        var e = Assert.Throws<VQWaveException>(() => new BlockGenerator(tiny.Runtime, pack, 0, [4], memory));
        Assert.StartsWith(pack.PathOf(ModelStage.Generator, 0), e.Message);
    }

    private static InferenceRuntime Runtime(bool isStaged) =>
        InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu, StagesTensors = isStaged });

    private static void Run(BlockGenerator blocks, int number)
    {
        var block = blocks.BlockFor(16);
        for (var i = 0; i < block.Length; i++)
        {
            block.Draw(i, 1, 20, (number % 7) / 7.0);
        }

        blocks.Run(block);
    }
}
