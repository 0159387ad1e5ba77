namespace VQWave.KerasImport;

/// <summary>A Keras file that was found and not imported.</summary>
/// <param name="Source">The file.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record KerasSkippedFile(string Source, string Reason);
