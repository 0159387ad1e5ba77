using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>
/// Recognises a chain of convolutions by its nodes, from the output back to the input. Whatever it does not know, it refuses: ONNX Runtime then
/// executes the graph.
/// </summary>
internal sealed class ConvolutionGraphReader
{
    private const long ToEnd = long.MaxValue;
    private const int Together = 16;
    private static readonly HashSet<string> KnownAttributes = ["kernel_shape", "strides", "dilations", "pads"];

    private readonly OnnxGraph graph;
    private readonly List<ConvolutionStage> stages = [];

    // Of the stage that comes next on the way back.
    private Activation activation = Activation.Linear;
    private OnnxNode? crop;
    private int drop;

    // By how much the output is moved ahead, and how many stages follow that place.
    private int moved;
    private int stagesAfter;

    private ConvolutionGraphReader(OnnxGraph graph) => this.graph = graph;

    /// <summary>Reads a stage's file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="stage">Encoder, decoder or context.</param>
    /// <exception cref="InvalidDataException">The graph is not known; the message says where it differs.</exception>
    public static ConvolutionGraph Read(ReadOnlyMemory<byte> bytes, ModelStage stage)
    {
        try
        {
            return new ConvolutionGraphReader(OnnxGraph.Parse(bytes)).Read(stage);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("a node has fewer inputs than its operator", e);
        }
    }

    private ConvolutionGraph Read(ModelStage stage)
    {
        var name = stage switch
        {
            ModelStage.Encoder => Turned("latents"),
            ModelStage.Context => Turned("context"),
            ModelStage.Decoder => Only("audio", "Squeeze"),
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "The stage is no chain of convolutions."),
        };
        while (Producer(name) is var node && !IsInput(node))
        {
            name = Back(node);
        }

        Require(stages.Count > 0 && activation == Activation.Linear && crop is null, "there is no convolution");
        var lookahead = 0;
        if (Producer(name) is { Operation: "Pad" } pad)
        {
            lookahead = Lookahead(pad);
            name = pad.Inputs[0];
        }

