namespace VQWave.Models;

/// <summary>A node of an ONNX graph.</summary>
internal sealed class OnnxNode
{
    /// <summary>Its operator.</summary>
    public string Operation { get; set; } = "";

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Names of its inputs; an empty one is left out.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>Names of its outputs.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Its integer attributes.</summary>
    public Dictionary<string, long> Integers { get; } = new(StringComparer.Ordinal);

    /// <summary>Its real attributes.</summary>
    public Dictionary<string, float> Reals { get; } = new(StringComparer.Ordinal);

    /// <summary>Its attributes that are lists of integers.</summary>
    public Dictionary<string, long[]> Lists { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of all its attributes, also of those that are not kept.</summary>
    public HashSet<string> AttributeNames { get; } = new(StringComparer.Ordinal);

    /// <summary>All of its attributes, each an AttributeProto as it is stored.</summary>
    public List<ReadOnlyMemory<byte>> Attributes { get; } = [];

    /// <summary>Whether an input is given.</summary>
    public bool HasInput(int index) => index < Inputs.Count && Inputs[index].Length > 0;
}
