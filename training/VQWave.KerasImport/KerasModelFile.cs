using System.Globalization;

namespace VQWave.KerasImport;

/// <summary>
/// The layers of a Keras 3 <c>.weights.h5</c> file: groups <c>/layers/NAME</c>, with the weights as <c>vars/0</c>, <c>vars/1</c> … in the
/// group or, for the cell of a recurrent layer, in a group below it. Keras names the groups by class and numbers each class in the
/// order of the model's layers.
/// </summary>
internal sealed class KerasModelFile : IDisposable
{
    // Deeper than any nesting that Keras writes for one layer.
    private const int MaximumDepth = 4;

    private readonly Hdf5File file;

    private KerasModelFile(Hdf5File file, IReadOnlyList<KerasLayer> layers) => (this.file, Layers) = (file, layers);

    /// <summary>The file's path.</summary>
    public string Path => file.Path;

    /// <summary>The layers that have weights, by class and number.</summary>
    public IReadOnlyList<KerasLayer> Layers { get; }

    /// <summary>Opens a file and lists its layers.</summary>
    /// <exception cref="VQWaveException">It cannot be read, or holds no Keras layers.</exception>
    public static KerasModelFile Open(string path)
    {
        var opened = Hdf5File.Open(path);
        try
        {
            var layers = new List<KerasLayer>();
            foreach (var name in opened.Names("/layers"))
            {
                var variables = new List<KerasVariable>();
                Collect(opened, $"/layers/{name}", variables, 0);
                if (variables.Count > 0)
                {
                    var (kind, number) = Split(name);
                    layers.Add(new KerasLayer(kind, number, name, variables));
                }
            }

            if (layers.Count == 0)
            {
                throw new VQWaveException(
                    $"{path} holds no layers with weights in its group '/layers': it is damaged, or not a Keras 3 .weights.h5 file."
                );
            }

            return new KerasModelFile(opened, [.. layers.OrderBy(l => l.Kind, StringComparer.Ordinal).ThenBy(l => l.Number)]);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static void Collect(Hdf5File opened, string group, List<KerasVariable> variables, int depth)
    {
        var names = opened.Names(group);
        if (names.Contains("vars", StringComparer.Ordinal))
        {
            var numbered = opened
                .Names($"{group}/vars")
                .Select(n => (Name: n, Number: int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var i) ? i : -1))
                .Where(n => n.Number >= 0)
                .OrderBy(n => n.Number);
            foreach (var (name, _) in numbered)
            {
                variables.Add(new KerasVariable(opened, $"{group}/vars/{name}"));
            }
        }

        if (depth == MaximumDepth)
        {
            return;
        }

        // The state of a dropout's random generator is not a weight.
        foreach (var name in names.Where(n => n is not ("vars" or "seed_generator")))
        {
            Collect(opened, $"{group}/{name}", variables, depth + 1);
        }
    }

    private static (string Kind, int Number) Split(string name)
    {
        var at = name.LastIndexOf('_');
        return at > 0 && int.TryParse(name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (name[..at], number)
            : (name, 0);
    }
}
