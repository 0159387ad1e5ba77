using VQWave.Models;

namespace VQWave.Inference.Kernels;

/// <summary>What tells packed weights apart.</summary>
/// <param name="File">The graph's file.</param>
/// <param name="Hash">Its SHA-256, as the pack's manifest has it.</param>
/// <param name="Precision">What float matrices became.</param>
/// <param name="Path">The instructions that they are packed for.</param>
internal sealed record KernelKey(string File, string Hash, InferencePrecision Precision, KernelPath Path)
{
    /// <summary>The key of a pack's file; null where its manifest does not know the file, whose weights are then not shared.</summary>
    public static KernelKey? Of(ModelPack pack, string file, InferencePrecision precision, KernelPath path) =>
        pack.Manifest.Files.TryGetValue(System.IO.Path.GetFileName(file), out var entry)
            ? new KernelKey(file, entry.Sha256, precision, path)
            : null;
}
