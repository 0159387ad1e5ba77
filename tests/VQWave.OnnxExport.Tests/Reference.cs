using VQWave.Models;

namespace VQWave.OnnxExport.Tests;

/// <summary>
/// The networks once more, written as plain loops in double straight from their definition, without the export's code or the
/// configuration's own padding arithmetic. Signals are [channel][time].
/// </summary>
internal static class Reference
{
    public static double[][] Encode(LevelConfiguration level, IReadOnlyDictionary<string, WeightTensor> weights, float[] audio)
    {
        var padding = level.Encoder.Padding;
        double[][] x = [Array.ConvertAll(audio, v => (double)v)];
        var y = Stack(Extend(x, padding.Codes * level.Compression), level.Encoder.Layers, padding, weights);
        return Drop(y, padding.Codes);
    }

    public static long[] NearestCodes(WeightTensor codebook, float[] latents)
    {
        var dimension = (int)codebook.Shape[1];
        var codes = new long[latents.Length / dimension];
        for (var i = 0; i < codes.Length; i++)
        {
            var best = double.PositiveInfinity;
            for (var j = 0; j < codebook.Shape[0]; j++)
            {
                var distance = 0.0;
                for (var d = 0; d < dimension; d++)
                {
                    var difference = (double)latents[(i * dimension) + d] - codebook.Data[(j * dimension) + d];
                    distance += difference * difference;
                }

                if (distance < best)
                {
                    best = distance;
                    codes[i] = j;
                }
            }
        }

        return codes;
    }

    public static double[] Decode(
        LevelConfiguration level,
        IReadOnlyDictionary<string, WeightTensor> weights,
        WeightTensor codebook,
        ReadOnlySpan<long> codes
    )
    {
        var padding = level.Decoder.Padding;
        var y = Stack(Extend(Look(codebook, codes), padding.Codes), level.Decoder.Layers, padding, weights);
        return Drop(y, padding.Codes * level.Compression)[0];
    }

    public static double[][] Context(
        HierarchyConfiguration configuration,
        int levelIndex,
        IReadOnlyDictionary<string, WeightTensor> weights,
        ReadOnlySpan<long> codes
    )
    {
        var network = configuration.Levels[levelIndex].Generator.Context!;
        var ratio = configuration.Levels[levelIndex - 1].Compression / configuration.Levels[levelIndex].Compression;
        var layers = network
            .Dilations.Select(d => new ConvolutionLayer
            {
                Channels = network.Channels,
                Kernel = network.Kernel,
                Dilation = d,
            })
            .ToArray();
        var x = Stack(Extend(Look(weights["embedding.weight"], codes), network.Padding.Codes), layers, network.Padding, weights);
        x = Map(Upsample(x, weights["upsample.weight"], weights["upsample.bias"].Data, ratio), Elu);
        x = Drop(x, network.Padding.Codes * ratio);
        var y = Convolve(x, weights["project.weight"], null, 1, 1, 0, 0);
        return network.ToOutput ? [.. y, .. Convolve(x, weights["project_output.weight"], null, 1, 1, 0, 0)] : y;
    }

    /// <summary>One step of one voice; the states are replaced by the next ones.</summary>
    public static double[] Step(
        GeneratorNetwork network,
        IReadOnlyDictionary<string, WeightTensor> weights,
        long code,
        float[] context,
        double[][] h,
        double[][] c
    )
    {
        var embedding = weights["embedding.weight"];
        var x = new double[network.EmbeddingDimension];
        for (var d = 0; d < x.Length; d++)
        {
            x[d] = embedding.Data[((int)code * x.Length) + d] + (network.Context is null ? 0 : context[d]);
        }

        for (var layer = 0; layer < network.Layers; layer++)
        {
            var fromInput = Affine(weights[$"lstm.weight_ih_l{layer}"], weights[$"lstm.bias_ih_l{layer}"], x);
            var fromState = Affine(weights[$"lstm.weight_hh_l{layer}"], weights[$"lstm.bias_hh_l{layer}"], h[layer]);
            var units = network.Units;
            var nextH = new double[units];
            var nextC = new double[units];
            for (var u = 0; u < units; u++)
            {
                double Gate(int index) => fromInput[(index * units) + u] + fromState[(index * units) + u];
                nextC[u] = (Sigmoid(Gate(1)) * c[layer][u]) + (Sigmoid(Gate(0)) * Math.Tanh(Gate(2)));
                nextH[u] = Sigmoid(Gate(3)) * Math.Tanh(nextC[u]);
            }

            h[layer] = nextH;
            c[layer] = nextC;
            x = nextH;
        }

        if (network.Context is { ToOutput: true })
        {
            x = [.. x.Select((v, u) => v + context[network.EmbeddingDimension + u])];
        }

        var dense = Array.ConvertAll(Affine(weights["dense.weight"], weights["dense.bias"], x), Elu);
        return Affine(weights["logits.weight"], weights["logits.bias"], dense);
    }

