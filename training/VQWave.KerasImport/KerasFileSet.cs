using System.Globalization;
using System.Text.RegularExpressions;
using VQWave.Models;
using VQWave.OnnxExport;

namespace VQWave.KerasImport;

/// <summary>Which Keras file of a folder is the one of which network.</summary>
internal sealed partial class KerasFileSet
{
    private const string Extension = ".weights.h5";

    // Where the Python project keeps what it ships: VQ-VAEs in one folder, generators in the other.
    private static readonly string[] Folders = ["", "final_weights", "weights"];

    private readonly Dictionary<string, (string Path, int? Epoch)> chosen = new(StringComparer.Ordinal);

    private KerasFileSet() { }

    /// <summary>Files that are not taken.</summary>
    public List<KerasSkippedFile> Skipped { get; } = [];

    /// <summary>The file of a network, or null.</summary>
    public (string Path, int? Epoch)? Find(string network) => chosen.TryGetValue(network, out var file) ? file : null;

    /// <summary>Looks through a folder.</summary>
    /// <param name="sourceDirectory">The folder.</param>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="epoch">The epoch to take; null: the file without a number, else the highest.</param>
    public static KerasFileSet Scan(string sourceDirectory, HierarchyConfiguration configuration, int? epoch)
    {
        var found = new List<(string Path, string Network, int? Epoch, int Folder)>();
        var set = new KerasFileSet();
        var networks = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            networks.UnionWith(ModelStages.Of(configuration.Levels[i]).Select(s => WeightShapes.NetworkName(configuration, i, s)));
        }

        foreach (var path in Files(sourceDirectory, out var folders))
        {
            var name = Path.GetFileName(path)[..^Extension.Length];
            var match = EpochPattern().Match(name);
            int? number = null;
            if (match.Success && !networks.Contains(name))
            {
                name = match.Groups["network"].Value;
                number = int.Parse(match.Groups["epoch"].ValueSpan, CultureInfo.InvariantCulture);
            }

            if (networks.Contains(name))
            {
                found.Add((path, name, number, folders[path]));
            }
            else
            {
                set.Skipped.Add(new KerasSkippedFile(path, $"'{name}' is not a network of the configuration '{configuration.Name}'"));
            }
        }

        foreach (var group in found.GroupBy(f => f.Network, StringComparer.Ordinal))
        {
            var order = group.OrderBy(f => f.Folder).ThenByDescending(f => f.Epoch ?? int.MaxValue).ToArray();
            var index = epoch is null ? 0 : Array.FindIndex(order, f => f.Epoch == epoch);
            for (var i = 0; i < order.Length; i++)
            {
                if (i == index)
                {
                    set.chosen[group.Key] = (order[i].Path, order[i].Epoch);
                }
                else
                {
                    var reason = index < 0 ? $"it is not of epoch {epoch}" : $"{Path.GetFileName(order[index].Path)} is taken instead";
                    set.Skipped.Add(new KerasSkippedFile(order[i].Path, reason));
                }
            }
        }

        return set;
    }

    private static List<string> Files(string directory, out Dictionary<string, int> folders)
    {
        if (!Directory.Exists(directory))
        {
            throw new VQWaveException($"The folder '{directory}' does not exist: name the folder that holds the {Extension} files.");
        }

        folders = new Dictionary<string, int>(StringComparer.Ordinal);
        var files = new List<string>();
        try
        {
            for (var i = 0; i < Folders.Length; i++)
            {
                var folder = Path.Combine(directory, Folders[i]);
                if (!Directory.Exists(folder))
                {
                    continue;
                }

                foreach (var path in Directory.GetFiles(folder, "*" + Extension).Order(StringComparer.Ordinal))
                {
                    files.Add(path);
                    folders[path] = i;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"The folder '{directory}' cannot be read: {e.Message}", e);
        }

        return files;
    }

    [GeneratedRegex(@"^(?<network>.+)_(?<epoch>\d{1,9})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex EpochPattern();
}
