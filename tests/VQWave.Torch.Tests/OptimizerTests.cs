using VQWave.Torch.Modules;
using VQWave.Torch.Optimizers;

namespace VQWave.Torch.Tests;

public sealed class OptimizerTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Float64, false, 0.0, 1e-12)]
    [InlineData(ScalarType.Float64, false, 0.1, 1e-12)]
    [InlineData(ScalarType.Float64, true, 0.1, 1e-12)]
    [InlineData(ScalarType.Float32, true, 0.1, 2e-5)]
    public void Adam_equals_a_scalar_implementation(ScalarType type, bool decoupled, double decay, double tolerance)
    {
        const int Count = 1001,
            Steps = 7;
        const double Rate = 0.01,
            Beta1 = 0.8,
            Beta2 = 0.95,
            Eps = 1e-6;
        double[] x = Check.Normal(1, Count),
            m = new double[Count],
            v = new double[Count];
        using var parameter = new Parameter(torch.tensor(x, 7, 143).to(type));
        using Optimizer optimizer = decoupled
            ? new AdamW([parameter], Rate, Beta1, Beta2, Eps, decay)
            : new Adam([parameter], Rate, Beta1, Beta2, Eps, decay);
        for (int step = 1; step <= Steps; step++)
        {
            double[] gradient = Check.Normal(step + 1, Count);
            parameter.grad = torch.tensor(gradient, 7, 143).to(type);
            optimizer.step();
            for (int i = 0; i < Count; i++)
            {
                double g = gradient[i] + (decoupled ? 0 : decay * x[i]);
                x[i] -= decoupled ? Rate * decay * x[i] : 0;
                m[i] = (Beta1 * m[i]) + ((1 - Beta1) * g);
                v[i] = (Beta2 * v[i]) + ((1 - Beta2) * g * g);
                double mean = m[i] / (1 - Math.Pow(Beta1, step)),
                    square = v[i] / (1 - Math.Pow(Beta2, step));
                x[i] -= Rate * mean / (Math.Sqrt(square) + Eps);
            }
        }

        Check.Close(x, Check.Doubles(parameter), tolerance);
        Assert.Equal(Steps, optimizer.StepCount);
    }

    [Fact]
    public void Adam_of_transposed_memory_equals_adam_of_plain_memory()
    {
        double[] data = Check.Normal(1, 12),
            gradient = Check.Normal(2, 12);
        using var plain = new Parameter(torch.tensor(data, 3, 4));
        using var transposed = new Parameter(torch.tensor(data, 3, 4).t());
        using var optimizer = new Adam([plain, transposed], 0.1, weight_decay: 0.2);
        for (int i = 0; i < 3; i++)
        {
            plain.grad = torch.tensor(gradient, 3, 4);
            transposed.grad = torch.tensor(gradient, 3, 4).t();
            optimizer.step();
        }

        Check.Close(Check.Doubles(plain), Check.Doubles(transposed.detach().t()), 1e-12);
        Assert.NotEqual(data, Check.Doubles(plain));
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var parameter = new Parameter(torch.ones(3));
        using var optimizer = new AdamW([parameter], 0.1, weight_decay: 0.5);
        optimizer.step();
        Assert.Equal([1, 1, 1], parameter.detach().ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sgd_equals_a_scalar_implementation(bool nesterov)
    {
        double x = 2,
            velocity = 0;
        using var parameter = new Parameter(torch.tensor(new[] { x }, 1));
        using var optimizer = new SGD([parameter], 0.1, 0.9, 0.01, nesterov);
        for (int step = 0; step < 5; step++)
        {
            double gradient = Math.Sin(step + 1);
            parameter.grad = torch.tensor(new[] { gradient }, 1);
            optimizer.step();
            gradient += 0.01 * x;
            velocity = step == 0 ? gradient : (0.9 * velocity) + gradient;
            x -= 0.1 * (nesterov ? gradient + (0.9 * velocity) : velocity);
        }

        Assert.Equal(x, parameter.detach().ToDouble(), 12);
    }

    [Fact]
    public void Clipping_bounds_the_norm_of_all_gradients_together()
    {
        using var first = new Parameter(torch.zeros(2));
        using var second = new Parameter(torch.zeros([1], ScalarType.Float32));
        using var without = new Parameter(torch.zeros(4));
        first.grad = torch.tensor(new float[] { 2, 3 });
        second.grad = torch.tensor(new float[] { 6 }, 1);
        Assert.Equal(7, torch.nn.utils.clip_grad_norm_([first, second, without], 14), 6);
        Assert.Equal([2, 3], first.grad!.ToArray<float>());
        Assert.Equal(7, torch.nn.utils.clip_grad_norm_([first, second, without], 3.5), 6);
        Check.Close([1, 1.5], Check.Doubles(first.grad!), 1e-6);
        Check.Close([3], Check.Doubles(second.grad!), 1e-6);
        Assert.Equal(0, torch.nn.utils.clip_grad_norm_([without], 1));
    }

    [Fact]
    public void Zeroed_gradients_are_gone_or_zero()
    {
        using var parameter = new Parameter(torch.ones(2));
        using var optimizer = new SGD([parameter], 0.1);
        (parameter * 3).sum().backward();
        optimizer.zero_grad(set_to_none: false);
        Assert.Equal([0, 0], parameter.grad!.ToArray<float>());
        optimizer.zero_grad();
        Assert.Null(parameter.grad);
    }

    [Fact]
    public void A_resumed_run_equals_one_that_was_not_interrupted_bit_for_bit()
    {
        string folder = Directory.CreateTempSubdirectory("vqwave-torch").FullName;
        try
        {
            float[] whole = Train(0, 8, null, null);
            string weights = Path.Combine(folder, "w.safetensors"),
                state = Path.Combine(folder, "o.safetensors");
            _ = Train(0, 5, null, (weights, state));
            Assert.Equal(whole, Train(5, 8, (weights, state), null));
            Assert.NotEqual(whole, Train(0, 5, null, null));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Another_networks_state_is_refused_and_changes_nothing()
    {
        using Linear small = new(2, 3),
            large = new(4, 3);
        using Adam first = new(small.parameters(), 0.5),
            second = new(large.parameters(), 0.25);
        string message = Assert.Throws<TorchException>(() => second.load_state_dict(first.state_dict())).Message;
        Assert.Contains("exp_avg.0", message, StringComparison.Ordinal);
        Assert.Equal(0.25, second.LearningRate);
        using var plain = new SGD(small.parameters(), 0.1);
        Assert.Throws<TorchException>(() => first.load_state_dict(plain.state_dict()));
    }

    private static float[] Train(int from, int to, (string weights, string state)? load, (string weights, string state)? save)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.manual_seed(9);
        using var network = new Sequential(new Linear(3, 5), new Tanh(), new Linear(5, 2));
        using var optimizer = new Adam(network.parameters(), 0.02);
        if (load is var (weights, state))
        {
            network.load_state_dict(Safetensors.Load(weights));
            optimizer.load_state_dict(Safetensors.Load(state));
        }

        for (int step = from; step < to; step++)
        {
            optimizer.zero_grad();
            Tensor x = torch.tensor(Check.Normal(step, 12), 4, 3).to(ScalarType.Float32);
            network.forward(x).square().sum().backward();
            optimizer.step();
            optimizer.LearningRate *= 0.9;
        }

        if (save is var (weightsPath, statePath))
        {
            Safetensors.Save(weightsPath, network.state_dict());
            Safetensors.Save(statePath, optimizer.state_dict());
        }

        return [.. network.parameters().SelectMany(parameter => parameter.detach().ToArray<float>())];
    }
}
