namespace VQWave.Inference.Kernels;

/// <summary>What the graph of an encoder, a decoder or a context network computes: vectors of codes, or samples, through convolutions.</summary>
/// <param name="Table">The vectors [codes × inputs] that codes stand for; null where the input is samples.</param>
/// <param name="Inputs">Channels of the input.</param>
/// <param name="Lookahead">Zeros that follow the last input: by as much the output was moved ahead.</param>
/// <param name="Stages">The convolutions in the order of computation.</param>
internal sealed record ConvolutionGraph(float[]? Table, int Inputs, int Lookahead, IReadOnlyList<ConvolutionStage> Stages)
{
    /// <summary>Channels of the output.</summary>
    public int Outputs => Stages[^1].Channels;
}
