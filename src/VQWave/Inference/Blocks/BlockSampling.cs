using System.Buffers.Binary;
using VQWave.Generation;
using VQWave.Models;

namespace VQWave.Inference.Blocks;

/// <summary>
/// The draw of a code as nodes of a graph, as <see cref="CodeSampler"/> does it: temperature, top-k with the lower codes first among equals,
/// the inverse of the cumulative distribution in the order of the codes, summed in float64.
/// </summary>
/// <remarks>
/// Temperature 0 is not known here: the greedy choice is a top-k of 1. The logits must be finite. Only operators and types that ONNX
/// Runtime's CUDA provider has.
/// </remarks>
internal sealed class BlockSampling
{
    private const int Double = 11;
    private readonly OnnxWriter writer;
    private readonly string all;
    private readonly string last;
    private readonly string first;
    private readonly string axis;
    private readonly string axes;
    private readonly string zero;
    private readonly string least;
    private readonly string noCode;
    private readonly string temperature;
    private readonly string rank;
    private readonly string most;
    private readonly string uniform;
    private readonly string given;

    /// <summary>Adds the inputs and what all draws share.</summary>
    public BlockSampling(OnnxWriter writer, int codebookSize, int length, int batch)
    {
        this.writer = writer;
        temperature = writer.Input("temperature", OnnxTensor.Float32, length, batch, 1);
        var topK = writer.Input("top_k", OnnxTensor.Int64, length, batch, 1);
        uniform = writer.Input("uniform", Double, length, batch, 1);
        given = writer.Input("given", OnnxTensor.Int64, length, batch);
        all = writer.Integers("codebook_size", true, codebookSize);
        last = writer.Integers("last_code", true, codebookSize - 1);
        first = writer.Integers("first_code", true, 0);
        axis = writer.Integers("code_axis", false, 1);
        axes = writer.Integers("code_axes", true, 1);
        noCode = writer.Integers("no_code", false, 0);
        zero = Scalar("no_weight", 0);
        least = Scalar("least", CodeSampler.Least);
        rank = writer.Node("Sub", "rank", [topK, writer.Integers("one", false, 1)]);
        most = writer.Node("Cast", "most", [topK], ("to", OnnxTensor.Float32));
    }

    private string Scalar(string name, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return writer.Initializer(name, OnnxTensor.Float32, [], bytes);
    }

    /// <summary>Adds the draw of a code.</summary>
    /// <param name="index">Which of the block's.</param>
    /// <param name="logits">float32 [batch, codebook size].</param>
    /// <param name="output">What the code, int64 [batch], is called.</param>
    public string Draw(int index, string logits, string output)
    {
        string Name(string name) => $"{index}/draw.{name}";
        string Node(string operation, string name, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string, long)> attributes) =>
            writer.Node(operation, Name(name), inputs, attributes);
        string Row(string values, string name) =>
            Node("Gather", name, [values, writer.Integers($"row_{index}", false, index)], ("axis", 0));
        string Float(string values, string name) => Node("Cast", name, [values], ("to", OnnxTensor.Float32));

        // The k-th largest logit. All above it are kept, and of its equals the first ones, as many as there is room for.
        var sorted = new OnnxNode { Operation = "TopK" };
        sorted.Inputs.AddRange([logits, all]);
        sorted.Outputs.AddRange([Name("sorted"), Name("order")]);
        writer.Node(sorted);
        var threshold = Node("GatherElements", "threshold", [Name("sorted"), Row(rank, "rank")], ("axis", 1));
        var best = Node("Gather", "best", [Name("sorted"), first], ("axis", 1));
        var above = Node("Greater", "above", [logits, threshold]);
        var equal = Node("Equal", "equal", [logits, threshold]);
        var count = Node("ReduceSum", "above.count", [Float(above, "above.ones"), axes], ("keepdims", 1));
        var place = Node("Add", "place", [Node("CumSum", "equal.place", [Float(equal, "equal.ones"), axis]), count]);
        var within = Node("And", "within", [equal, Node("LessOrEqual", "room", [place, Row(most, "most")])]);
        var kept = Node("Or", "kept", [above, within]);

        var distance = Node("Sub", "distance", [logits, best]);
        var scaled = Node("Div", "scaled", [distance, Row(temperature, "temperature")]);
        var possible = Node("And", "possible", [kept, Node("Greater", "likely", [scaled, least])]);
        var weights = Node("Where", "possible.weights", [possible, Node("Exp", "weights", [scaled]), zero]);
        var wide = Node("Cast", "wide", [weights], ("to", Double));
        var sums = Node("CumSum", "sums", [wide, axis]);
        var total = Node("Gather", "total", [sums, last], ("axis", 1));
        var target = Node("Mul", "target", [Row(uniform, "uniform"), total]);

        // The drawn code is the first whose sum is above the target: as many codes are before it as have sums up to it.
        var before = Float(Node("LessOrEqual", "before", [sums, target]), "before.ones");
        var drawn = Node("Cast", "drawn", [Node("ReduceSum", "before.count", [before, axes], ("keepdims", 0))], ("to", OnnxTensor.Int64));
        var wish = Row(given, "given");
        return writer.Node("Where", output, [Node("GreaterOrEqual", "is_given", [wish, noCode]), wish, drawn]);
    }
}
