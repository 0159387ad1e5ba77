using VQWave.Models;

namespace VQWave.Inference.Blocks;

/// <summary>The sizes of the last axis of the values of a generator's step, as far as they follow from its inputs and weights.</summary>
internal static class GraphWidths
{
    /// <summary>Widths by value; what is not known is left out.</summary>
    public static Dictionary<string, int> Of(OnnxGraph step, LevelConfiguration level)
    {
        var widths = new Dictionary<string, int>(StringComparer.Ordinal) { ["context"] = level.Generator.ContextWidth };
        for (var i = 0; i < level.Generator.Layers; i++)
        {
            widths[$"h_{i}"] = level.Generator.Units;
            widths[$"c_{i}"] = level.Generator.Units;
        }

        foreach (var node in step.Nodes)
        {
            switch (node.Operation)
            {
                case "Gather" or "MatMul" when node.Inputs.Select(step.Constant).FirstOrDefault(c => c is not null) is { } weight:
                    widths[node.Outputs[0]] = (int)weight.Dimensions[^1];
                    break;
                case "MatMulNBits":
                    widths[node.Outputs[0]] = (int)node.Integers.GetValueOrDefault("N");
                    break;
                case "Concat" when node.Inputs.TrueForAll(widths.ContainsKey):
                    widths[node.Outputs[0]] = node.Inputs.Sum(i => widths[i]);
                    break;
                case "Split" when node.Inputs.Count == 2 && step.Initializers.TryGetValue(node.Inputs[1], out var sizes):
                    foreach (var (output, size) in node.Outputs.Zip(sizes.ToIntegers()))
                    {
                        widths[output] = (int)size;
                    }

                    break;
                case "Add" or "Mul" or "Sigmoid" or "Tanh" or "Elu":
                    if (node.Inputs.Find(widths.ContainsKey) is { } known)
                    {
                        widths[node.Outputs[0]] = widths[known];
                    }

                    break;
            }
        }

        return widths;
    }
}
