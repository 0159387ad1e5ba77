using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using VQWave.Models;

namespace VQWave.OnnxExport;

/// <summary>
/// Writes model packs: the ONNX file of each stage and <c>model.json</c>. A pack appears whole or not at all, and replaces an older one
/// only once it is complete.
/// </summary>
public static class ModelPackWriter
{
    /// <summary>Writes a pack, replacing a pack that stands there.</summary>
    /// <param name="directory">
    /// The pack's folder. It may be absent, empty or a model pack; anything else is left as it is and refused.
    /// </param>
    /// <param name="contents">Configuration, weights and descriptions.</param>
    /// <param name="verify">
    /// Called with the finished pack's temporary folder before it takes its place; an exception from it leaves everything as it was.
    /// </param>
    /// <param name="cancellation">Stops the writing; nothing is left behind.</param>
    /// <returns>The manifest that was written.</returns>
    /// <exception cref="VQWaveException">The weights do not fit the configuration, or the folder cannot be written.</exception>
    public static ModelManifest Write(
        string directory,
        ModelPackContents contents,
        Action<string>? verify = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(contents);
        contents.Configuration.Validate();
        if (contents.Levels.Count != contents.Configuration.Levels.Count)
        {
            throw new VQWaveException(
                $"There are weights for {contents.Levels.Count} levels, and the configuration '{contents.Configuration.Name}' has {contents.Configuration.Levels.Count}."
            );
        }

        if (contents.Levels[0].Context is { Count: > 0 })
        {
            WeightShapes.ContextOf(contents.Configuration.Coarsest);
        }

        if (string.IsNullOrWhiteSpace(contents.Name))
        {
            throw new VQWaveException("The model pack needs a name.");
        }

        return WriteWhole(
            directory,
            folder =>
            {
                var manifest = WriteFiles(folder, contents, cancellation);
                WriteManifest(folder, manifest);
                verify?.Invoke(folder);
                return manifest;
            },
            cancellation
        );
    }

    /// <summary>
    /// The code that an encoder and a codebook give for silence: the most frequent one of a second of zeros, the lowest among equals.
    /// </summary>
    /// <param name="configuration">The hierarchy.</param>
    /// <param name="level">The level.</param>
    /// <param name="encoder">The encoder's ONNX file.</param>
    /// <param name="codebook">The codebook's ONNX file.</param>
    /// <exception cref="VQWaveException">ONNX Runtime refuses one of the files.</exception>
    public static int CodeOfSilence(HierarchyConfiguration configuration, LevelConfiguration level, byte[] encoder, byte[] codebook)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(level);
        var codes = (configuration.SampleRate + level.Compression - 1) / level.Compression;
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            using var encoding = new InferenceSession(encoder, options);
            using var choosing = new InferenceSession(codebook, options);
            using var run = new RunOptions();
            using var audio = OrtValue.CreateTensorValueFromMemory(new float[codes * level.Compression], [1L, codes * level.Compression]);
            using var latents = encoding.Run(run, ["audio"], [audio], ["latents"]);
            using var chosen = choosing.Run(run, ["latents"], [latents[0]], ["codes"]);
            var counts = new int[level.CodebookSize];
            foreach (var code in chosen[0].GetTensorDataAsSpan<long>())
            {
                counts[code]++;
            }

