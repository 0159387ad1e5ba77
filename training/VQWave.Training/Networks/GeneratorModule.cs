using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Modules;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Networks;

/// <summary>
/// An autoregressive generator: code embedding plus context, LSTM layers, ELU dense layer, logits. Input at i is code i and context i; the
/// target is code i + 1.
/// </summary>
public sealed class GeneratorModule : Module
{
    private readonly GeneratorNetwork _network;
    private readonly WeightsModule _embedding;
    private readonly LSTM _lstm;
    private readonly Linear _dense;
    private readonly Linear _logits;

    /// <summary>Builds the network.</summary>
    public GeneratorModule(GeneratorNetwork network, int codes)
    {
        _network = network;
        _embedding = register_module("embedding", new WeightsModule(Initialization.Normal([codes, network.EmbeddingDimension], 1.0)));
        _lstm = new LSTM(network.EmbeddingDimension, network.Units, network.Layers, batch_first: true);
        _dense = new Linear(network.Units, network.Units);
        _logits = new Linear(network.Units, codes);
        register_module("lstm", _lstm);
        register_module("dense", _dense);
        register_module("logits", _logits);
    }

    /// <summary>Recurrent state of zeros: (layers, batch, units) each.</summary>
    public (Tensor H, Tensor C) InitialState(long batch, Device device) =>
        (
            torch.zeros([_network.Layers, batch, _network.Units], device: device),
            torch.zeros([_network.Layers, batch, _network.Units], device: device)
        );

    /// <summary>
    /// Draws which outputs of the last LSTM layer are dropped: factors (batch, n, units) of 0 or 1 / (1 − share). A mask of its own, so that
    /// processes that share a batch can draw one for all of it and each take its rows.
    /// </summary>
    public Tensor DropoutMask(long batch, long length, double share, Device device) =>
        F.dropout(torch.ones([batch, length, _network.Units], device: device), share, training: true);

    /// <summary>
    /// Logits (batch, n, codes) of the codes that follow <paramref name="codes"/> (batch, n).
    /// </summary>
    /// <param name="codes">The codes so far.</param>
    /// <param name="context">Context (batch, n, width), or null at the coarsest level.</param>
    /// <param name="state">Recurrent state before the first code.</param>
    /// <param name="dropout">Factors (batch, n, units) of the last LSTM layer's outputs, or null: what <see cref="DropoutMask"/> drew.</param>
    public (Tensor Logits, Tensor H, Tensor C) forward(Tensor codes, Tensor? context, (Tensor H, Tensor C) state, Tensor? dropout = null)
    {
        var x = F.embedding(codes, _embedding.Weight);
        if (context is not null)
        {
            x += context.narrow(2, 0, _network.EmbeddingDimension);
        }

        var (y, h, c) = _lstm.forward(x, state);
        if (context is not null && _network.ContextWidth > _network.EmbeddingDimension)
        {
            y += context.narrow(2, _network.EmbeddingDimension, _network.Units);
        }

        if (dropout is not null)
        {
            y *= dropout;
        }

        var hidden = F.elu(Autocast.Linear(y, _dense.weight, _dense.bias));
        return (Autocast.Linear(hidden, _logits.weight, _logits.bias), h, c);
    }
}
