namespace VQWave.Torch.Modules;

/// <summary>Layers of long short-term memory; gates lie in the order input, forget, cell, output.</summary>
public sealed class LSTM : Module
{
    private readonly Parameter[] _weights;
    private readonly bool _bias;
    private readonly bool _batchFirst;
    private readonly double _dropout;

    /// <summary>All parameters uniform within ±1/√units, as in PyTorch.</summary>
    public LSTM(long input_size, long hidden_size, long num_layers = 1, bool bias = true, bool batch_first = true, double dropout = 0)
    {
        (this.hidden_size, this.num_layers) = (hidden_size, num_layers);
        (_bias, _batchFirst, _dropout) = (bias, batch_first, dropout);
        double bound = 1 / Math.Sqrt(hidden_size);
        var weights = new List<Parameter>();
        for (long layer = 0; layer < num_layers; layer++)
        {
            weights.Add(Add($"weight_ih_l{layer}", bound, 4 * hidden_size, layer == 0 ? input_size : hidden_size));
            weights.Add(Add($"weight_hh_l{layer}", bound, 4 * hidden_size, hidden_size));
            if (bias)
            {
                weights.Add(Add($"bias_ih_l{layer}", bound, 4 * hidden_size));
                weights.Add(Add($"bias_hh_l{layer}", bound, 4 * hidden_size));
            }
        }

        _weights = [.. weights];
    }

    /// <summary>Units a layer.</summary>
    public long hidden_size { get; }

    /// <summary>Layers.</summary>
    public long num_layers { get; }

    /// <summary>Runs a sequence (batch, time, in) from a state (layers, batch, units) each, zeros where none is given.</summary>
    /// <returns>The last layer's outputs (batch, time, units) and the state after the last step.</returns>
    /// <exception cref="TorchException">The sizes do not fit.</exception>
    public (Tensor output, Tensor h, Tensor c) forward(Tensor input, (Tensor h, Tensor c)? state = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (state is var (h, c))
        {
            return Run(input, h, c);
        }

        using Tensor zeros = torch.zeros([num_layers, input.size(_batchFirst ? 0 : 1), hidden_size], input.dtype, input.device);
        return Run(input, zeros, zeros);
    }

    private (Tensor output, Tensor h, Tensor c) Run(Tensor input, Tensor h, Tensor c) =>
        torch.lstm(input, h, c, _weights, _bias, num_layers, _dropout, training, batch_first: _batchFirst);

    private Parameter Add(string name, double bound, params ReadOnlySpan<long> size) =>
        register_parameter(name, torch.nn.init.UniformParameter(bound, size));
}
