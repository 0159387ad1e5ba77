using System.Diagnostics.CodeAnalysis;
using VQWave.OnnxExport;

namespace VQWave.KerasImport;

/// <summary>
/// Takes layers out of Keras files in their order, checks their shapes and turns their layouts into PyTorch's.
/// </summary>
internal sealed class KerasNetworkReader
{
    private readonly string configuration;
    private readonly string file;
    private readonly List<KerasLayer> layers;
    private readonly Dictionary<string, long[]> expected;

    public KerasNetworkReader(
        string configuration,
        string file,
        IEnumerable<KerasLayer> layers,
        IEnumerable<KeyValuePair<string, long[]>> expected
    )
    {
        this.configuration = configuration;
        this.file = file;
        this.layers = [.. layers];
        this.expected = new Dictionary<string, long[]>(expected, StringComparer.Ordinal);
    }

    public Dictionary<string, WeightTensor> Weights { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The next convolution, plain (k, in, out) or transposed (k, out, in): both are PyTorch's layout with the axes reversed.
    /// </summary>
    public void Convolution(string kind, string name)
    {
        var layer = Next(kind, 2, $"{name}.weight");
        Add($"{name}.weight", layer.Variables[0], Reversed(expected[$"{name}.weight"]), Reverse);
        Add($"{name}.bias", layer.Variables[1], expected[$"{name}.bias"], t => t);
    }

    /// <summary>The next layer of one matrix that needs no change.</summary>
    public void Table(string kind, string name) => Add(name, Next(kind, 1, name).Variables[0], expected[name], t => t);

    /// <summary>The next dense layer with a bias, (in, out).</summary>
    public void Dense(string name)
    {
        var layer = Next("dense", 2, $"{name}.weight");
        Add($"{name}.weight", layer.Variables[0], Reversed(expected[$"{name}.weight"]), Reverse);
        Add($"{name}.bias", layer.Variables[1], expected[$"{name}.bias"], t => t);
    }

    /// <summary>
    /// The next LSTM: kernel (in, 4U), recurrent kernel (U, 4U), bias (4U). Keras orders the gates i, f, c, o, which is PyTorch's i, f, g, o;
    /// its one bias becomes the input's, and the state's is zero.
    /// </summary>
    public void Lstm(int index)
    {
        var (input, hidden) = ($"lstm.weight_ih_l{index}", $"lstm.weight_hh_l{index}");
        var (bias, zeros) = ($"lstm.bias_ih_l{index}", $"lstm.bias_hh_l{index}");
        var layer = Next("lstm", 3, input);
        Add(input, layer.Variables[0], Reversed(expected[input]), Reverse);
        Add(hidden, layer.Variables[1], Reversed(expected[hidden]), Reverse);
        Add(bias, layer.Variables[2], expected[bias], t => t);
        Weights[zeros] = new WeightTensor(expected[zeros], new float[expected[zeros][0]]);
    }

    /// <summary>
    /// A bias-free 1x1 projection, as a convolution (1, in, out) or a dense layer (in, out), found by its shape; false where there is
    /// none.
    /// </summary>
    public bool TryProjection(string name)
    {
        var shape = expected[name];
        if (!FindProjection(shape, out var matrix))
        {
            return false;
        }

        Weights[name] = new WeightTensor(shape, Reverse(matrix).Data);
        return true;
    }

    /// <summary>Takes bias-free projections (out, in, 1) of these shapes away, as far as they are there.</summary>
    public void Drop(IEnumerable<long[]> shapes)
    {
        foreach (var shape in shapes)
        {
            FindProjection(shape, out _);
        }
    }

    /// <summary>Refuses layers that nothing has taken.</summary>
    public void RequireEmpty()
    {
        if (layers.Count > 0)
        {
            throw new VQWaveException(
                $"{layers[0].Variables[0].File.Path} has a layer '{layers[0].Name}' that the configuration '{configuration}' does not: choose the configuration that it was trained for."
            );
        }
    }

    private static long[] Reversed(long[] shape) => [.. shape.AsEnumerable().Reverse()];

    /// <summary>A tensor of two or three axes in reversed order.</summary>
    private static WeightTensor Reverse(WeightTensor tensor)
    {
        var shape = Reversed(tensor.Shape);
        var (a, b, c) =
            tensor.Shape.Length == 3
                ? ((int)tensor.Shape[0], (int)tensor.Shape[1], (int)tensor.Shape[2])
                : (1, (int)tensor.Shape[0], (int)tensor.Shape[1]);
        var data = new float[tensor.Data.Length];
        var at = 0;
        for (var x = 0; x < a; x++)
        {
            for (var y = 0; y < b; y++)
            {
                for (var z = 0; z < c; z++)
                {
                    data[(((z * b) + y) * a) + x] = tensor.Data[at++];
                }
            }
        }

        return new WeightTensor(shape, data);
    }

    private bool FindProjection(long[] shape, [NotNullWhen(true)] out WeightTensor? matrix)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            if (layer.Kind is not ("conv1d" or "dense") || layer.Variables.Count != 1)
            {
                continue;
            }

            var tensor = layer.Variables[0].File.Read(layer.Variables[0].Path);
            if (tensor.Shape.AsSpan().SequenceEqual([1, shape[1], shape[0]]) || tensor.Shape.AsSpan().SequenceEqual([shape[1], shape[0]]))
            {
                matrix = new WeightTensor([shape[1], shape[0]], tensor.Data);
                layers.RemoveAt(i);
                return true;
            }
        }

        matrix = null;
        return false;
    }

    private KerasLayer Next(string kind, int variables, string name)
    {
        var index = layers.FindIndex(l => l.Kind == kind && l.Variables.Count == variables);
        if (index < 0)
        {
            var other = layers.Find(l => l.Kind == kind);
            var found = other is null
                ? $"has no further layer '{kind}'"
                : $"has {other.Variables.Count} weights in layer '{other.Name}', not {variables}, and no further layer '{kind}'";
            throw new VQWaveException(
                $"{file} {found} for '{name}' of shape {WeightTensor.Describe(expected[name])}: it is damaged, or was trained for another configuration than '{configuration}'."
            );
        }

        var layer = layers[index];
        layers.RemoveAt(index);
        return layer;
    }

    private void Add(string name, KerasVariable variable, long[] shape, Func<WeightTensor, WeightTensor> convert)
    {
        var tensor = variable.File.Read(variable.Path);
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new VQWaveException(
                $"{variable.File.Path} has the shape {WeightTensor.Describe(tensor.Shape)} in its dataset '{variable.Path}', and the configuration '{configuration}' needs {WeightTensor.Describe(shape)}: choose the configuration that it was trained for."
            );
        }

        Weights[name] = convert(tensor);
    }
}
