namespace VQWave.Models;

/// <summary>The vectors of a level's codebook, read from a pack's decoder.</summary>
public static class CodebookVectors
{
    /// <summary>Reads them.</summary>
    /// <param name="pack">The pack's folder.</param>
    /// <param name="level">One of its configuration's levels.</param>
    /// <returns>[codebook size × codebook dimension], code by code.</returns>
    /// <exception cref="VQWaveException">The decoder cannot be read, or does not begin with a codebook of the level's size.</exception>
    public static float[] Read(string pack, LevelConfiguration level)
    {
        var path = Path.Combine(pack, ModelStages.FileName(ModelStage.Decoder, level));
        try
        {
            var graph = OnnxGraph.Parse(File.ReadAllBytes(path));
            foreach (var node in graph.Nodes)
            {
                if (
                    node.Operation == "Gather"
                    && graph.Constant(node.Inputs[0]) is { } vectors
                    && vectors.Has(level.CodebookSize, level.CodebookDimension)
                )
                {
                    return vectors.ToFloats();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new VQWaveException($"{path} cannot be read: {e.Message}", e);
        }

        throw new VQWaveException($"{path} holds no codebook of {level.CodebookSize} codes.");
    }
}
