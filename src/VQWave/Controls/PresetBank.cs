using System.Text.Json;

namespace VQWave.Controls;

/// <summary>All presets: those that come with VQWave and the user's, a JSON file each in one folder.</summary>
/// <remarks>
/// A user's preset whose name or program is that of one that comes with VQWave stands in its place. Files that cannot be read are left as
/// they are and named in <see cref="Problems"/>. Threading: for control threads, one at a time; <see cref="FindProgram"/> may be called from
/// any thread at any time and is real-time safe.
/// </remarks>
public sealed class PresetBank
{
    private const int FileVersion = 1;
    private const int Programs = 128;

    private readonly Dictionary<string, string> pathByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> problems = [];
    private Preset?[] byProgram = new Preset?[Programs];

    /// <summary>Opens a bank.</summary>
    /// <param name="folder">The folder of the user's presets; made when the first is saved. Null for the presets of VQWave only.</param>
    /// <param name="table">The parameters; by default <see cref="ParameterTable.Default"/>.</param>
    public PresetBank(string? folder = null, ParameterTable? table = null)
    {
        Folder = folder;
        Table = table ?? ParameterTable.Default;
        Reload();
    }

    /// <summary>The presets that come with VQWave, by program number.</summary>
    public static IReadOnlyList<Preset> Factory => FactoryPresets.All;

    /// <summary>The folder of the user's presets, or null.</summary>
    public string? Folder { get; }

    /// <summary>The parameters.</summary>
    public ParameterTable Table { get; }

    /// <summary>All presets: those with a program by its number, then the others by name.</summary>
    public IReadOnlyList<Preset> Presets { get; private set; } = [];

    /// <summary>One sentence for each file that could not be read when the bank was last loaded.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The preset of a MIDI program, 0 to 127; null where there is none. Real-time safe, on any thread.</summary>
    public Preset? FindProgram(int program) => program is >= 0 and < Programs ? Volatile.Read(ref byProgram)[program] : null;

