namespace VQWave.OnnxExport.Quantization;

/// <summary>A matrix of a generator's graph: y = W x + b.</summary>
internal sealed record GeneratorMatrix
{
    /// <summary><c>lstm.0</c>, <c>dense</c> and so on.</summary>
    public required string Name { get; init; }

    /// <summary>Inputs.</summary>
    public required int Columns { get; init; }

    /// <summary>Outputs.</summary>
    public required int Rows { get; init; }

    /// <summary>[rows, columns].</summary>
    public required float[] Values { get; init; }

    /// <summary>Name of the MatMul node.</summary>
    public required string Product { get; init; }

    /// <summary>Name of the node that adds the bias.</summary>
    public required string Sum { get; init; }

    /// <summary>Name of the value x.</summary>
    public required string Input { get; init; }

    /// <summary>Name of the matrix's initialiser.</summary>
    public required string Weight { get; init; }

    /// <summary>Name of the bias's initialiser.</summary>
    public required string Bias { get; init; }
}
