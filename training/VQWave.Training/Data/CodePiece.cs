namespace VQWave.Training.Data;

/// <summary>Codes of one piece at a level and at the next coarser one, memory-mapped.</summary>
/// <param name="Fine">Codes of the level.</param>
/// <param name="Coarse">Codes of the coarser level, or null at the coarsest.</param>
/// <param name="Length">Codes of the level that can be used: a multiple of the ratio between the levels, without the silence at the end.</param>
public sealed record CodePiece(U16File Fine, U16File? Coarse, long Length);