            return Array.IndexOf(counts, counts.Max());
        }
        catch (OnnxRuntimeException e)
        {
            throw new VQWaveException($"ONNX Runtime cannot run the encoder of level {level.Name}: {e.Message}", e);
        }
    }

    /// <summary>Lets a pack be written into a temporary folder, which then takes the place of what stands at <paramref name="directory"/>.</summary>
    internal static ModelManifest WriteWhole(string directory, Func<string, ModelManifest> write, CancellationToken cancellation)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        RequireReplaceable(target);
        var temporary = $"{target}.tmp-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(temporary);
            var manifest = write(temporary);
            cancellation.ThrowIfCancellationRequested();
            Replace(temporary, target);
            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VQWaveException(
                $"The model pack '{directory}' cannot be written ({e.Message.TrimEnd('.')}): choose another folder or free some space.",
                e
            );
        }
        finally
        {
            Delete(temporary);
        }
    }

    internal static void WriteManifest(string folder, ModelManifest manifest) =>
        WriteFlushed(Path.Combine(folder, ModelManifest.FileName), Encoding.UTF8.GetBytes(ModelManifestJson.Serialize(manifest) + "\n"));

    internal static void WriteFlushed(string path, byte[] bytes)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private static ModelManifest WriteFiles(string folder, ModelPackContents contents, CancellationToken cancellation)
    {
        var configuration = contents.Configuration;
        var files = new Dictionary<string, ModelFile>(StringComparer.Ordinal);
        var startCodes = new int[configuration.Levels.Count];
        var lookahead = new Dictionary<string, ModelLookahead>(StringComparer.Ordinal);
        for (var i = 0; i < startCodes.Length; i++)
        {
            var level = configuration.Levels[i];
            var graphs = new Dictionary<ModelStage, byte[]>();
            foreach (var stage in ModelStages.Of(level))
            {
                cancellation.ThrowIfCancellationRequested();
                var bytes = StageGraphs.Build(stage, configuration, i, contents.Levels[i], contents.Options);
                if (stage is ModelStage.Encoder or ModelStage.Codebook)
                {
                    graphs[stage] = bytes;
                }

                var name = ModelStages.FileName(stage, level);
                WriteFlushed(Path.Combine(folder, name), bytes);
                files[name] = new ModelFile { Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)), Bytes = bytes.LongLength };
            }

            startCodes[i] = CodeOfSilence(configuration, level, graphs[ModelStage.Encoder], graphs[ModelStage.Codebook]);
            if (ModelLookahead.Of(configuration, i) is { } ahead)
            {
                lookahead[level.Name] = ahead;
            }
        }

        return new ModelManifest
        {
            Name = contents.Name,
            License = contents.License,
            Description = contents.Description,
            Configuration = configuration,
            StartCodes = startCodes,
            Lookahead = lookahead,
            Quantization = new ModelQuantization { Weights = contents.Options.Storage == WeightStorage.Float16 ? "float16" : "float32" },
            Metrics = contents.Metrics,
            Training = contents.Training,
            Files = files,
        };
    }

    /// <summary>Refuses a folder that a pack would not be written to, before any work is done.</summary>
    /// <param name="directory">The pack's folder.</param>
    /// <exception cref="VQWaveException">A file has that name, or the folder holds other things than a pack.</exception>
    public static void CheckTarget(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        RequireReplaceable(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
    }

    private static void RequireReplaceable(string target)
    {
        if (File.Exists(target))
        {
            throw new VQWaveException($"The model pack '{target}' cannot be written because a file has that name: choose another folder.");
        }

        if (
            Directory.Exists(target)
            && Directory.EnumerateFileSystemEntries(target).Any()
            && !File.Exists(Path.Combine(target, ModelManifest.FileName))
        )
        {
            throw new VQWaveException(
                $"The folder '{target}' holds other files and no {ModelManifest.FileName}: choose an empty folder or an older model pack."
            );
        }
    }

    private static void Replace(string temporary, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(temporary, target);
            return;
        }

        // A note or a picture that somebody laid beside the pack stays there.
        foreach (var file in Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(target, file);
            if (!IsPackFile(relative))
            {
                var copy = Path.Combine(temporary, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        var old = $"{target}.old-{Guid.NewGuid():N}";
        Directory.Move(target, old);
        try
        {
            Directory.Move(temporary, target);
        }
        catch
        {
            Directory.Move(old, target);
            throw;
        }

        Delete(old);
    }

    private static bool IsPackFile(string relative) =>
        relative == ModelManifest.FileName || (Path.GetExtension(relative) == ".onnx" && Path.GetFileName(relative) == relative);

    private static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What matters has happened; a folder that cannot be deleted does no harm beside it.
        }
    }
}