        CheckLookahead(lookahead);
        stages.Reverse();
        var table = stage == ModelStage.Encoder ? null : Table(name, stages[0].Inputs);
        Require(table is not null || IsAudio(name), "the input is no audio");
        return new ConvolutionGraph(table, stages[0].Inputs, lookahead, stages);
    }

    private static bool IsInput(OnnxNode node) => node.Operation is "Pad" or "Transpose" or "Unsqueeze";

    // One node further to the input.
    private string Back(OnnxNode node)
    {
        switch (node.Operation)
        {
            case "Elu":
                Require(node.Reals.GetValueOrDefault("alpha", 1) == 1, "an ELU has another slope");
                return Activated(node, Activation.Elu);
            case "Tanh":
                return Activated(node, Activation.Tanh);
            case "Slice":
                Sliced(node);
                return node.Inputs[0];
            case "Conv":
                stages.Add(Plain(node));
                break;
            case "ConvTranspose":
                stages.Add(Transposed(node));
                break;
            default:
                throw new InvalidDataException($"there is a node {node.Operation}");
        }

        Require(stages.Count < 2 || stages[^2].Inputs == stages[^1].Channels, "convolutions do not fit one another");
        activation = Activation.Linear;
        crop = null;
        drop = 0;
        return node.Inputs[0];
    }

    // The zeros after the input and what is dropped are the same time, each at its own rate.
    private void CheckLookahead(int lookahead)
    {
        long dropped = moved;
        long added = lookahead;
        foreach (var stage in stages.Skip(stagesAfter))
        {
            dropped = checked(dropped * stage.Step);
            added = checked(added * stage.Phases);
        }

        Require(dropped == added, "the output is not moved by the lookahead");
    }

    private string Activated(OnnxNode node, Activation kind)
    {
        Require(activation == Activation.Linear && crop is null, "an activation follows another");
        activation = kind;
        return node.Inputs[0];
    }

    // Pieces of the whole are cut with inputs that may be left out; else a lookahead is dropped at the beginning or a transposed convolution cropped.
    private void Sliced(OnnxNode node)
    {
        Require(Integer(node, 3) == 2 && (!node.HasInput(4) || Integer(node, 4) == 1), "positions are cut along another axis");
        var start = Integer(node, 1);
        var end = Integer(node, 2);
        if (start == 0 && end == ToEnd)
        {
            return;
        }

        if (graph.Producers.TryGetValue(node.Inputs[0], out var before) && before.Operation == "ConvTranspose")
        {
            Require(crop is null, "a convolution is cropped twice");
            crop = node;
            return;
        }

        Require(moved == 0 && start is > 0 and < int.MaxValue && end == ToEnd, "positions are cut away");
        moved = (int)start;
        drop = moved;
        stagesAfter = stages.Count;
    }

    private ConvolutionStage Plain(OnnxNode node)
    {
        var weight = Weight(node);
        var (outputs, inputs, taps) = ((int)weight.Dimensions[0], (int)weight.Dimensions[1], (int)weight.Dimensions[2]);
        var (step, dilation, left, right) = Geometry(node, taps);
        var total = step > 1 ? taps - step : (taps - 1) * dilation;
        Require(left + right == total && (step == 1 || dilation == 1), "a convolution changes the number of positions");
        Require(crop is null, "a convolution is cropped");
        var values = weight.ToFloats();
        var matrix = new float[values.Length];
        // Some outputs at a time, so that what is written lies together.
        for (var first = 0; first < outputs; first += Together)
        {
            var end = Math.Min(first + Together, outputs);
            for (var i = 0; i < inputs; i++)
            {
                for (var t = 0; t < taps; t++)
                {
                    var row = ((t * inputs) + i) * outputs;
                    for (var o = first; o < end; o++)
                    {
                        matrix[row + o] = values[(((o * inputs) + i) * taps) + t];
                    }
                }
            }
        }

        return Stage(inputs, outputs, taps, left, right, matrix, Bias(node, outputs)) with
        {
            Step = step,
            Dilation = dilation,
        };
    }

    // Output position q × stride + phase of the full output is made of inputs q − taps + 1 … q; the last tap has the kernel's beginning.
    private ConvolutionStage Transposed(OnnxNode node)
    {
        var weight = Weight(node);
        var (inputs, outputs, kernel) = ((int)weight.Dimensions[0], (int)weight.Dimensions[1], (int)weight.Dimensions[2]);
        var (stride, dilation, left, right) = Geometry(node, kernel);
        if (crop is not null)
        {
            Require(left == 0 && right == 0, "a convolution is cropped twice");
            var end = Integer(crop, 2);
            left = checked((int)Integer(crop, 1));
            right = end == ToEnd ? 0 : checked((int)-end);
        }

        Require(dilation == 1 && left >= 0 && left + right == kernel - stride, "a transposed convolution changes the number of positions");
        Require(left % stride == 0, "a transposed convolution is cropped by a part of its stride");
        var taps = (kernel + stride - 1) / stride;
        var rows = stride * outputs;
        var values = weight.ToFloats();
        var matrix = new float[taps * inputs * rows];
        for (var i = 0; i < inputs; i++)
        {
            for (var k = 0; k < kernel; k++)
            {
                var tap = taps - 1 - (k / stride);
                var row = (((tap * inputs) + i) * rows) + (k % stride * outputs);
                for (var o = 0; o < outputs; o++)
                {
                    matrix[row + o] = values[(((i * outputs) + o) * kernel) + k];
                }
            }
        }

        var bias = Bias(node, outputs);
        float[] repeated = [.. Enumerable.Range(0, stride).SelectMany(_ => bias)];
        return Stage(inputs, outputs, taps, taps - 1, left / stride, matrix, repeated) with { Phases = stride, Drop = left + drop };
    }

    private ConvolutionStage Stage(int inputs, int channels, int taps, int left, int right, float[] matrix, float[] bias) =>
        new()
        {
            Inputs = inputs,
            Channels = channels,
            Taps = taps,
            Left = left,
            Right = right,
            Drop = drop,
            Activation = activation,
            Matrix = new LinearLayer(bias.Length, taps * inputs, matrix, null, bias),
        };

    private (int Stride, int Dilation, int Left, int Right) Geometry(OnnxNode node, int taps)
    {
        Require(node.AttributeNames.IsSubsetOf(KnownAttributes), $"a {node.Operation} has attributes that are not known");
        var pads = node.Lists.GetValueOrDefault("pads", [0, 0]);
        var stride = One(node, "strides");
        var dilation = One(node, "dilations");
        Require(node.Lists.GetValueOrDefault("kernel_shape", [taps]) is [var kernel] && kernel == taps, "a kernel has another shape");
        Require(pads is [>= 0 and <= 1 << 20, >= 0 and <= 1 << 20], "a convolution has no two pads");
        return (stride, dilation, (int)pads[0], (int)pads[1]);
    }

    private static int One(OnnxNode node, string name)
    {
        var list = node.Lists.GetValueOrDefault(name, [1]);
        Require(list is [>= 1 and <= 1 << 16], $"'{name}' is no single positive number");
        return (int)list[0];
    }

    private OnnxTensor Weight(OnnxNode node) =>
        graph.Constant(node.Inputs[1]) is { Dimensions.Count: 3 } weight && weight.Count > 0
            ? weight
            : throw new InvalidDataException("a convolution has no constant kernel");

    private float[] Bias(OnnxNode node, int outputs)
    {
        if (!node.HasInput(2))
        {
            return new float[outputs];
        }

        return graph.Constant(node.Inputs[2]) is { } bias && bias.Has(outputs)
            ? bias.ToFloats()
            : throw new InvalidDataException("a convolution's bias is no constant");
    }

    private int Lookahead(OnnxNode node)
    {
        Require(!node.HasInput(2) && node.AttributeNames.Count == 0, "the input is not followed by zeros");
        return
            graph.Initializers.TryGetValue(node.Inputs[1], out var pads)
            && pads.ToIntegers() is [0, 0, 0, 0, 0, >= 0 and <= 1 << 20 and var amount]
            ? (int)amount
            : throw new InvalidDataException("the input is padded elsewhere than at its end");
    }

    private string Turned(string output)
    {
        var node = Producer(output);
        Require(node.Operation == "Transpose" && node.Lists.GetValueOrDefault("perm") is [0, 2, 1], $"'{output}' is not turned");
        return node.Inputs[0];
    }

    private string Only(string output, string operation)
    {
        var node = Producer(output);
        Require(node.Operation == operation && Integer(node, 1) == 1, $"'{output}' is not the one channel");
        return node.Inputs[0];
    }

    private float[] Table(string name, int width)
    {
        var gather = Producer(Turned(name));
        Require(
            gather.Operation == "Gather" && gather.Integers.GetValueOrDefault("axis") == 0 && gather.Inputs[1] == "codes",
            "the codes are not looked up"
        );
        return graph.Constant(gather.Inputs[0]) is { Dimensions: [> 0, var columns] } table && columns == width
            ? table.ToFloats()
            : throw new InvalidDataException("the vectors are no table of the first convolution's width");
    }

    private bool IsAudio(string name)
    {
        var node = Producer(name);
        return node.Operation == "Unsqueeze" && node.Inputs[0] == "audio" && Integer(node, 1) == 1 && stages[0].Inputs == 1;
    }

    private long Integer(OnnxNode node, int input) =>
        graph.Initializers.TryGetValue(node.Inputs[input], out var tensor) && tensor.ToIntegers() is [var value]
            ? value
            : throw new InvalidDataException($"an input of {node.Operation} is no single number");

    private OnnxNode Producer(string name) =>
        graph.Producers.TryGetValue(name, out var node) && node.Inputs.Count > 0
            ? node
            : throw new InvalidDataException($"'{name}' is not computed");

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException(problem);
        }
    }
}
