using System.Buffers;
using System.Security.Cryptography;
using VQWave.Interop;

namespace VQWave.Models;

/// <summary>
/// An opened model pack: a checked manifest and the folder of its files. Opening reads every file once, compares it with the
/// manifest and looks at each graph's signature and weights; nothing is kept in memory but the manifest.
/// </summary>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed class ModelPack
{
    private ModelPack(string directory, ModelManifest manifest, long parameters)
    {
        Directory = directory;
        Manifest = manifest;
        Parameters = parameters;
    }

    /// <summary>Full path of the pack's folder.</summary>
    public string Directory { get; }

    /// <summary>What the pack says about itself.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>The pack's model configuration.</summary>
    public HierarchyConfiguration Configuration => Manifest.Configuration;

    /// <summary>Number of weights of all its graphs.</summary>
    public long Parameters { get; }

    /// <summary>Size of all its files, without the manifest.</summary>
    public long Bytes => Manifest.Files.Values.Sum(f => f.Bytes);

    /// <summary>Full path of a stage's file.</summary>
    public string PathOf(ModelStage stage, int levelIndex) =>
        Path.Combine(Directory, ModelStages.FileName(stage, Configuration.Levels[levelIndex]));

    /// <summary>Opens a pack after checking it whole.</summary>
    /// <param name="directory">The folder that holds <c>model.json</c>.</param>
    /// <exception cref="VQWaveException">The first problem, in one sentence that names the file and what to do.</exception>
    public static ModelPack Open(string directory)
    {
        var manifest = ReadManifest(directory);
        var folder = Path.GetFullPath(directory);
        CheckNames(folder, manifest);
        long parameters = 0;
        var stages = StagesByFile(manifest.Configuration);
        foreach (var missing in stages.Keys.Where(name => !manifest.Files.ContainsKey(name)))
        {
            throw new VQWaveException(
                $"{Path.Combine(folder, ModelManifest.FileName)} does not list {missing}, which its configuration needs: export or download the pack again."
            );
        }

        SideBySide.Run([
            .. manifest.Files.Select<KeyValuePair<string, ModelFile>, Action>(entry =>
                () =>
                {
                    var count = CheckFile(
                        Path.Combine(folder, entry.Key),
                        entry.Value,
                        stages.TryGetValue(entry.Key, out var stage) ? stage : null,
                        manifest
                    );
                    Interlocked.Add(ref parameters, count);
                }
            ),
        ]);
        return new ModelPack(folder, manifest, parameters);
    }

    /// <summary>Reads and checks a pack's manifest alone, for lists; the pack's other files may be missing or damaged.</summary>
    /// <exception cref="VQWaveException">The folder or its manifest cannot be read or is not valid.</exception>
    public static ModelManifest ReadManifest(string directory)
    {
        if (!System.IO.Directory.Exists(directory))
        {
            throw new VQWaveException(
                File.Exists(directory)
                    ? $"{directory} is a file, and a model pack is a folder: give the folder that holds {ModelManifest.FileName}."
                    : $"There is no model pack at {directory}: give the folder that holds {ModelManifest.FileName}, or a name that 'vqwave models' lists."
            );
        }

        var path = Path.Combine(Path.GetFullPath(directory), ModelManifest.FileName);
        if (!File.Exists(path))
        {
            throw new VQWaveException($"{directory} is not a model pack: it holds no {ModelManifest.FileName}.");
        }

        try
        {
            return ModelManifestJson.Deserialize(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static Dictionary<string, (ModelStage Stage, LevelConfiguration Level)> StagesByFile(HierarchyConfiguration configuration)
    {
        var stages = new Dictionary<string, (ModelStage, LevelConfiguration)>(StringComparer.Ordinal);
        foreach (var level in configuration.Levels)
        {
            foreach (var stage in ModelStages.Of(level))
            {
                stages.Add(ModelStages.FileName(stage, level), (stage, level));
            }
        }

        return stages;
    }

    // A manifest from elsewhere must not make the reader open files outside the pack's folder.
    private static void CheckNames(string folder, ModelManifest manifest)
    {
        foreach (var name in manifest.Files.Keys)
        {
            if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny("/\\:\0"))
            {
                throw new VQWaveException(
                    $"{Path.Combine(folder, ModelManifest.FileName)} lists the file '{name}', which is not a plain file name in its folder: do not use this pack."
                );
            }
        }
    }

    // The number of its weights. Memory for a file's contents is lent: new memory for each takes longer than reading them.
    private static long CheckFile(
        string path,
        ModelFile expected,
        (ModelStage Stage, LevelConfiguration Level)? stage,
        ModelManifest manifest
    )
    {
        var info = CheckSize(path, expected);
        var lent = ArrayPool<byte>.Shared.Rent((int)info.Length);
        try
        {
            var bytes = lent.AsSpan(0, (int)info.Length);
            Read(path, expected, bytes);
            return stage is { } graph ? CheckGraph(path, bytes, graph.Stage, graph.Level, manifest) : 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(lent);
        }
    }

    private static FileInfo CheckSize(string path, ModelFile expected)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
        {
            throw new VQWaveException($"{path} is missing from its model pack: export or download the pack again.");
        }

        if (info.Length != expected.Bytes)
        {
            throw new VQWaveException(
                $"{path} has {info.Length} bytes where its manifest says {expected.Bytes}: export or download the pack again."
            );
        }

        if (info.Length > Array.MaxLength)
        {
            throw new VQWaveException(
                $"{path} has {info.Length} bytes, and a graph of a pack is of less than {Array.MaxLength}: export the pack again."
            );
        }

        return info;
    }

    private static void Read(string path, ModelFile expected, Span<byte> bytes)
    {
        try
        {
            using var file = File.OpenHandle(path);
            for (var at = 0; at < bytes.Length; )
            {
                var count = RandomAccess.Read(file, bytes[at..], at);
                at += count > 0 ? count : throw new EndOfStreamException("it has become shorter");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }

        if (!Convert.ToHexStringLower(SHA256.HashData(bytes)).Equals(expected.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new VQWaveException($"{path} is damaged (its SHA-256 is not the manifest's): export or download the pack again.");
        }
    }

    private static long CheckGraph(
        string path,
        ReadOnlySpan<byte> bytes,
        ModelStage stage,
        LevelConfiguration level,
        ModelManifest manifest
    )
    {
        OnnxFile file;
        try
        {
            file = OnnxFile.Parse(bytes);
        }
        catch (Exception e) when (e is InvalidDataException or OverflowException)
        {
            throw Invalid(path, e is OverflowException ? "a weight's shape is out of range" : e.Message, e);
        }

        CheckMetadata(path, file, ModelStages.StageKey, ModelStages.Name(stage));
        CheckMetadata(path, file, ModelStages.LevelKey, level.Name);
        CheckMetadata(path, file, ModelStages.FormatKey, $"{manifest.Format}");
        CheckPrecision(path, file, stage == ModelStage.Generator ? manifest.Quantization.Precision : ModelQuantization.Float);
        var problem =
            StageSignature.FindProblem(StageSignature.Inputs(stage, level), StageSignature.OptionalInputs(stage), file.Inputs, "input")
            ?? StageSignature.FindProblem(StageSignature.Outputs(stage, level), [], file.Outputs, "output");
        if (problem is not null)
        {
            throw Invalid(path, problem);
        }

        if (file.ExternalWeight is { } external)
        {
            throw Invalid(path, $"the weight '{external}' lies in another file");
        }

        if (file.FindMatrixProblem() is { } matrix)
        {
            throw Invalid(path, matrix);
        }

        if (file.NonFiniteWeight is { } weight)
        {
            throw new VQWaveException(
                $"{path} holds a weight '{weight}' that is not finite: its training diverged, so export an earlier epoch or train again."
            );
        }

        return file.Parameters;
    }

    private static void CheckMetadata(string path, OnnxFile file, string key, string expected)
    {
        var found = file.Metadata.GetValueOrDefault(key);
        if (found != expected)
        {
            throw Invalid(path, found is null ? $"its metadata lacks {key}" : $"its metadata says {key} {found}, not {expected}");
        }
    }

    // A float graph may say so or say nothing.
    private static void CheckPrecision(string path, OnnxFile file, string expected)
    {
        var found = file.Metadata.GetValueOrDefault(ModelStages.PrecisionKey, ModelQuantization.Float);
        if (found != expected)
        {
            throw Invalid(path, $"its precision is {found}, and {ModelManifest.FileName} says {expected}");
        }

        if (found == ModelQuantization.Float && file.BlockMatrices.Count > 0)
        {
            throw Invalid(path, $"it holds quantised matrices, and its metadata lack {ModelStages.PrecisionKey}");
        }
    }

    private static VQWaveException Invalid(string path, string what, Exception? inner = null)
    {
        var message = $"{path} is not a graph of this model pack ({what}): export the pack again.";
        return inner is null ? new VQWaveException(message) : new VQWaveException(message, inner);
    }

    private static VQWaveException Unreadable(string path, Exception e) => new($"{path} cannot be read: {e.Message}", e);
}