    /// <summary>A preset by name, whatever its case; null where there is none.</summary>
    public Preset? Find(string name) => Presets.FirstOrDefault(p => string.Equals(p.Name, name.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads the folder again.</summary>
    public void Reload()
    {
        problems.Clear();
        pathByName.Clear();
        List<Preset> user = [];
        foreach (var path in ListFiles())
        {
            if (TryRead(path) is { } preset && pathByName.TryAdd(preset.Name, path))
            {
                user.Add(preset);
            }
        }

        Arrange(user);
    }

    /// <summary>Saves a preset to the user's folder; one of the same name is replaced.</summary>
    /// <param name="preset">The preset. Without a program it keeps that of the preset it replaces, or gets the first free one.</param>
    /// <returns>The preset as it is in the bank.</returns>
    /// <exception cref="VQWaveException">There is no folder, the program is out of range, or the file cannot be written.</exception>
    public Preset Save(Preset preset)
    {
        if (Folder is null)
        {
            throw new VQWaveException($"The preset '{preset.Name}' cannot be saved: this bank has no folder for the user's presets.");
        }

        if (preset.Program is < 0 or >= Programs)
        {
            throw new VQWaveException($"The preset '{preset.Name}' asks for program {preset.Program + 1}: use 1 to {Programs}.");
        }

        var saved = preset with { IsFactory = false, Program = preset.Program ?? Find(preset.Name)?.Program ?? FreeProgram() };
        var path = pathByName.GetValueOrDefault(saved.Name) ?? FreePath(Folder, saved.Name);
        Write(path, saved);
        Reload();
        return saved;
    }

    /// <summary>Deletes a preset of the user's; one of VQWave's that it stood in for is there again.</summary>
    /// <returns>Whether there was one; those of VQWave cannot be deleted.</returns>
    /// <exception cref="VQWaveException">The file cannot be deleted.</exception>
    public bool Delete(string name)
    {
        if (!pathByName.TryGetValue(name.Trim(), out var path))
        {
            return false;
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException($"{path} cannot be deleted: {e.Message}", e);
        }

        Reload();
        return true;
    }

    /// <summary>Gives a preset of the user's another name; it keeps its program.</summary>
    /// <returns>The preset under its new name.</returns>
    /// <exception cref="VQWaveException">It is not the user's, the name is unfit or another preset's, or the files cannot be written.</exception>
    public Preset Rename(string name, string to)
    {
        var fresh = Preset.CheckName(to);
        if (!pathByName.TryGetValue(name.Trim(), out var path) || Find(name) is not { } preset)
        {
            throw new VQWaveException($"'{name}' cannot be renamed: only presets of your own can be.");
        }

        if (string.Equals(preset.Name, fresh, StringComparison.Ordinal))
        {
            return preset;
        }

        if (Find(fresh) is { } other && !string.Equals(other.Name, preset.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new VQWaveException($"There is a preset '{other.Name}' already: choose another name.");
        }

        // In the same file: whole under the old name or under the new one.
        Write(path, preset with { Name = fresh });
        Reload();
        return Find(fresh)!;
    }

    private List<string> ListFiles()
    {
        try
        {
            return Folder is not null && Directory.Exists(Folder)
                ? [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{Folder}: the presets cannot be read ({SettingsFile.Plain(e)}).");
            return [];
        }
    }

    private Preset? TryRead(string path)
    {
        try
        {
            var document = SettingsFile.ReadChecked(path, ControlsJsonContext.Default.PresetDocument, Check);
            Dictionary<ParameterId, float> values = [];
            foreach (var (key, value) in document.Values ?? [])
            {
                if (Table.FindKey(key) is { } parameter)
                {
                    values[parameter.Id] = parameter.Clamp(value);
                }
                else
                {
                    problems.Add($"{path}: there is no parameter '{key}', so it was left out.");
                }
            }

            return new Preset
            {
                Name = document.Name!,
                Program = document.Program,
                Values = values,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or VQWaveException)
        {
            problems.Add($"{path}: the preset cannot be used ({SettingsFile.Plain(e)}), so it is not in the list.");
            return null;
        }
    }

    private void Write(string path, Preset preset)
    {
        PresetDocument document = new()
        {
            Version = FileVersion,
            Name = preset.Name,
            Program = preset.Program,
            Values = new SortedDictionary<string, float>(
                preset.Values.ToDictionary(v => Table[v.Key].Key, v => v.Value),
                StringComparer.Ordinal
            ),
        };
        SettingsFile.Write(path, document, ControlsJsonContext.Default.PresetDocument);
    }

    private static void Check(PresetDocument document)
    {
        SettingsFile.CheckVersion(document.Version, FileVersion);
        Preset.CheckName(document.Name);
        if (document.Program is < 0 or >= Programs)
        {
            throw new VQWaveException($"the program {document.Program} is not 0 to {Programs - 1}");
        }
    }

    private void Arrange(List<Preset> user)
    {
        var all = user.Concat(Factory.Where(f => !pathByName.ContainsKey(f.Name))).ToList();
        var programs = new Preset?[Programs];
        foreach (var preset in all)
        {
            // The user's come first, and of two with one program the first in order of files has it.
            if (preset.Program is { } program)
            {
                programs[program] ??= preset;
            }
        }

        Presets = [.. all.OrderBy(p => p.Program ?? Programs).ThenBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];
        Volatile.Write(ref byProgram, programs);
    }

    private int? FreeProgram()
    {
        var free = Array.IndexOf(byProgram, null);
        return free >= 0 ? free : null;
    }

    // The name in what every file system takes; the name itself is in the file.
    private static string FreePath(string folder, string name)
    {
        var letters = name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-').ToArray();
        var stem = string.Join('-', new string(letters).Split('-', StringSplitOptions.RemoveEmptyEntries));
        stem = stem.Length == 0 ? "preset" : stem;
        for (var n = 1; ; n++)
        {
            var path = Path.Combine(folder, n == 1 ? $"preset-{stem}.json" : $"preset-{stem}-{n}.json");
            if (!File.Exists(path))
            {
                return path;
            }
        }
    }
}
