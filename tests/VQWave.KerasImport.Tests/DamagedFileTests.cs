using VQWave.Models;
using VQWave.OnnxExport;

namespace VQWave.KerasImport.Tests;

/// <summary>Files that are cut, changed or foreign: one sentence that names the file, and nothing written.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private static readonly HierarchyConfiguration Tiny = TestConfigurations.Tiny;

    private readonly string source = Directory.CreateTempSubdirectory("vqwave-keras-").FullName;
    private readonly string output = Path.Combine(Path.GetTempPath(), $"vqwave-keras-{Guid.NewGuid():N}");

    public void Dispose()
    {
        Directory.Delete(source, recursive: true);
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }
    }

    [Fact]
    public void Cut_file_is_refused_at_every_length()
    {
        var bytes = File.ReadAllBytes(Encoder());
        Codebook();
        for (var length = 0; length < bytes.Length; length += 1 + (bytes.Length / 40))
        {
            File.WriteAllBytes(At("vqvae_2_encoder"), bytes[..length]);
            AssertRefused("vqvae_2_encoder.weights.h5");
        }
    }

    [Fact]
    public void Changed_bytes_are_refused_or_change_one_value()
    {
        var bytes = File.ReadAllBytes(Encoder());
        var right = KerasWeightsImporter.Load(source, Tiny).Networks["vqvae_2_encoder"];
        var refused = 0;
        for (var at = 3; at < bytes.Length; at += 61)
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 0xFF;
            File.WriteAllBytes(At("vqvae_2_encoder"), changed);
            try
            {
                var read = KerasWeightsImporter.Load(source, Tiny).Networks["vqvae_2_encoder"];
                Assert.Equal(right.Keys, read.Keys);
                Assert.All(read, w => Assert.Equal(right[w.Key].Shape, w.Value.Shape));
                Assert.All(read.Values, w => Assert.All(w.Data, v => Assert.True(float.IsFinite(v))));
            }
            catch (VQWaveException e)
            {
                refused++;
                Assert.Contains("vqvae_2_encoder.weights.h5", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(refused > 10, $"{refused} changed files were refused");
    }

    [Fact]
    public void File_of_another_kind_is_refused()
    {
        File.WriteAllText(At("vqvae_2_encoder"), "RIFF....WAVEfmt and so on, which is long enough");
        AssertRefused("not an HDF5 file");
        File.WriteAllBytes(At("vqvae_2_encoder"), []);
        AssertRefused("not an HDF5 file");
    }

    [Fact]
    public void Hdf5_file_without_layers_is_refused()
    {
        using (var file = new Hdf5Writer(At("vqvae_2_encoder")))
        {
            file.Write("/model_weights/conv1d/kernel:0", [2], [1f, 2f]);
        }

        AssertRefused("'/layers'");
    }

    [Fact]
    public void Missing_layer_is_named()
    {
        var weights = RandomWeights.Create(Tiny, 1, ModelStage.Encoder, 1);
        KerasFiles.Vqvae(At("vqvae_2_encoder"), [.. Tiny.Levels[1].Encoder.Layers.Take(2)], weights);
        AssertRefused("vqvae_2_encoder.weights.h5", "'conv1d'", "'conv.2.weight'", "(4, 6, 1)");
    }

    [Fact]
    public void Additional_layer_is_named()
    {
        var path = At("vqvae_2_codebook");
        using (var file = new Hdf5Writer(path))
        {
            file.Write("/layers/codebook/vars/0", [15, 4], new float[60]);
            file.Write("/layers/codebook_1/vars/0", [15, 4], new float[60]);
        }

        AssertRefused("vqvae_2_codebook.weights.h5", "'codebook_1'");
    }

    [Fact]
    public void Layer_without_bias_is_named()
    {
        var weights = RandomWeights.Create(Tiny, 1, ModelStage.Encoder, 1);
        using (var file = new Hdf5Writer(At("vqvae_2_encoder")))
        {
            KerasFiles.Convolution(file, "conv1d", weights["conv.0.weight"], null);
        }

        AssertRefused("vqvae_2_encoder.weights.h5", "'conv1d'", "1 weights");
    }

    [Fact]
    public void Dataset_of_another_shape_is_named_with_both_shapes()
    {
        using (var file = new Hdf5Writer(At("vqvae_2_codebook")))
        {
            file.Write("/layers/codebook/vars/0", [4, 15], new float[60]);
        }

        AssertRefused("'/layers/codebook/vars/0'", "(4, 15)", "(15, 4)", "vqvae_2_codebook.weights.h5");
    }

    [Fact]
    public void Dataset_of_integers_is_named()
    {
        using (var file = new Hdf5Writer(At("vqvae_2_codebook")))
        {
            file.Write("/layers/codebook/vars/0", [15, 4], new int[60]);
        }

        AssertRefused("'/layers/codebook/vars/0'", "floating-point");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Value_that_is_not_finite_is_named(float value)
    {
        var data = new float[60];
        data[7] = value;
        using (var file = new Hdf5Writer(At("vqvae_2_codebook")))
        {
            file.Write("/layers/codebook/vars/0", [15, 4], data);
        }

        AssertRefused("'/layers/codebook/vars/0'", "value 7");
    }

    [Fact]
    public void Context_without_its_projection_is_refused()
    {
        KerasFiles.Context(
            At("generator_2_context"),
            Tiny.Levels[1].Generator.Context!,
            RandomWeights.Create(Tiny, 1, ModelStage.Context, 1),
            withProjection: false
        );
        AssertRefused("generator_2_context.weights.h5", "'project.weight'", "(5, 7, 1)");
    }

    [Fact]
    public void Folder_without_weights_is_refused()
    {
        AssertRefused(source, "vqvae_6_encoder.weights.h5");
        var absent = Path.Combine(source, "absent");
        var e = Assert.Throws<VQWaveException>(() => KerasWeightsImporter.Import(absent, output, Tiny));
        Assert.Contains(absent, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_file_beside_good_ones_leaves_older_output_as_it_was()
    {
        Codebook();
        KerasWeightsImporter.Import(source, output, Tiny);
        var before = File.ReadAllBytes(Path.Combine(output, "vqvae_2_codebook.safetensors"));
        KerasFiles.Codebook(At("vqvae_2_codebook"), RandomWeights.Create(Tiny, 1, ModelStage.Codebook, 9)["codebook"]);
        File.WriteAllText(At("vqvae_2_decoder"), "broken");

        Assert.Throws<VQWaveException>(() => KerasWeightsImporter.Import(source, output, Tiny));

        Assert.Equal(before, File.ReadAllBytes(Path.Combine(output, "vqvae_2_codebook.safetensors")));
        Assert.Single(Directory.GetFileSystemEntries(output));
        File.Delete(At("vqvae_2_decoder"));
        KerasWeightsImporter.Import(source, output, Tiny);
        Assert.NotEqual(before, File.ReadAllBytes(Path.Combine(output, "vqvae_2_codebook.safetensors")));
    }

    [Fact]
    public void Output_that_cannot_be_written_is_named()
    {
        Codebook();
        File.WriteAllText(output + ".file", "");
        try
        {
            var e = Assert.Throws<VQWaveException>(() =>
                KerasWeightsImporter.Import(source, Path.Combine(output + ".file", "below"), Tiny)
            );
            Assert.Contains("below", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(output + ".file");
        }
    }

    private void AssertRefused(params string[] parts)
    {
        var e = Assert.Throws<VQWaveException>(() => KerasWeightsImporter.Import(source, output, Tiny));
        Assert.All(parts, p => Assert.Contains(p, e.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', e.Message);
        Assert.False(Directory.Exists(output));
    }

    private string Encoder()
    {
        var path = At("vqvae_2_encoder");
        KerasFiles.Vqvae(path, Tiny.Levels[1].Encoder.Layers, RandomWeights.Create(Tiny, 1, ModelStage.Encoder, 1));
        return path;
    }

    private void Codebook() =>
        KerasFiles.Codebook(At("vqvae_2_codebook"), RandomWeights.Create(Tiny, 1, ModelStage.Codebook, 1)["codebook"]);

    private string At(string name) => Path.Combine(source, name + ".weights.h5");
}
