using VQWave.Training.Data;

namespace VQWave.Training.Evaluation;

/// <summary>The middle of a held-out file: where a piece has begun and has not yet faded.</summary>
/// <param name="File">The mapped file.</param>
/// <param name="Start">First sample, a multiple of the coarsest compression.</param>
/// <param name="Length">Samples, a multiple of the coarsest compression.</param>
internal sealed record Excerpt(U16File File, long Start, int Length)
{
    /// <summary>The file's name.</summary>
    public string Name => Path.GetFileName(File.Path);

    /// <summary>Chooses an excerpt of each file.</summary>
    /// <param name="data">The files, each at least <paramref name="alignment"/> samples long.</param>
    /// <param name="alignment">Samples of the coarsest code, so that the codes of all levels cover the same samples.</param>
    /// <param name="maxSamples">The longest excerpt wanted.</param>
    public static IReadOnlyList<Excerpt> Of(U16Dataset data, int alignment, long maxSamples) =>
        [
            .. data.Files.Select(file =>
            {
                var length = Math.Max(Math.Min(file.Length, maxSamples) / alignment, 1) * alignment;
                var start = (file.Length - length) / 2 / alignment * alignment;
                return new Excerpt(file, start, checked((int)length));
            }),
        ];

    /// <summary>Its samples.</summary>
    public float[] Read()
    {
        var samples = new float[Length];
        File.Read(Start, samples);
        return samples;
    }
}
