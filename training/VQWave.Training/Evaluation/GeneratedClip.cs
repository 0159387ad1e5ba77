namespace VQWave.Training.Evaluation;

/// <summary>A generated clip.</summary>
/// <param name="Seed">What it was generated from.</param>
/// <param name="Samples">All of it, with its beginning.</param>
internal sealed record GeneratedClip(ulong Seed, float[] Samples);
