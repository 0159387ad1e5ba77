using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Torch.Tests;

public sealed class GradientTests
{
    // A sum with unequal weights, so that no gradient can hide behind symmetry.
    private static Tensor Weighted(Tensor value)
    {
        Tensor weights = torch.arange(1, value.numel + 1, 1, ScalarType.Float64).reshape(value.shape);
        return (value * (weights * 0.37).sin()).sum();
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(1, 2, 3)]
    public void Conv1d(long stride, long padding, long dilation) =>
        Check.Gradients(
            x => Weighted(F.conv1d(x[0], x[1], x[2], stride, padding, dilation)),
            (Check.Normal(1, 2 * 3 * 11), [2, 3, 11]),
            (Check.Normal(2, 4 * 3 * 3), [4, 3, 3]),
            (Check.Normal(3, 4), [4])
        );

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(4, 0, 0)]
    [InlineData(2, 1, 1)]
    public void ConvTranspose1d(long stride, long padding, long outputPadding) =>
        Check.Gradients(
            x => Weighted(F.conv_transpose1d(x[0], x[1], x[2], stride, padding, outputPadding)),
            (Check.Normal(4, 2 * 3 * 5), [2, 3, 5]),
            (Check.Normal(5, 3 * 2 * 6), [3, 2, 6]),
            (Check.Normal(6, 2), [2])
        );

    [Fact]
    public void Elu() => Check.Gradients(x => Weighted(x[0].elu(0.7)), (Check.Normal(7, 24), [4, 6]));

    [Fact]
    public void Linear() =>
        Check.Gradients(
            x => Weighted(F.linear(x[0], x[1], x[2])),
            (Check.Normal(8, 12), [2, 2, 3]),
            (Check.Normal(9, 12), [4, 3]),
            (Check.Normal(10, 4), [4])
        );

    [Fact]
    public void Embedding_repeats_add_up() =>
        Check.Gradients(x => Weighted(F.embedding(torch.tensor(new long[] { 2, 0, 2, 3 }, 2, 2), x[0])), (Check.Normal(11, 15), [5, 3]));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void CrossEntropy(double smoothing) =>
        Check.Gradients(x => F.cross_entropy(x[0], torch.tensor(new long[] { 1, 4, 0 }), smoothing), (Check.Normal(12, 15), [3, 5]));

    [Fact]
    public void Lstm_of_two_layers_with_carried_state() =>
        Check.Gradients(
            x =>
            {
                (Tensor y, Tensor h, Tensor c) = torch.lstm(x[0], x[1], x[2], x[3..], num_layers: 2, train: true);
                return Weighted(y) + Weighted(h * 0.5) + Weighted(c * 0.25);
            },
            (Check.Normal(13, 2 * 3 * 3), [2, 3, 3]),
            (Check.Normal(14, 2 * 2 * 2), [2, 2, 2]),
            (Check.Normal(15, 2 * 2 * 2), [2, 2, 2]),
            (Check.Normal(16, 8 * 3), [8, 3]),
            (Check.Normal(17, 8 * 2), [8, 2]),
            (Check.Normal(18, 8), [8]),
            (Check.Normal(19, 8), [8]),
            (Check.Normal(20, 8 * 2), [8, 2]),
            (Check.Normal(21, 8 * 2), [8, 2]),
            (Check.Normal(22, 8), [8]),
            (Check.Normal(23, 8), [8])
        );

    [Fact]
    public void Stft_magnitude() =>
        Check.Gradients(
            x => Weighted(torch.stft(x[0], 8, 2, 8, torch.hann_window(8, dtype: ScalarType.Float64)).abs()),
            (Check.Normal(24, 20), [1, 20])
        );

    [Fact]
    public void Grad_leaves_the_leaves_alone_and_allows_second_derivatives()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor x = torch.tensor(new double[] { 2, -3 }).requires_grad_();
        Tensor first = torch.autograd.grad((x * x * x).sum(), x, create_graph: true);
        Tensor second = torch.autograd.grad(first.sum(), x);
        Assert.Equal([12, 27], first.detach().ToArray<double>());
        Assert.Equal([12, -18], second.ToArray<double>());
        Assert.Null(x.grad);
    }

    [Fact]
    public void An_unused_input_gives_null_where_allowed_and_an_error_elsewhere()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor x = torch.ones(2).requires_grad_();
        Tensor unused = torch.ones(2).requires_grad_();
        Assert.Null(torch.autograd.grad([x.sum()], [unused], allow_unused: true)[0]);
        Assert.Throws<TorchException>(() => torch.autograd.grad([x.sum()], [unused]));
    }

    [Fact]
    public void A_retained_graph_runs_twice_and_gradients_add_up()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor x = torch.tensor(new double[] { 3 }, 1).requires_grad_();
        Tensor y = (x * x).sum();
        y.backward(retain_graph: true);
        y.backward();
        Assert.Equal([12], x.grad!.ToArray<double>());
        Assert.Throws<TorchException>(() => y.backward());
    }

    [Fact]
    public void No_grad_records_nothing_and_ends_with_its_scope()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Tensor x = torch.ones(2).requires_grad_();
        using (torch.no_grad())
        {
            Assert.False(torch.is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (torch.enable_grad())
            {
                Assert.True((x * 2).requires_grad);
            }

            Assert.False(torch.is_grad_enabled());
        }

        Assert.True((x * 2).requires_grad);
    }
}
