namespace VQWave.Training.Data;

/// <summary>The memory-mapped <c>.u16</c> files of a folder and its subfolders, and random crops of them.</summary>
public sealed class U16Dataset : IDisposable
{
    private readonly List<U16File> _files = [];
    private readonly List<string> _cutShort = [];
    private readonly long[] _cumulativeStarts;

    /// <summary>Maps all files that are at least <paramref name="minimumLength"/> samples long.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="minimumLength">Shorter files are left out and counted, in samples.</param>
    /// <exception cref="VQWaveException">There is no folder, or nothing in it can be used.</exception>
    public U16Dataset(string directory, long minimumLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumLength, 1);
        if (!Directory.Exists(directory))
        {
            throw new VQWaveException($"There is no folder {directory}; make one with 'vqwave-train prepare SRC {directory}'.");
        }

        FileDescriptors.RaiseLimit();
        var paths = Directory.GetFiles(directory, "*.u16", SearchOption.AllDirectories);
        Array.Sort(paths, StringComparer.Ordinal);
        if (paths.Length == 0)
        {
            throw new VQWaveException($"{directory} holds no .u16 files; make them with 'vqwave-train prepare SRC {directory}'.");
        }

        var damaged = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                Add(new U16File(path), minimumLength);
            }
            catch (VQWaveException)
            {
                damaged.Add(path);
            }
        }

        DamagedFiles = damaged;
        if (_files.Count == 0)
        {
            throw new VQWaveException(
                $"None of the {paths.Length} files in {directory} can be used: {ShortFiles} are shorter than {minimumLength} samples and {damaged.Count} are damaged; "
                    + "use a smaller --input-length or longer audio."
            );
        }

        _cumulativeStarts = new long[_files.Count];
        long sum = 0;
        for (var i = 0; i < _files.Count; i++)
        {
            sum += _files[i].Length - minimumLength + 1;
            _cumulativeStarts[i] = sum;
        }

        MinimumLength = minimumLength;
    }

    /// <summary>The files, in order of their paths.</summary>
    public IReadOnlyList<U16File> Files => _files;

    /// <summary>How many files were too short.</summary>
    public int ShortFiles { get; private set; }

    /// <summary>Files that are not whole numbers of samples or cannot be read; they are left out.</summary>
    public IReadOnlyList<string> DamagedFiles { get; }

    /// <summary>Files that were cut short after they were opened; crops of them are taken from others.</summary>
    public IReadOnlyList<string> CutShortFiles => _cutShort;

    /// <summary>Which files are left out and why, to stand after a count of the others; empty where none are.</summary>
    public string LeftOut =>
        (ShortFiles > 0 ? $"; {ShortFiles} shorter than {MinimumLength} samples left out" : "")
        + (DamagedFiles.Count > 0 ? $"; {DamagedFiles.Count} damaged and left out: {string.Join(", ", DamagedFiles)}" : "");

    /// <summary>Samples that the shortest file must have.</summary>
    public long MinimumLength { get; }

    /// <summary>Samples of all files together.</summary>
    public long TotalSamples => _files.Sum(f => f.Length);

    /// <summary>
    /// Fills <paramref name="destination"/> with a crop that begins anywhere in any file, every place being equally likely.
    /// </summary>
    public void ReadRandom(Xoshiro random, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, MinimumLength);
        var at = random.Below(_cumulativeStarts[^1]);
        var index = Array.BinarySearch(_cumulativeStarts, at + 1);
        if (index < 0)
        {
            index = ~index;
        }

        var start = at - (index == 0 ? 0 : _cumulativeStarts[index - 1]);
        if (_files[index].IsWhole)
        {
            _files[index].Read(start, destination);
        }
        else
        {
            ReadInstead(index, start, destination);
        }
    }

    // Draws nothing more: processes that share a corpus go on drawing alike, though one of them may not see the damage.
    private void ReadInstead(int damaged, long start, Span<float> destination)
    {
        if (!_cutShort.Contains(_files[damaged].Path))
        {
            _cutShort.Add(_files[damaged].Path);
            Console.Error.WriteLine(
                $"{_files[damaged].Path} was cut short while it was in use and is left out from now on ({_cutShort.Count} so far)."
            );
        }

        for (var i = 1; i < _files.Count; i++)
        {
            var file = _files[(damaged + i) % _files.Count];
            if (file.IsWhole)
            {
                file.Read(start % (file.Length - MinimumLength + 1), destination);
                return;
            }
        }

        throw new VQWaveException("All files of the corpus were cut short while they were in use; prepare them again.");
    }

    /// <summary>Draws what <see cref="ReadRandom"/> draws and reads nothing: the crop is another process's.</summary>
    public void SkipRandom(Xoshiro random) => random.Below(_cumulativeStarts[^1]);

    /// <summary>Variance of the samples, estimated from up to <paramref name="crops"/> crops; never below 1e-6.</summary>
    public double EstimateVariance(int crops = 256)
    {
        var random = new Xoshiro(0x5eed);
        var buffer = new float[Math.Min(MinimumLength, 8192)];
        double sum = 0;
        double squares = 0;
        for (var i = 0; i < crops; i++)
        {
            ReadRandom(random, buffer);
            foreach (var sample in buffer)
            {
                sum += sample;
                squares += (double)sample * sample;
            }
        }

        double n = (double)crops * buffer.Length;
        return Math.Max((squares / n) - (sum / n * (sum / n)), 1e-6);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private void Add(U16File file, long minimumLength)
    {
        if (file.Length < minimumLength)
        {
            ShortFiles++;
            file.Dispose();
        }
        else
        {
            _files.Add(file);
        }
    }
}
