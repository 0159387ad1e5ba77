namespace VQWave.Models;

/// <summary>How a matrix is quantised: columns in blocks with a scale for each row of a block.</summary>
/// <param name="Bits">8 or 4.</param>
/// <param name="Block">Columns that share a scale: a power of two.</param>
public sealed record QuantizedMatrixFormat(int Bits, int Block);
