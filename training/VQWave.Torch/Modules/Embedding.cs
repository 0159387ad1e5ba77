namespace VQWave.Torch.Modules;

/// <summary>(…) integers to (…, width) rows of a table.</summary>
public sealed class Embedding : Module<Tensor, Tensor>
{
    /// <summary>Rows of standard normal numbers, as in PyTorch.</summary>
    public Embedding(long num_embeddings, long embedding_dim)
    {
        using Tensor data = torch.randn(num_embeddings, embedding_dim);
        weight = register_parameter("weight", new Parameter(data));
    }

    /// <summary>(rows, width).</summary>
    public Parameter weight { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => torch.nn.functional.embedding(input, weight);
}
