using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>Which plug-in is meant: a bundle or library, and a class where it holds several.</summary>
/// <param name="Path">The bundle or shared library.</param>
/// <param name="Class">The class's name; null for the first.</param>
internal sealed record PluginReference(string Path, string? Class)
{
    /// <summary>Reads PLUGIN.vst3 or PLUGIN.vst3:CLASS; a bare name is looked for where plug-ins are installed.</summary>
    /// <exception cref="Vst3Exception">There is no such bundle.</exception>
    public static PluginReference Parse(string text)
    {
        if (Find(text) is { } whole)
        {
            return new PluginReference(whole, null);
        }

        // The colon of a Windows drive is not one before a class.
        var colon = text.LastIndexOf(':');
        if (colon > 1 && colon < text.Length - 1 && Find(text[..colon]) is { } path)
        {
            return new PluginReference(path, text[(colon + 1)..].Trim());
        }

        throw new Vst3Exception(
            $"There is no plug-in '{text}': give a .vst3 bundle or a shared library, or the name of one in {string.Join(" or ", Folders())}."
        );
    }

    /// <summary>Loads the module and finds the class.</summary>
    /// <param name="load">Loads the module, or gives the one that is loaded.</param>
    /// <param name="module">The module.</param>
    /// <exception cref="UsageException">It holds no such class.</exception>
    /// <exception cref="Vst3Exception">It cannot be loaded, or holds no plug-in.</exception>
    public Vst3ClassInfo FindClass(Func<string, Vst3Module> load, out Vst3Module module)
    {
        module = load(Path);
        var classes = module.AudioModules.ToList();
        if (classes.Count == 0)
        {
            throw new Vst3Exception($"{Path} holds no plug-in.");
        }

        return Class is null
            ? classes[0]
            : classes.Find(c => c.Name.Equals(Class, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"{Path} holds no '{Class}': it holds {string.Join(", ", classes.Select(c => c.Name))}.");
    }

    private static string? Find(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (File.Exists(text) || Directory.Exists(text))
        {
            return text;
        }

        return System.IO.Path.GetFileName(text) == text
            ? Folders()
                .SelectMany(folder => new[] { System.IO.Path.Combine(folder, text), System.IO.Path.Combine(folder, text + ".vst3") })
                .FirstOrDefault(path => Directory.Exists(path) || File.Exists(path))
            : null;
    }

    // Where VST3's documents say that plug-ins are.
    private static string[] Folders() =>
        OperatingSystem.IsWindows()
            ? [System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonProgramFiles), "VST3")]
            :
            [
                System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".vst3"),
                "/usr/local/lib/vst3",
                "/usr/lib/vst3",
            ];
}
