// Nested loops over the dimensions of one computation stand under one another without braces.
#pragma warning disable IDE0011
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Torch.Tests;

public sealed class OperationTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(1, 8, 4)]
    public void Conv1d_equals_a_plain_loop(int stride, int padding, int dilation)
    {
        const int Batch = 2,
            In = 3,
            Out = 4,
            Time = 17,
            Kernel = 5;
        double[] x = Check.Normal(1, Batch * In * Time),
            w = Check.Normal(2, Out * In * Kernel),
            b = Check.Normal(3, Out);
        int outTime = ((Time + (2 * padding) - (dilation * (Kernel - 1)) - 1) / stride) + 1;
        double[] expected = new double[Batch * Out * outTime];
        for (int n = 0; n < Batch; n++)
        for (int o = 0; o < Out; o++)
        for (int t = 0; t < outTime; t++)
        {
            double sum = b[o];
            for (int i = 0; i < In; i++)
            for (int k = 0; k < Kernel; k++)
            {
                int at = (t * stride) + (k * dilation) - padding;
                sum += at < 0 || at >= Time ? 0 : w[(((o * In) + i) * Kernel) + k] * x[(((n * In) + i) * Time) + at];
            }

            expected[(((n * Out) + o) * outTime) + t] = sum;
        }

        Tensor y = F.conv1d(torch.tensor(x, Batch, In, Time), torch.tensor(w, Out, In, Kernel), torch.tensor(b), stride, padding, dilation);
        Assert.Equal([Batch, Out, outTime], y.shape);
        Check.Close(expected, Check.Doubles(y), 1e-12);
    }

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(4, 0, 0)]
    [InlineData(3, 1, 2)]
    public void ConvTranspose1d_equals_a_plain_loop(int stride, int padding, int outputPadding)
    {
        const int In = 3,
            Out = 2,
            Time = 7,
            Kernel = 6;
        double[] x = Check.Normal(4, In * Time),
            w = Check.Normal(5, In * Out * Kernel),
            b = Check.Normal(6, Out);
        int outTime = ((Time - 1) * stride) - (2 * padding) + Kernel + outputPadding;
        double[] expected = new double[Out * outTime];
        for (int o = 0; o < Out; o++)
        {
            expected.AsSpan(o * outTime, outTime).Fill(b[o]);
            for (int i = 0; i < In; i++)
            for (int t = 0; t < Time; t++)
            for (int k = 0; k < Kernel; k++)
            {
                int at = (t * stride) + k - padding;
                if (at >= 0 && at < outTime)
                {
                    expected[(o * outTime) + at] += w[(((i * Out) + o) * Kernel) + k] * x[(i * Time) + t];
                }
            }
        }

        Tensor y = F.conv_transpose1d(
            torch.tensor(x, 1, In, Time),
            torch.tensor(w, In, Out, Kernel),
            torch.tensor(b),
            stride,
            padding,
            outputPadding
        );
        Assert.Equal([1, Out, outTime], y.shape);
        Check.Close(expected, Check.Doubles(y), 1e-12);
    }

    [Fact]
    public void Lstm_equals_a_plain_loop()
    {
        const int Time = 6,
            In = 3,
            Units = 4;
        double[] x = Check.Normal(7, Time * In),
            wi = Check.Normal(8, 4 * Units * In),
            wh = Check.Normal(9, 4 * Units * Units);
        double[] bi = Check.Normal(10, 4 * Units),
            bh = Check.Normal(11, 4 * Units);
        double[] h = Check.Normal(12, Units),
            c = Check.Normal(13, Units);
        double[] h0 = [.. h],
            c0 = [.. c];
        var expected = new List<double>();
        static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
        for (int t = 0; t < Time; t++)
        {
            double[] g = new double[4 * Units];
            for (int r = 0; r < g.Length; r++)
            {
                g[r] = bi[r] + bh[r];
                for (int i = 0; i < In; i++)
                {
                    g[r] += wi[(r * In) + i] * x[(t * In) + i];
                }

                for (int i = 0; i < Units; i++)
                {
                    g[r] += wh[(r * Units) + i] * h[i];
                }
            }

            for (int u = 0; u < Units; u++)
            {
                c[u] = (Sigmoid(g[Units + u]) * c[u]) + (Sigmoid(g[u]) * Math.Tanh(g[(2 * Units) + u]));
                h[u] = Sigmoid(g[(3 * Units) + u]) * Math.Tanh(c[u]);
            }

            expected.AddRange(h);
        }

        (Tensor y, Tensor hn, Tensor cn) = torch.lstm(
            torch.tensor(x, 1, Time, In),
            torch.tensor(h0, 1, 1, Units),
            torch.tensor(c0, 1, 1, Units),
            [torch.tensor(wi, 4 * Units, In), torch.tensor(wh, 4 * Units, Units), torch.tensor(bi), torch.tensor(bh)]
        );
        Check.Close([.. expected], Check.Doubles(y), 1e-12);
        Check.Close(h, Check.Doubles(hn), 1e-12);
        Check.Close(c, Check.Doubles(cn), 1e-12);
    }

    [Fact]
    public void Elementwise_functions_equal_Math()
    {
        double[] x = [0.25, 0.5, 1.5, 2.75];
        Tensor t = torch.tensor(x);
        void Same(Func<double, double> expected, Tensor actual) =>
            Check.Close(Array.ConvertAll(x, v => expected(v)), Check.Doubles(actual), 1e-14);
        Same(Math.Exp, t.exp());
        Same(Math.Log, t.log());
        Same(v => Math.Log(1 + v), t.log1p());
        Same(Math.Sqrt, t.sqrt());
        Same(v => 1 / Math.Sqrt(v), t.rsqrt());
        Same(v => v * v, t.square());
        Same(v => Math.Pow(v, 3), t.pow(3));
        Same(Math.Tanh, t.tanh());
        Same(v => 1 / (1 + Math.Exp(-v)), t.sigmoid());
        Same(v => Math.Abs(v - 1), (t - 1).abs());
        Same(v => Math.Max(v - 1, 0), (t - 1).relu());
        Same(v => v - 1 > 0 ? v - 1 : Math.Exp(v - 1) - 1, (t - 1).elu());
        Same(v => 3 - v, 3 - t);
        Same(v => 3 / v, 3 / t);
        Same(v => -v / 2, -t / 2);
        Same(v => Math.Clamp(v, 0.4, 1.6), t.clamp(0.4, 1.6));
        Same(v => Math.Max(v, 0.4), t.clamp(min: 0.4));
        Same(v => Math.Min(v, 1.6), t.clamp(max: 1.6));
    }

    [Fact]
    public void A_number_keeps_its_kind()
    {
        Tensor integers = torch.tensor(new long[] { 1, 2, 3 });
        Assert.Equal(ScalarType.Int64, (integers * 4).dtype);
        Assert.Equal([4, 8, 12], (integers * 4).ToArray<long>());
        Assert.Equal(ScalarType.Float32, (integers * 0.5).dtype);
        Assert.Equal([1, 0, 1], (integers % 2).ToArray<long>());
    }

    [Fact]
    public void In_place_operations_change_their_tensor()
    {
        Tensor x = torch.tensor(new double[] { 1, 2, 3 });
        Tensor y = torch.tensor(new double[] { 10, 20, 30 });
        Assert.Same(x, x.add_(y, 0.5));
        Assert.Equal([6, 12, 18], x.ToArray<double>());
        Assert.Equal([3, 6, 9], x.div_(2).ToArray<double>());
        Assert.Equal([30, 120, 270], x.mul_(y).ToArray<double>());
        Assert.Equal([20, 100, 240], x.sub_(y).ToArray<double>());
        Assert.Equal([15, 60, 135], x.lerp_(y, 0.5).ToArray<double>());
        Assert.Equal([25, 80, 165], x.addcmul_(y, torch.ones_like(y)).ToArray<double>());
        Assert.Equal([50, 80, 150], x.clamp_(50, 150).ToArray<double>());
        Assert.Equal([10, 20, 30], x.copy_(y).ToArray<double>());
        Assert.Equal([7, 7, 7], x.fill_(7).ToArray<double>());
        Assert.Equal([0, 0, 0], x.zero_().ToArray<double>());
    }

    [Fact]
    public void Indexing_picks_and_places()
    {
        Tensor x = torch.arange(12).reshape(3, 4);
        Assert.Equal([8, 9, 10, 11, 0, 1, 2, 3], x.index_select(0, torch.tensor(new long[] { 2, 0 })).ToArray<long>());
        Assert.Equal([3, 4, 10], x.gather(1, torch.tensor(new long[] { 3, 0, 2 }, 3, 1)).ToArray<long>());
        Assert.Equal([1, 3, 5, 7, 9, 11], x.slice(1, 1, step: 2).ToArray<long>());
        Assert.Equal([1, 2, 5, 6, 9, 10], x.narrow(1, 1, 2).ToArray<long>());
        Assert.Equal([4, 5, 6, 7], x[1].ToArray<long>());
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], x.t().ToArray<long>());
        Assert.Equal([9, 10, 11], x.masked_select(x.gt(8)).ToArray<long>());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, -1, -1, -1, -1], x.masked_fill(x.ge(8), -1).ToArray<long>());
        Tensor sums = torch.zeros([3, 2], ScalarType.Float64);
        Tensor rows = torch.tensor(new double[] { 1, 2, 3, 4, 5, 6 }, 3, 2);
        _ = sums.index_add_(0, torch.tensor(new long[] { 2, 0, 2 }), rows);
        Assert.Equal([3, 4, 0, 0, 6, 8], sums.ToArray<double>());
        _ = sums.index_copy_(0, torch.tensor(new long[] { 1 }), rows.narrow(0, 0, 1));
        Assert.Equal([3, 4, 1, 2, 6, 8], sums.ToArray<double>());
        Tensor scattered = torch.zeros([4], ScalarType.Float64);
        _ = scattered.scatter_add_(0, torch.tensor(new long[] { 1, 1, 3 }), torch.tensor(new double[] { 5, 6, 7 }));
        Assert.Equal([0, 11, 0, 7], scattered.ToArray<double>());
        Assert.Equal([0, 2, 1, 0, 1], torch.tensor(new long[] { 1, 4, 1, 2 }).bincount(minlength: 5).ToArray<long>());
        (Tensor values, _, Tensor counts) = torch.tensor(new long[] { 5, 2, 5 }).unique();
        Assert.Equal([2, 5], values.ToArray<long>());
        Assert.Equal([1, 2], counts.ToArray<long>());
    }

    [Fact]
    public void Reductions_equal_closed_forms()
    {
        Tensor x = torch.tensor(new double[] { 3, 1, 2, 6, 5, 4 }, 2, 3);
        Assert.Equal(21, x.sum().ToDouble());
        Assert.Equal([9, 6, 6], x.sum(0).ToArray<double>());
        Assert.Equal([2, 5], x.mean(1).ToArray<double>());
        Assert.Equal([2, 1], x.mean(1, keepdim: true).shape);
        Assert.Equal(21, x.sum([0, 1]).ToDouble());
        Assert.Equal(3.5, x.var().ToDouble(), 12);
        Assert.Equal(17.5 / 6, x.var(unbiased: false).ToDouble(), 12);
        Assert.Equal([1, 1], x.std(1).ToArray<double>());
        Assert.Equal(Math.Sqrt(91), x.norm().ToDouble(), 12);
        Assert.Equal(6, x.max().ToDouble());
        (Tensor least, Tensor where) = x.min(1);
        Assert.Equal([1, 4], least.ToArray<double>());
        Assert.Equal([1, 2], where.ToArray<long>());
        Assert.Equal([0, 0], x.argmax(1).ToArray<long>());
        Assert.Equal(1, x.argmin().ToInt64());
        Assert.Equal([3, 4, 6, 6, 11, 15], x.cumsum(1).ToArray<double>());
        (Tensor top, Tensor places) = x.topk(2);
        Assert.Equal([3, 2, 6, 5], top.ToArray<double>());
        Assert.Equal([0, 2, 0, 1], places.ToArray<long>());
        Assert.Equal([1, 2, 3, 4, 5, 6], x.sort().values.ToArray<double>());
        Assert.Equal(Math.Log(Math.Exp(3) + Math.Exp(1) + Math.Exp(2)), x[0].logsumexp(0).ToDouble(), 12);
        Assert.Equal(1, x.softmax(1)[0].sum().ToDouble(), 12);
        Assert.True(x.isfinite().all().ToBoolean());
        Assert.False((x / 0).isfinite().any().ToBoolean());
    }

    [Fact]
    public void Cross_entropy_equals_its_definition()
    {
        double[] logits = Check.Normal(30, 12);
        long[] targets = [3, 0, 2];
        double sum = 0;
        for (int row = 0; row < 3; row++)
        {
            double total = 0;
            for (int i = 0; i < 4; i++)
            {
                total += Math.Exp(logits[(4 * row) + i]);
            }

            sum += Math.Log(total) - logits[(4 * row) + targets[row]];
        }

        Tensor x = torch.tensor(logits, 3, 4),
            y = torch.tensor(targets);
        Assert.Equal(sum / 3, F.cross_entropy(x, y).ToDouble(), 12);
        Assert.Equal(sum, F.cross_entropy(x, y, reduction: Reduction.Sum).ToDouble(), 12);
        Assert.Equal([3], F.cross_entropy(x, y, reduction: Reduction.None).shape);
    }

    [Fact]
    public void Stft_equals_a_direct_transform_and_istft_undoes_it()
    {
        const int Size = 16,
            Hop = 4,
            Samples = 80;
        double[] signal = Check.Normal(31, Samples);
        Tensor window = torch.hann_window(Size, dtype: ScalarType.Float64);
        Tensor spectrum = torch.stft(torch.tensor(signal, 1, Samples), Size, Hop, Size, window, center: false);
        Assert.Equal([1, (Size / 2) + 1, ((Samples - Size) / Hop) + 1], spectrum.shape);
        double[] pairs = spectrum.view_as_real().ToArray<double>();
        int frames = (int)spectrum.size(2);
        for (int frame = 0; frame < frames; frame += 5)
        for (int bin = 0; bin <= Size / 2; bin++)
        {
            (double real, double imaginary) = (0, 0);
            for (int i = 0; i < Size; i++)
            {
                double value = signal[(frame * Hop) + i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / Size)));
                real += value * Math.Cos(2 * Math.PI * bin * i / Size);
                imaginary -= value * Math.Sin(2 * Math.PI * bin * i / Size);
            }

            int at = 2 * ((bin * frames) + frame);
            Check.Close([real, imaginary], pairs.AsSpan(at, 2), 1e-12);
        }

        Tensor centred = torch.stft(torch.tensor(signal, 1, Samples), Size, Hop, Size, window);
        Check.Close(signal, Check.Doubles(torch.istft(centred, Size, Hop, Size, window, length: Samples)), 1e-12);
        Check.Close(signal, Check.Doubles(torch.fft.irfft(torch.fft.rfft(torch.tensor(signal)))), 1e-12);
    }

    [Fact]
    public void Matrix_products_agree_with_einsum()
    {
        Tensor a = torch.tensor(Check.Normal(32, 24), 2, 3, 4),
            b = torch.tensor(Check.Normal(33, 40), 2, 4, 5);
        double[] expected = Check.Doubles(torch.einsum("bij,bjk->bik", a, b));
        Check.Close(expected, Check.Doubles(a.bmm(b)), 1e-12);
        Check.Close(expected, Check.Doubles(a.matmul(b)), 1e-12);
        Check.Close(expected.AsSpan(0, 15), Check.Doubles(a[0].mm(b[0])), 1e-12);
    }

    [Fact]
    public void Padding_puts_in_what_its_mode_says()
    {
        Tensor x = torch.tensor(new float[] { 1, 2, 3 }, 1, 1, 3);
        Assert.Equal([9, 9, 1, 2, 3, 9], F.pad(x, [2, 1], 9).ToArray<float>());
        Assert.Equal([3, 2, 1, 2, 3, 2], F.pad(x, [2, 1], PaddingModes.Reflect).ToArray<float>());
        Assert.Equal([1, 1, 1, 2, 3, 3], F.pad(x, [2, 1], PaddingModes.Replicate).ToArray<float>());
        Assert.Equal([1, 2], F.pad(x, [0, -1]).ToArray<float>());
        Assert.Equal([1.5f], F.avg_pool1d(x, 2).ToArray<float>());
    }

    [Fact]
    public void Seeds_and_generator_states_repeat_their_draws()
    {
        torch.manual_seed(5);
        float[] first = torch.randn(100).ToArray<float>();
        Tensor state = torch.get_rng_state();
        float[] second = torch.rand(10).ToArray<float>();
        torch.manual_seed(5);
        Assert.Equal(first, torch.randn(100).ToArray<float>());
        _ = torch.randperm(50);
        torch.set_rng_state(state);
        Assert.Equal(second, torch.rand(10).ToArray<float>());
        torch.manual_seed(6);
        Assert.NotEqual(first, torch.randn(100).ToArray<float>());
    }

    [Fact]
    public void Multinomial_draws_by_its_weights()
    {
        torch.manual_seed(1);
        Tensor counts = torch.tensor(new double[] { 1, 0, 3 }).multinomial(20_000, replacement: true).bincount(minlength: 3);
        long[] drawn = counts.ToArray<long>();
        Assert.Equal(0, drawn[1]);
        Assert.InRange(drawn[2] / 20_000.0, 0.735, 0.765);
    }

    [Fact]
    public void Data_goes_in_and_out_whatever_the_strides()
    {
        Tensor x = torch.zeros([2, 3], ScalarType.Float32);
        _ = x.CopyFrom<float>([1, 2, 3, 4, 5, 6]);
        Assert.Equal([1, 4, 2, 5, 3, 6], x.t().ToArray<float>());
        _ = x.t().CopyFrom<float>([10, 20, 30, 40, 50, 60]);
        Assert.Equal([10, 30, 50, 20, 40, 60], x.ToArray<float>());
        Assert.Throws<TorchException>(() => x.CopyFrom<float>([1]));
        Assert.Throws<TorchException>(() => x.ToArray<double>());
        Assert.Equal([10, 30], x.narrow(1, 0, 2)[0].ToArray<float>());
        Assert.Equal([new Half[] { (Half)1.5 }[0]], torch.tensor(new[] { 1.5f }, 1).to(ScalarType.Float16).ToArray<Half>());
    }

    [Fact]
    public void An_error_names_the_operation_its_operands_and_the_reason()
    {
        Tensor x = torch.zeros(2, 3, 10),
            w = torch.zeros(4, 5, 3);
        TorchException error = Assert.Throws<TorchException>(() => F.conv1d(x, w));
        Assert.StartsWith("conv1d(Float32[2,3,10], Float32[4,5,3]): ", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 channels", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<TorchException>(() => torch.zeros(2).to(ScalarType.Int64) + torch.zeros(3));
        Assert.StartsWith("add(Int64[2], Float32[3]): ", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "reshape(Float32[2])",
            Assert.Throws<TorchException>(() => torch.zeros(2).reshape(3)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<TorchException>(() => torch.zeros(2).ToDouble());
        Assert.Throws<TorchException>(() => torch.zeros(-1));
        Assert.Throws<TorchException>(() => torch.zeros(2).size(1));
        Assert.Throws<TorchException>(() => torch.tensor(new float[] { 1, 2 }, 3));
    }

    [Fact]
    public void A_missing_gpu_is_an_error_and_nothing_else()
    {
        Assert.Equal(new Device(DeviceType.CUDA, 1), (Device)"cuda:1");
        Assert.Throws<TorchException>(() => Device.Parse("gpu"));
        if (!torch.cuda_is_available())
        {
            Assert.Throws<TorchException>(() => torch.zeros([2], device: "cuda"));
        }
        else
        {
            Assert.Equal([2, 2], (torch.ones([2], device: "cuda") * 2).ToArray<float>());
        }
    }
}
