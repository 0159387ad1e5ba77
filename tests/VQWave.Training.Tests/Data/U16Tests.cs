using VQWave.TestSupport;
using VQWave.Training.Data;

namespace VQWave.Training.Tests.Data;

public sealed class U16Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Samples_come_back_as_written_and_out_of_range_ones_clamped()
    {
        U16File.Write(_folder["a.u16"], [0f, 1f, -1f, 2f, -2f, 0.5f, 1f / 32768f]);
        Assert.Equal(
            [0x00, 0x80, 0xff, 0xff, 0x00, 0x00, 0xff, 0xff, 0x00, 0x00, 0x00, 0xc0, 0x01, 0x80],
            File.ReadAllBytes(_folder["a.u16"])
        );
        using var file = new U16File(_folder["a.u16"]);
        Assert.Equal(7, file.Length);
        Assert.Equal([0f, 32767f / 32768f, -1f, 32767f / 32768f, -1f, 0.5f, 1f / 32768f], file.ReadAll());
        var part = new ushort[2];
        file.ReadRaw(5, part);
        Assert.Equal([(ushort)0xc000, (ushort)0x8001], part);
    }

    [Fact]
    public void A_symbolic_link_is_as_long_as_what_it_points_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        U16File.Write(_folder["a.u16"], new float[900]);
        File.CreateSymbolicLink(_folder["link.u16"], _folder["a.u16"]);
        using var file = new U16File(_folder["link.u16"]);
        Assert.Equal(900, file.Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 1)]
    [InlineData(long.MinValue)]
    public void A_range_outside_the_file_is_refused(long offset)
    {
        U16File.Write(_folder["a.u16"], new float[9]);
        using var file = new U16File(_folder["a.u16"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(offset, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadRaw(offset, new ushort[2]));
    }

    [Fact]
    public void Offsets_beyond_2_to_the_31_are_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sparse files need a file system call there.");
        var path = _folder["large.u16"];
        const long Samples = (1L << 31) + 1000;
        using (var stream = File.Create(path))
        {
            stream.SetLength(Samples * 2);
            stream.Seek(((1L << 31) + 7) * 2, SeekOrigin.Begin);
            stream.Write([0x00, 0xc0]);
        }

        using var file = new U16File(path);
        Assert.Equal(Samples, file.Length);
        var read = new float[3];
        file.Read((1L << 31) + 6, read);
        Assert.Equal([-1f, 0.5f, -1f], read);
    }

    [Fact]
    public void A_closed_file_is_not_read()
    {
        U16File.Write(_folder["a.u16"], new float[4]);
        var file = new U16File(_folder["a.u16"]);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.ReadAll());
    }

    [Fact]
    public void Short_files_are_counted_and_damaged_ones_named()
    {
        Directory.CreateDirectory(_folder["sub"]);
        U16File.Write(_folder["b.u16"], new float[100]);
        U16File.Write(_folder["sub/a.u16"], new float[99]);
        U16File.Write(_folder["c.u16"], new float[300]);
        File.WriteAllBytes(_folder["odd.u16"], new byte[301]);
        File.WriteAllBytes(_folder["empty.u16"], []);
        File.WriteAllText(_folder["other.txt"], "no music");

        using var data = new U16Dataset(_folder.Path, 100);

        Assert.Equal([_folder["b.u16"], _folder["c.u16"]], data.Files.Select(f => f.Path));
        Assert.Equal(1, data.ShortFiles);
        Assert.Equal([_folder["empty.u16"], _folder["odd.u16"]], data.DamagedFiles);
        Assert.Equal(400, data.TotalSamples);
        Assert.Equal(
            $"; 1 shorter than 100 samples left out; 2 damaged and left out: {_folder["empty.u16"]}, {_folder["odd.u16"]}",
            data.LeftOut
        );
    }

    [Fact]
    public void A_file_that_is_cut_short_or_vanishes_while_it_is_in_use_does_not_end_the_run()
    {
        WriteNumbers(_folder["a.u16"], 40_000, 1000);
        WriteNumbers(_folder["b.u16"], 40_000, 1000);
        WriteNumbers(_folder["c.u16"], 40_000, 1000);
        using var data = new U16Dataset(_folder.Path, 100);
        File.Delete(_folder["c.u16"]);
        using (var stream = new FileStream(_folder["b.u16"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(10);
        }

        var random = new Xoshiro(3);
        var alike = new Xoshiro(3);
        var crop = new float[100];
        for (var i = 0; i < 300; i++)
        {
            data.ReadRandom(random, crop);
            data.SkipRandom(alike);
            var first = (crop[0] * 32768) + 32768;
            Assert.Equal(first + 99, (crop[99] * 32768) + 32768);
        }

        Assert.Equal([_folder["b.u16"]], data.CutShortFiles);
        Assert.Equal(alike.State, random.State);
        Check.Refused(() => data.Files[1].Read(0, crop), "b.u16", "cut short");
        using (var stream = new FileStream(_folder["a.u16"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(0);
        }
    }

    /// <summary>50 hours in 3,000 files, more than a process may open by habit; sparse, so that they take no disk.</summary>
    [Fact]
    public void Fifty_hours_are_read_within_a_few_megabytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Resident memory is read from /proc.");
        const int Files = 3000;
        for (var i = 0; i < Files; i++)
        {
            using var stream = File.Create(_folder[$"{i:0000}.u16"]);
            stream.SetLength(60 * 22_050 * 2);
        }

        var crop = new float[65_536];
        using (var one = new U16Dataset(_folder.Path, crop.Length))
        {
            one.ReadRandom(new Xoshiro(1), crop);
        }

        GC.Collect();
        var before = Resident();
        using var data = new U16Dataset(_folder.Path, crop.Length);
        Assert.Equal(Files, data.Files.Count);
        Assert.Equal(50L * 3600 * 22_050, data.TotalSamples);
        var random = new Xoshiro(2);
        var most = 0L;
        for (var i = 0; i < 6000; i++)
        {
            // 786 MB in all
            data.ReadRandom(random, crop);
            most = i % 100 == 0 ? Math.Max(most, Resident()) : most;
        }

        Assert.Equal(-1f, crop[0]);
        Assert.True(most - before < 64 << 20, $"resident memory went from {before >> 20} to {most >> 20} MB");
    }

    private static long Resident() =>
        long.Parse(
            File.ReadLines("/proc/self/status")
                .First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture
        ) * 1024;

    [Fact]
    public void A_folder_without_anything_to_use_is_refused_with_the_reason()
    {
        Check.Refused(() => new U16Dataset(_folder["none"], 1), _folder["none"], "prepare");
        Check.Refused(() => new U16Dataset(_folder.Path, 1), "no .u16 files");
        U16File.Write(_folder["a.u16"], new float[10]);
        File.WriteAllBytes(_folder["odd.u16"], new byte[3]);
        Check.Refused(() => new U16Dataset(_folder.Path, 11), "1 are shorter than 11", "1 are damaged", "--input-length");
    }

    [Fact]
    public void Every_place_of_every_file_is_equally_likely()
    {
        // Each sample is its own global number, so that a crop tells where it came from.
        var lengths = new[] { 8, 20, 13 };
        for (var i = 0; i < lengths.Length; i++)
        {
            WriteNumbers(_folder[$"{i}.u16"], lengths[i], i * 100);
        }

        using var data = new U16Dataset(_folder.Path, 8);
        var random = new Xoshiro(3);
        var counts = new Dictionary<(int, int), int>();
        var crop = new float[8];
        const int Draws = 40_000;
        for (var n = 0; n < Draws; n++)
        {
            data.ReadRandom(random, crop);
            var numbers = Array.ConvertAll(crop, v => (int)MathF.Round((v * 32768) + 32768));
            Assert.Equal(Enumerable.Range(numbers[0], 8), numbers);
            var key = (numbers[0] / 100, numbers[0] % 100);
            Assert.InRange(key.Item2, 0, lengths[key.Item1] - 8);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        // 1 + 13 + 6 places of 2,000 draws each, standard deviation 44.
        Assert.Equal(20, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 1750, 2250));
    }

    [Fact]
    public void Variance_is_that_of_the_samples_and_silence_has_the_floor()
    {
        var square = Enumerable.Range(0, 4000).Select(i => i % 2 == 0 ? 0.5f : -0.25f).ToArray();
        U16File.Write(_folder["a.u16"], square);
        using (var data = new U16Dataset(_folder.Path, 1000))
        {
            Assert.Equal(0.375 * 0.375, data.EstimateVariance(), 6);
        }

        U16File.Write(_folder["a.u16"], new float[4000]);
        using (var silent = new U16Dataset(_folder.Path, 1000))
        {
            Assert.Equal(1e-6, silent.EstimateVariance());
        }
    }

    [Fact]
    public void A_left_over_temporary_file_does_not_stop_the_next_run()
    {
        // A container gives every run the same process number.
        File.WriteAllText(AtomicFile.TemporaryName(_folder["a.u16"]), "from a run that was killed");
        U16File.Write(_folder["a.u16"], new float[4]);
        Assert.Equal([_folder["a.u16"]], Directory.GetFiles(_folder.Path));
    }

    private static void WriteNumbers(string path, int length, int first) =>
        File.WriteAllBytes(path, [.. Enumerable.Range(first, length).SelectMany(n => BitConverter.GetBytes((ushort)n))]);
}
