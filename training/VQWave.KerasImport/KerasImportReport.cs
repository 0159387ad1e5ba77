namespace VQWave.KerasImport;

/// <summary>What an import found, took and left.</summary>
public sealed record KerasImportReport
{
    /// <summary>The networks that were imported, coarsest level first.</summary>
    public required IReadOnlyList<KerasImportedNetwork> Imported { get; init; }

    /// <summary>Keras files that were not.</summary>
    public required IReadOnlyList<KerasSkippedFile> Skipped { get; init; }

    /// <summary>Networks of the configuration for which there is no file.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>The files that were written, one for each imported network.</summary>
    public IReadOnlyList<string> Written { get; init; } = [];
}
