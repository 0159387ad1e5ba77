using System.Security.Cryptography;
using System.Text;
using VQWave.Controls;
using VQWave.Models;
using VQWave.Plugin.Interop;

namespace VQWave.Plugin;

/// <summary>
/// The packs that can be chosen: of the folders of <c>VQWAVE_MODELS</c>, of the bundle and of the user, in this order, then by name. All objects
/// of the module that live at a time see the same list, so that a choice is the same to all of them.
/// </summary>
/// <remarks>Immutable.</remarks>
internal sealed class PackCatalog
{
    private static readonly Lock Gate = new();
    private static PackCatalog? current;
    private static int users;

    private PackCatalog(IReadOnlyList<PackChoice> packs) => Packs = packs;

    /// <summary>The packs, the default one first; none where none is installed.</summary>
    public IReadOnlyList<PackChoice> Packs { get; }

    /// <summary>Joins the users of the list; the first one looks at the folders.</summary>
    public static PackCatalog Acquire()
    {
        lock (Gate)
        {
            users++;
            return current ??= Scan();
        }
    }

    /// <summary>Leaves; the list is made anew when somebody comes after the last one has left.</summary>
    public static void Release()
    {
        lock (Gate)
        {
            users = Math.Max(0, users - 1);
            current = users == 0 ? null : current;
        }
    }

    /// <summary>The place of the pack that a project asks for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isSame">Whether it is the very pack.</param>
    /// <returns>−1 where neither is there.</returns>
    public int Find(string name, string hash, out bool isSame)
    {
        for (var i = 0; i < Packs.Count; i++)
        {
            if (Packs[i].Hash == hash && Packs[i].Name == name)
            {
                isSame = true;
                return i;
            }
        }

        for (var i = 0; i < Packs.Count; i++)
        {
            if (Packs[i].Hash == hash)
            {
                isSame = true;
                return i;
            }
        }

        isSame = false;
        for (var i = 0; i < Packs.Count; i++)
        {
            if (Packs[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static PackCatalog Scan()
    {
        List<string> folders =
        [
            .. (Environment.GetEnvironmentVariable("VQWAVE_MODELS") ?? "").Split(
                Path.PathSeparator,
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            ),
        ];
        if (BundleLocation.Resources() is { } resources)
        {
            folders.Add(Path.Combine(resources, "models"));
        }

        folders.Add(UserFolders.FromEnvironment().Models);
        List<PackChoice> packs = [];
        foreach (var entry in new ModelPackLocator(folders).List())
        {
            if (entry.Manifest is { } manifest)
            {
                var name = entry.Name;
                for (var n = 2; packs.Exists(p => p.Title == name); n++)
                {
                    name = $"{entry.Name} ({n})";
                }

                packs.Add(new PackChoice(entry.Name, name, HashOf(manifest), entry.Directory, manifest.Configuration));
            }
        }

        return new PackCatalog(packs);
    }

    // Of what sounds: its files. What is written about them may be corrected.
    private static string HashOf(ModelManifest manifest)
    {
        StringBuilder list = new();
        foreach (var (name, file) in manifest.Files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            list.Append(name).Append(':').Append(file.Sha256.ToLowerInvariant()).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())));
    }
}
