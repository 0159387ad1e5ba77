namespace VQWave.Devices;

/// <summary>A library that is not installed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Purpose">What it is needed for.</param>
/// <param name="Remedy">How to install it.</param>
public sealed record MissingLibrary(string Name, string Purpose, string Remedy);
