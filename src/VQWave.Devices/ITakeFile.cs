namespace VQWave.Devices;

/// <summary>Where a <see cref="TakeRecorder"/> writes.</summary>
internal interface ITakeFile : IDisposable
{
    /// <summary>The file's name, final once it is complete.</summary>
    string Path { get; }

    /// <summary>Frames that are in the file.</summary>
    long Frames { get; }

    /// <summary>Appends whole frames; throws <see cref="AudioFileException"/> where the disk fails.</summary>
    void Append(ReadOnlySpan<float> interleaved);

    /// <summary>Puts the file in place.</summary>
    void Complete();

    /// <summary>After an error, keeps what was written before it. Returns whether a file is there.</summary>
    bool TrySalvage();
}
