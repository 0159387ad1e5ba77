namespace VQWave.Models;

/// <summary>An opened model pack: a checked manifest and the folder of its files.</summary>
public sealed partial class ModelPack;
