namespace VQWave.Torch.Tests;

internal static class Check
{
    /// <summary>Every element within a tolerance relative to the greater of one and the expected value.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                difference <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"element {i}: expected {expected[i]}, got {actual[i]}"
            );
        }
    }

    public static double[] Doubles(Tensor tensor)
    {
        using Tensor plain = tensor.detach();
        using Tensor converted = plain.to(ScalarType.Float64);
        return converted.ToArray<double>();
    }

    /// <summary>Seeded normal numbers in double precision, drawn without libtorch.</summary>
    public static double[] Normal(int seed, int count, double scale = 1)
    {
        var random = new Random(seed);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = scale * radius * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return values;
    }

    /// <summary>
    /// Compares backward with central differences of a scalar function of tensors, all in double precision.
    /// </summary>
    public static void Gradients(Func<Tensor[], Tensor> function, params (double[] data, long[] shape)[] inputs)
    {
        const double Step = 1e-5;
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor[] tensors = Array.ConvertAll(inputs, i => torch.tensor(i.data, i.shape).requires_grad_());
        function(tensors).backward();
        for (int k = 0; k < inputs.Length; k++)
        {
            double[] analytic = tensors[k].grad!.ToArray<double>();
            double[] numeric = new double[analytic.Length];
            for (int i = 0; i < numeric.Length; i++)
            {
                double Value(double offset)
                {
                    using DisposeScope inner = torch.NewDisposeScope();
                    using IDisposable noGrad = torch.no_grad();
                    Tensor[] moved = Array.ConvertAll(inputs, x => torch.tensor(x.data, x.shape));
                    double[] data = [.. inputs[k].data];
                    data[i] += offset;
                    moved[k] = torch.tensor(data, inputs[k].shape);
                    return function(moved).ToDouble();
                }

                numeric[i] = (Value(Step) - Value(-Step)) / (2 * Step);
            }

            Assert.Contains(numeric, value => Math.Abs(value) > 1e-4);
            Close(numeric, analytic, 2e-7);
        }
    }
}
