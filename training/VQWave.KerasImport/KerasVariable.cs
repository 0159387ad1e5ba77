namespace VQWave.KerasImport;

/// <summary>One weight of a Keras layer: where it stands in which file.</summary>
internal sealed record KerasVariable(Hdf5File File, string Path);