    private static double[][] Stack(
        double[][] x,
        IReadOnlyList<ConvolutionLayer> layers,
        Padding padding,
        IReadOnlyDictionary<string, WeightTensor> weights
    )
    {
        var causal = padding.Mode != PaddingMode.Same;
        for (var i = 0; i < layers.Count; i++)
        {
            var layer = layers[i];
            var weight = weights[$"conv.{i}.weight"];
            var bias = weights[$"conv.{i}.bias"].Data;
            if (layer.Transposed)
            {
                var full = Upsample(x, weight, bias, layer.Stride);
                var start = causal ? 0 : (layer.Kernel - layer.Stride) / 2;
                x = [.. full.Select(ch => ch[start..(start + (x[0].Length * layer.Stride))])];
            }
            else
            {
                var total = layer.Stride > 1 ? layer.Kernel - layer.Stride : (layer.Kernel - 1) * layer.Dilation;
                var left = causal ? total : total / 2;
                x = Convolve(x, weight, bias, layer.Stride, layer.Dilation, left, total - left);
            }

            x = layer.Activation switch
            {
                Activation.Elu => Map(x, Elu),
                Activation.Tanh => Map(x, Math.Tanh),
                _ => x,
            };
        }

        return x;
    }

    private static double[][] Convolve(double[][] x, WeightTensor weight, float[]? bias, int stride, int dilation, int left, int right)
    {
        var (outputs, inputs, kernel) = ((int)weight.Shape[0], (int)weight.Shape[1], (int)weight.Shape[2]);
        var length = ((x[0].Length + left + right - ((kernel - 1) * dilation) - 1) / stride) + 1;
        var y = new double[outputs][];
        for (var o = 0; o < outputs; o++)
        {
            y[o] = new double[length];
            for (var t = 0; t < length; t++)
            {
                var sum = bias is null ? 0.0 : bias[o];
                for (var c = 0; c < inputs; c++)
                {
                    for (var k = 0; k < kernel; k++)
                    {
                        var at = (t * stride) + (k * dilation) - left;
                        if (at >= 0 && at < x[c].Length)
                        {
                            sum += x[c][at] * weight.Data[(((o * inputs) + c) * kernel) + k];
                        }
                    }
                }

                y[o][t] = sum;
            }
        }

        return y;
    }

    /// <summary>The full output of a transposed convolution, (n - 1) × stride + kernel long.</summary>
    private static double[][] Upsample(double[][] x, WeightTensor weight, float[] bias, int stride)
    {
        var (inputs, outputs, kernel) = ((int)weight.Shape[0], (int)weight.Shape[1], (int)weight.Shape[2]);
        var y = new double[outputs][];
        for (var o = 0; o < outputs; o++)
        {
            y[o] = new double[((x[0].Length - 1) * stride) + kernel];
            Array.Fill(y[o], bias[o]);
            for (var c = 0; c < inputs; c++)
            {
                for (var t = 0; t < x[c].Length; t++)
                {
                    for (var k = 0; k < kernel; k++)
                    {
                        y[o][(t * stride) + k] += x[c][t] * weight.Data[(((c * outputs) + o) * kernel) + k];
                    }
                }
            }
        }

        return y;
    }

    private static double[][] Look(WeightTensor table, ReadOnlySpan<long> codes)
    {
        var dimension = (int)table.Shape[1];
        var x = new double[dimension][];
        for (var d = 0; d < dimension; d++)
        {
            x[d] = new double[codes.Length];
            for (var t = 0; t < codes.Length; t++)
            {
                x[d][t] = table.Data[((int)codes[t] * dimension) + d];
            }
        }

        return x;
    }

    private static double[] Affine(WeightTensor weight, WeightTensor bias, double[] x)
    {
        var y = new double[weight.Shape[0]];
        for (var o = 0; o < y.Length; o++)
        {
            y[o] = bias.Data[o];
            for (var i = 0; i < x.Length; i++)
            {
                y[o] += weight.Data[(o * x.Length) + i] * x[i];
            }
        }

        return y;
    }

    private static double[][] Extend(double[][] x, int zeros) => [.. x.Select(ch => (double[])[.. ch, .. new double[zeros]])];

    private static double[][] Drop(double[][] x, int first) => [.. x.Select(ch => ch[first..])];

    private static double[][] Map(double[][] x, Converter<double, double> function) => [.. x.Select(ch => Array.ConvertAll(ch, function))];

    private static double Elu(double v) => v > 0 ? v : Math.Exp(v) - 1;

    private static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
}
