namespace VQWave.Models;

/// <summary>
/// Finds model packs by name. Looked through in this order: the folders of the environment variable <c>VQWAVE_MODELS</c>;
/// <c>models</c> in the program's folder or one above it (the packs that are shipped); <c>vqwave/models</c> in the user's
/// data folder (<c>XDG_DATA_HOME</c>, by default <c>~/.local/share</c>).
/// </summary>
public sealed class ModelPackLocator
{
    /// <summary>How many folders above the program's are looked into: enough for a build output in its repository.</summary>
    private const int MaximumAscent = 6;

    /// <summary>Creates a locator over given folders, in order of preference.</summary>
    public ModelPackLocator(IEnumerable<string> folders) => Folders = [.. folders.Distinct(StringComparer.Ordinal)];

    /// <summary>The folders whose subfolders are packs, in order of preference.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>A locator over this process's environment.</summary>
    public static ModelPackLocator FromEnvironment() =>
        new([.. Split(Environment.GetEnvironmentVariable("VQWAVE_MODELS")), .. Shipped(AppContext.BaseDirectory), UserFolder()]);

    /// <summary>All packs, in order of preference, then by name; damaged ones with their problem.</summary>
    public IReadOnlyList<ModelPackEntry> List() => [.. Folders.SelectMany(ListFolder)];

    /// <summary>The packs of one folder by name, or the folder itself where it is a pack; damaged ones with their problem.</summary>
    public static IReadOnlyList<ModelPackEntry> ListFolder(string folder)
    {
        if (IsPack(folder))
        {
            return [Read(folder)];
        }

        try
        {
            return Directory.Exists(folder)
                ? [.. Directory.EnumerateDirectories(folder).Where(IsPack).Order(StringComparer.Ordinal).Select(Read)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The folder of a pack.</summary>
    /// <param name="nameOrPath">A folder's path, a pack's name, or null for the default: the first pack found.</param>
    /// <exception cref="VQWaveException">There is none.</exception>
    public string Find(string? nameOrPath)
    {
        if (nameOrPath is null)
        {
            return List().FirstOrDefault(p => p.Manifest is not null)?.Directory
                ?? throw new VQWaveException(
                    $"There is no model pack in {string.Join(" or ", Folders)}: give one with --model, or train and export one with vqwave-train."
                );
        }

        if (string.IsNullOrWhiteSpace(nameOrPath))
        {
            throw new VQWaveException("The model's name is empty: give a folder or a name that 'vqwave models' lists.");
        }

        if (Directory.Exists(nameOrPath) || File.Exists(nameOrPath))
        {
            return Path.GetFullPath(nameOrPath);
        }

        var isName = !nameOrPath.AsSpan().ContainsAny("/\\") && nameOrPath is not (".." or ".");
        var found = isName ? Folders.Select(f => Path.Combine(f, nameOrPath)).FirstOrDefault(IsPack) : null;
        if (found is not null)
        {
            return found;
        }

        var known = List().Select(p => p.Name).Distinct(StringComparer.Ordinal).ToList();
        throw new VQWaveException(
            $"There is no model pack '{nameOrPath}': give a folder that holds {ModelManifest.FileName}"
                + (known.Count > 0 ? $", or one of the names {string.Join(", ", known)}." : ".")
        );
    }

    private static bool IsPack(string folder) => File.Exists(Path.Combine(folder, ModelManifest.FileName));

    private static ModelPackEntry Read(string folder)
    {
        var path = Path.GetFullPath(folder);
        try
        {
            return new ModelPackEntry(path, ModelPack.ReadManifest(path), null);
        }
        catch (VQWaveException e)
        {
            return new ModelPackEntry(path, null, e.Message);
        }
    }

    private static IEnumerable<string> Split(string? list) =>
        (list ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> Shipped(string programFolder)
    {
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(programFolder));
        for (var i = 0; i <= MaximumAscent && folder is not null; i++, folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, "models");
            if (Directory.Exists(models) && ListFolder(models).Count > 0)
            {
                yield return models;
            }
        }
    }

    private static string UserFolder()
    {
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        if (string.IsNullOrEmpty(data))
        {
            data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        return Path.Combine(data, "vqwave", "models");
    }
}
