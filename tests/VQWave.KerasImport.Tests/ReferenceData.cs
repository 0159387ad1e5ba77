namespace VQWave.KerasImport.Tests;

/// <summary>The reference weights, which lie beside the repository and not in it.</summary>
internal static class ReferenceData
{
    /// <summary>The folder; the test is skipped where it is absent.</summary>
    public static string RequireFolder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Directory.Packages.props")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        var folder = Path.GetFullPath(Path.Combine(root.FullName, "..", "shared", "data", "keras-vqvae-8"));
        Assert.SkipUnless(Directory.Exists(folder), $"The Python project's trained weights are not at {folder}.");
        return folder;
    }
}
