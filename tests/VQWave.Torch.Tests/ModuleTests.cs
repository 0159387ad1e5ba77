using VQWave.Torch.Modules;

namespace VQWave.Torch.Tests;

public sealed class ModuleTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private sealed class Network : Module<Tensor, Tensor>
    {
        private readonly Embedding _embedding;
        private readonly LSTM _lstm;
        private readonly Linear _logits;

        public Network()
        {
            _embedding = register_module("embedding", new Embedding(7, 3));
            _lstm = register_module("lstm", new LSTM(3, 5, 2));
            _logits = register_module("logits", new Linear(5, 7));
            Usage = register_buffer("usage", torch.zeros(7));
        }

        public Tensor Usage { get; }

        public override Tensor forward(Tensor input) => _logits.forward(_lstm.forward(_embedding.forward(input)).output);
    }

    [Fact]
    public void Names_and_sizes_are_those_of_PyTorch()
    {
        using var network = new Network();
        Assert.Equal(
            [
                "embedding.weight 7,3",
                "lstm.weight_ih_l0 20,3",
                "lstm.weight_hh_l0 20,5",
                "lstm.bias_ih_l0 20",
                "lstm.bias_hh_l0 20",
                "lstm.weight_ih_l1 20,5",
                "lstm.weight_hh_l1 20,5",
                "lstm.bias_ih_l1 20",
                "lstm.bias_hh_l1 20",
                "logits.weight 7,5",
                "logits.bias 7",
                "usage 7",
            ],
            network.state_dict().Select(pair => $"{pair.Key} {string.Join(',', pair.Value.shape)}")
        );
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.False(network.Usage.requires_grad);
    }

    [Fact]
    public void A_state_goes_to_another_network_and_a_wrong_one_changes_nothing()
    {
        using Network first = new(),
            second = new();
        Tensor codes = torch.tensor(new long[] { 1, 5, 2, 6 }, 1, 4);
        float[] expected = first.forward(codes).detach().ToArray<float>();
        Dictionary<string, Tensor> state = first.state_dict();
        Tensor embedding = state["embedding.weight"];
        state["embedding.weight"] = torch.zeros(8, 3);
        Assert.True(state.Remove("logits.bias"));
        state["extra"] = torch.zeros(1);
        float[] before = second.forward(codes).detach().ToArray<float>();
        string message = Assert.Throws<TorchException>(() => second.load_state_dict(state)).Message;
        Assert.Contains("embedding.weight is Float32[8,3], the network has Float32[7,3]", message, StringComparison.Ordinal);
        Assert.Contains("logits.bias is missing", message, StringComparison.Ordinal);
        Assert.Contains("extra is unknown", message, StringComparison.Ordinal);
        Assert.Equal(before, second.forward(codes).detach().ToArray<float>());
        state["embedding.weight"] = embedding;
        second.load_state_dict(state, strict: false);
        Assert.NotEqual(before, second.forward(codes).detach().ToArray<float>());
        second.load_state_dict(first.state_dict());
        Assert.Equal(expected, second.forward(codes).detach().ToArray<float>());
    }

    [Fact]
    public void Moving_to_another_kind_keeps_the_objects()
    {
        using var network = new Network();
        Parameter weight = network.parameters().First();
        network.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, weight.dtype);
        Assert.Equal(ScalarType.Float64, network.Usage.dtype);
        network.forward(torch.tensor(new long[] { 1, 2 }, 1, 2)).sum().backward();
        Assert.NotNull(weight.grad);
    }

    [Fact]
    public void Initial_values_lie_within_PyTorchs_bounds()
    {
        torch.manual_seed(3);
        static (double greatest, double deviation) Of(Tensor t) => (t.detach().abs().max().ToDouble(), t.detach().std().ToDouble());
        void Uniform(Tensor t, double bound)
        {
            (double greatest, double deviation) = Of(t);
            Assert.InRange(greatest, 0.95 * bound, bound);
            Assert.InRange(deviation, 0.95 * bound / Math.Sqrt(3), 1.05 * bound / Math.Sqrt(3));
        }

        using var conv = new Conv1d(16, 64, 9);
        Uniform(conv.weight, 1 / Math.Sqrt(16 * 9));
        using var transposed = new ConvTranspose1d(64, 16, 6);
        Uniform(transposed.weight, 1 / Math.Sqrt(16 * 6));
        using var linear = new Linear(50, 200);
        Uniform(linear.weight, 1 / Math.Sqrt(50));
        Tensor glorot = torch.nn.init.xavier_uniform_(torch.empty(100, 60));
        Uniform(glorot, Math.Sqrt(6.0 / 160));
        using var embedding = new Embedding(500, 20);
        Assert.InRange(Of(embedding.weight).deviation, 0.97, 1.03);
        foreach ((long rows, long columns) in ((long, long)[])[(4, 9), (9, 4)])
        {
            Tensor q = torch.nn.init.orthogonal_(torch.empty([rows, columns], ScalarType.Float64));
            Tensor gram = rows < columns ? q.mm(q.t()) : q.t().mm(q);
            Check.Close(Check.Doubles(torch.eye(4, ScalarType.Float64)), Check.Doubles(gram), 1e-5);
        }
    }

    [Fact]
    public void Dropout_drops_in_training_only()
    {
        torch.manual_seed(4);
        using var dropout = new Dropout(0.25);
        Tensor ones = torch.ones(10_000);
        Tensor dropped = dropout.forward(ones);
        Assert.InRange(dropped.eq(0).sum().ToInt64(), 2300, 2700);
        Assert.Equal(1 / 0.75f, dropped.max().ToSingle(), 5);
        dropout.eval();
        Assert.True(dropout.forward(ones).eq(1).all().ToBoolean());
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        using var sequence = new Sequential(("a", new ELU()), ("b", new Tanh()));
        Assert.Throws<TorchException>(() => sequence.register_module("a", new ELU()));
        Assert.Throws<TorchException>(() => sequence.register_module("a.b", new ELU()));
    }
}
