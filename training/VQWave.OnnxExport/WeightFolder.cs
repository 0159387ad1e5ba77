using VQWave.Safetensors;

namespace VQWave.OnnxExport;

/// <summary>Writes imported weights as the safetensors files that training, <c>export</c> and <c>evaluate</c> take.</summary>
public static class WeightFolder
{
    /// <summary>Writes <c>NETWORK.safetensors</c> for each network: all of them, or none.</summary>
    /// <param name="directory">The folder; made if missing.</param>
    /// <param name="networks">The weights by network, then by name.</param>
    /// <param name="sources">Where each network comes from, kept in its file.</param>
    /// <returns>The files.</returns>
    /// <exception cref="VQWaveException">They cannot be written.</exception>
    public static IReadOnlyList<string> Write(
        string directory,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, WeightTensor>> networks,
        Func<string, string> sources
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(sources);
        var target = Path.GetFullPath(directory);
        var temporary = Path.Combine(target, $".import-{Guid.NewGuid():N}");
        var written = new List<string>();
        try
        {
            Directory.CreateDirectory(temporary);
            foreach (var (network, weights) in networks)
            {
                SafetensorsFile.Write(
                    Path.Combine(temporary, $"{network}.safetensors"),
                    weights.Select(w => KeyValuePair.Create(w.Key, SafetensorsTensor.FromFloats(w.Value.Data, w.Value.Shape))),
                    [KeyValuePair.Create("network", network), KeyValuePair.Create("imported_from", sources(network))]
                );
            }

            foreach (var network in networks.Keys)
            {
                var path = Path.Combine(target, $"{network}.safetensors");
                File.Move(Path.Combine(temporary, $"{network}.safetensors"), path, overwrite: true);
                written.Add(path);
            }

            return written;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SafetensorsException)
        {
            throw new VQWaveException(
                $"The imported weights cannot be written to '{directory}' ({e.Message.TrimEnd('.')}): choose another folder or free some space.",
                e
            );
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }
}
