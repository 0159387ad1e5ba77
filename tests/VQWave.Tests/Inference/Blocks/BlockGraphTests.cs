using VQWave.Inference.Blocks;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Tests.Inference.Kernels;
using VQWave.TestSupport;

namespace VQWave.Tests.Inference.Blocks;

/// <summary>What a CUDA graph needs of a block: every node on the GPU, no control flow, no table that a kernel copies from host memory.</summary>
public class BlockGraphTests(TinyPackFixture tiny)
{
    private const int Float = 1;
    private const int Byte = 2;
    private const int Long = 7;
    private const int Boolean = 9;
    private const int Half = 10;
    private const int Double = 11;

    // The element types of the first input (of Where: of the second) that ONNX Runtime's CUDA provider has a kernel for at opset 17:
    // docs/OperatorKernels.md of ONNX Runtime, "Operators implemented by CUDAExecutionProvider"; MatMulNBits is com.microsoft's. Only what blocks use.
    private static readonly Dictionary<string, int[]> CudaKernels = new(StringComparer.Ordinal)
    {
        ["Add"] = [Float, Half, Double, Long],
        ["And"] = [Boolean],
        ["Cast"] = [Float, Half, Double, Long, Boolean],
        ["Concat"] = [Float, Half, Double, Long, Boolean],
        ["CumSum"] = [Float, Half, Double, Long],
        ["Div"] = [Float, Half, Double, Long],
        ["Elu"] = [Float, Half, Double],
        ["Equal"] = [Float, Half, Double, Long, Boolean],
        ["Exp"] = [Float, Half, Double],
        ["Gather"] = [Float, Half, Double, Long, Boolean],
        ["GatherElements"] = [Float, Half, Double, Long, Boolean],
        ["Greater"] = [Float, Half, Double, Long],
        ["GreaterOrEqual"] = [Float, Half, Double, Long],
        ["LessOrEqual"] = [Float, Half, Double, Long],
        ["MatMul"] = [Float, Half, Double],
        ["MatMulNBits"] = [Float, Half],
        ["Mul"] = [Float, Half, Double, Long],
        ["Or"] = [Boolean],
        ["Pad"] = [Float, Half, Double, Boolean],
        ["ReduceSum"] = [Float, Half, Double, Long],
        ["Sigmoid"] = [Float, Half, Double],
        ["Slice"] = [Float, Half, Double, Long, Boolean],
        ["Split"] = [Float, Half, Double, Long, Boolean],
        ["Sub"] = [Float, Half, Double, Long],
        ["Tanh"] = [Float, Half, Double],
        ["TopK"] = [Float, Half, Double, Long],
        ["Unsqueeze"] = [Float, Half, Double, Long, Boolean],
        ["Where"] = [Float, Half, Double, Long],
    };

