using VQWave.Models;
using VQWave.OnnxExport;

namespace VQWave.KerasImport.Tests;

/// <summary>Lays our weights out as Keras 3 would have saved them.</summary>
internal static class KerasFiles
{
    public static void Vqvae(string path, IReadOnlyList<ConvolutionLayer> layers, IReadOnlyDictionary<string, WeightTensor> weights)
    {
        using var file = new Hdf5Writer(path);
        file.Group("/vars");
        file.Group("/layers/input_layer/vars");
        var (plain, transposed) = (0, 0);
        for (var i = 0; i < layers.Count; i++)
        {
            var name = layers[i].Transposed ? Numbered("conv1d_transpose", transposed++) : Numbered("conv1d", plain++);
            Convolution(file, name, weights[$"conv.{i}.weight"], weights[$"conv.{i}.bias"]);
        }
    }

    public static void Context(
        string path,
        ContextNetwork network,
        IReadOnlyDictionary<string, WeightTensor> weights,
        bool withProjection = true
    )
    {
        using var file = new Hdf5Writer(path);
        Plain(file, "/layers/embedding/vars/0", weights["embedding.weight"]);
        var i = 0;
        for (; i < network.Dilations.Count; i++)
        {
            Convolution(file, Numbered("conv1d", i), weights[$"conv.{i}.weight"], weights[$"conv.{i}.bias"]);
        }

        Convolution(file, "conv1d_transpose", weights["upsample.weight"], weights["upsample.bias"]);
        if (withProjection)
        {
            Convolution(file, Numbered("conv1d", i), weights["project.weight"], null);
        }
    }

    public static void Generator(
        string path,
        GeneratorNetwork network,
        IReadOnlyDictionary<string, WeightTensor> weights,
        string cell = "/cell",
        WeightTensor? projection = null
    )
    {
        using var file = new Hdf5Writer(path);
        Plain(file, "/layers/embedding/vars/0", weights["embedding.weight"]);
        for (var i = 0; i < network.Layers; i++)
        {
            var group = $"/layers/{Numbered("lstm", i)}{cell}";
            Matrix(file, $"{group}/vars/0", weights[$"lstm.weight_ih_l{i}"]);
            Matrix(file, $"{group}/vars/1", weights[$"lstm.weight_hh_l{i}"]);
            Plain(file, $"{group}/vars/2", weights[$"lstm.bias_ih_l{i}"]);
            file.Write($"{group}/seed_generator/vars/0", [2], [1, 2]);
        }

        Matrix(file, "/layers/dense/vars/0", weights["dense.weight"]);
        Plain(file, "/layers/dense/vars/1", weights["dense.bias"]);
        Matrix(file, "/layers/dense_1/vars/0", weights["logits.weight"]);
        Plain(file, "/layers/dense_1/vars/1", weights["logits.bias"]);
        file.Write("/layers/dropout/seed_generator/vars/0", [2], [3, 4]);
        if (projection is not null)
        {
            Convolution(file, "conv1d", projection, null);
        }
    }

    public static void Codebook(string path, WeightTensor codebook)
    {
        using var file = new Hdf5Writer(path);
        Plain(file, "/layers/codebook/vars/0", codebook);
    }

    public static void Convolution(Hdf5Writer file, string name, WeightTensor weight, WeightTensor? bias)
    {
        // (a, b, k) in PyTorch is (k, b, a) in Keras, for both kinds of convolution.
        var (a, b, k) = ((int)weight.Shape[0], (int)weight.Shape[1], (int)weight.Shape[2]);
        var data = new float[weight.Data.Length];
        for (var x = 0; x < a; x++)
        {
            for (var y = 0; y < b; y++)
            {
                for (var t = 0; t < k; t++)
                {
                    data[(t * b * a) + (y * a) + x] = weight.Data[(x * b * k) + (y * k) + t];
                }
            }
        }

        file.Write($"/layers/{name}/vars/0", [(ulong)k, (ulong)b, (ulong)a], data);
        if (bias is not null)
        {
            Plain(file, $"/layers/{name}/vars/1", bias);
        }
    }

    public static string Numbered(string kind, int number) => number == 0 ? kind : $"{kind}_{number}";

    private static void Plain(Hdf5Writer file, string path, WeightTensor tensor) =>
        file.Write(path, [.. tensor.Shape.Select(s => (ulong)s)], tensor.Data);

    private static void Matrix(Hdf5Writer file, string path, WeightTensor tensor)
    {
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var data = new float[tensor.Data.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                data[(c * rows) + r] = tensor.Data[(r * columns) + c];
            }
        }

        file.Write(path, [(ulong)columns, (ulong)rows], data);
    }
}
