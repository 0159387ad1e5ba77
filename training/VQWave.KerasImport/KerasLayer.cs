namespace VQWave.KerasImport;

/// <summary>A layer that has weights, as a Keras 3 file holds it.</summary>
/// <param name="Kind">The class in snake case: <c>conv1d</c>, <c>lstm</c> …</param>
/// <param name="Number">Position among the layers of its class in the model.</param>
/// <param name="Name">Name in the file, such as <c>conv1d_2</c>.</param>
/// <param name="Variables">Its weights in Keras' order.</param>
internal sealed record KerasLayer(string Kind, int Number, string Name, IReadOnlyList<KerasVariable> Variables);