    [Theory]
    [InlineData(0, 64, false)]
    [InlineData(3, 4, false)]
    [InlineData(3, 64, true)]
    public void Every_node_has_a_kernel_on_the_GPU(int level, int length, bool half)
    {
        var graph = Build(tiny.Pack, level, length, half);
        AssertOnGpu(graph, half);
        var types = Types(graph);
        Assert.Equal(half ? Half : Float, types["h_0_out"]);
        Assert.Equal(Long, types["codes"]);
        Assert.Equal(half ? Half : Float, types[$"{length - 1}/lstm.0.matmul"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Quantised_nodes_stay_and_have_kernels_too(bool half)
    {
        using var folder = new TemporaryFolder();
        var pack = KernelGeneratorTests.Write(folder["pack"], 75, 19, 90, 2, true, WeightStorage.Float16);
        var path = pack.PathOf(ModelStage.Generator, 1);
        File.WriteAllBytes(path, QuantizedGraphs.Quantize(File.ReadAllBytes(path), ["lstm.0", "lstm.1", "logits"], 8, 64));
        var graph = Build(pack, 1, 4, half);
        AssertOnGpu(graph, half);
        var nodes = graph.Nodes.Where(n => n.Operation == "MatMulNBits").ToList();
        Assert.Equal(3 * 4, nodes.Count);
        var types = Types(graph);
        Assert.All(nodes, n => Assert.Equal("com.microsoft", n.Domain));
        Assert.All(nodes, n => Assert.Equal([Byte, half ? Half : Float], [types[n.Inputs[1]], types[n.Inputs[2]]]));
    }

    /// <summary>
    /// The tiny pack's first layer joins 5 values and 12, and its contexts are split into 4 or 5 and 12: parts of several sizes, for which CUDA's Concat
    /// and Split copy tables.
    /// </summary>
    [Fact]
    public void Parts_of_several_sizes_are_padded_and_sliced()
    {
        var layers = tiny.Pack.Configuration.Levels[3].Generator.Layers;
        var graph = Build(tiny.Pack, 3, 64, half: false);
        Assert.Equal(2 * 64, graph.Nodes.Count(n => n.Operation == "Pad"));
        Assert.Equal(2 * 64, graph.Nodes.Count(n => n.Operation == "Slice"));
        Assert.All(graph.Nodes.Where(n => n.Operation == "Split"), n => Assert.Equal(4, n.Outputs.Count));
        var joins = graph
            .Nodes.Where(n => n.Operation == "Concat")
            .ToLookup(n => n.Outputs[0].StartsWith("codes", StringComparison.Ordinal));
        Assert.Equal((layers - 1) * 64, joins[false].Count());
        Assert.Equal([4, 16, 16, 16, 16], joins[true].Select(n => n.Inputs.Count).Order());
    }

    [Fact]
    public void Weights_are_stored_once()
    {
        var one = Bytes(tiny.Pack, 3, 1, half: false).Length;
        var many = Bytes(tiny.Pack, 3, 16, half: false).Length;
        var step = new FileInfo(tiny.Pack.PathOf(ModelStage.Generator, 3)).Length;
        var nodes = Build(tiny.Pack, 3, 1, half: false).Nodes.Count;
        Assert.InRange((many - one) / 15, 1, 150 * nodes);
        Assert.True(one > step, "the weights are missing");
    }

    [Fact]
    public void A_length_that_has_no_equal_parts_is_refused() =>
        Assert.Throws<ArgumentException>(() => Build(tiny.Pack, 0, 17, half: false));

    private static byte[] Bytes(ModelPack pack, int level, int length, bool half) =>
        BlockGraph.Build(
            OnnxGraph.Parse(File.ReadAllBytes(pack.PathOf(ModelStage.Generator, level))),
            pack.Configuration.Levels[level],
            length,
            1,
            half
        );

    private static OnnxGraph Build(ModelPack pack, int level, int length, bool half) => OnnxGraph.Parse(Bytes(pack, level, length, half));

    private static void AssertOnGpu(OnnxGraph graph, bool half)
    {
        var types = Types(graph);
        foreach (var node in graph.Nodes)
        {
            Assert.True(CudaKernels.ContainsKey(node.Operation), $"{node.Operation} is not CUDA's");
            var type = types[node.Inputs[node.Operation == "Where" ? 1 : 0]];
            Assert.True(CudaKernels[node.Operation].Contains(type), $"{node.Operation} of type {type} is not CUDA's");
            Assert.InRange(node.Inputs.Count, 1, BlockGraph.MostParts);
            if (node.Operation is "MatMul" or "Sigmoid" or "Tanh" or "Elu" or "Split" or "Pad")
            {
                Assert.Equal(half ? Half : Float, type);
            }

            // Products and sums need both sides of one type.
            if (node.Operation is "MatMul" or "Add" or "Mul" or "Sub" or "Div" or "LessOrEqual" or "Equal" or "Concat")
            {
                Assert.All(node.Inputs, i => Assert.Equal(type, types[i]));
            }
        }
    }

    // Each value's element type, as the operators pass it on.
    private static Dictionary<string, int> Types(OnnxGraph graph)
    {
        var types = graph.Initializers.ToDictionary(i => i.Key, i => i.Value.Type, StringComparer.Ordinal);
        foreach (var (name, type) in OnnxInputs(graph))
        {
            types[name] = type;
        }

        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Outputs)
            {
                types[output] = node.Operation switch
                {
                    "Cast" => (int)node.Integers["to"],
                    "Greater" or "Equal" or "LessOrEqual" or "GreaterOrEqual" => Boolean,
                    "Where" => types[node.Inputs[1]],
                    _ => types[node.Inputs[0]],
                };
            }
        }

        return types;
    }

    private static Dictionary<string, int> OnnxInputs(OnnxGraph graph) =>
        graph.Inputs.ToDictionary(
            i => i,
            i =>
                i switch
                {
                    "code" or "top_k" or "given" => Long,
                    "uniform" => Double,
                    "temperature" or "context" => Float,
                    _ => graph.Nodes.Exists(n => n is { Operation: "Cast" } && n.Integers["to"] == Half) ? Half : Float,
                },
            StringComparer.Ordinal
        );
}
