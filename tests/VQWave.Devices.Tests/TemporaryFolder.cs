namespace VQWave.Devices.Tests;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vqwave-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public IEnumerable<string> Files =>
        Directory.EnumerateFiles(Path, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None });

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
