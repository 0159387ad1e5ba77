namespace VQWave.KerasImport;

/// <summary>A network that was imported.</summary>
/// <param name="Network">Its name, such as <c>vqvae_8_encoder</c>.</param>
/// <param name="Source">The Keras file.</param>
/// <param name="Epoch">The epoch in the file's name, or null.</param>
/// <param name="Parameters">Number of weights.</param>
public sealed record KerasImportedNetwork(string Network, string Source, int? Epoch, long Parameters);
