using VQWave.Torch;
using VQWave.Training.Networks;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Training;

public sealed class CropInteriorTests
{
    /// <summary>The latents of a crop inside are those of the whole piece; at both ends others are left out, which are not.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Inside_a_crop_latents_are_those_of_the_whole_piece(int levelIndex)
    {
        const int start = 40;
        const int latents = 64;
        var level = TinyHierarchy.Create().Levels[levelIndex];
        torch.manual_seed(1);
        using var model = new Vqvae(level, CodebookLearning.Ema);
        using var noGrad = torch.no_grad();
        var piece = torch.randn(1, 200 * level.Compression) * 0.3;
        var whole = Rows(model.EncodeLatents(piece)).narrow(0, start, latents);
        var crop = Rows(model.EncodeLatents(piece.narrow(1, start * level.Compression, latents * level.Compression)));

        var interior = CropInterior.Of(level, latents);
        Assert.True(interior.Before > 0 && interior.After > 0);
        Assert.True(Largest(interior.Take(whole, 1) - interior.Take(crop, 1)) < 1e-5);
        Assert.True(Largest(whole.narrow(0, 0, interior.Before) - crop.narrow(0, 0, interior.Before)) > 1e-4);
        Assert.True(
            Largest(whole.narrow(0, latents - interior.After, interior.After) - crop.narrow(0, latents - interior.After, interior.After))
                > 1e-4
        );
    }

    [Fact]
    public void Each_crop_of_a_batch_gives_its_own_interior()
    {
        var rows = torch.arange(20).reshape(20, 1).to(ScalarType.Float32).repeat(1, 2);
        var inside = new CropInterior(2, 1).Take(rows, 2);
        Assert.Equal([7 * 2, 2], inside.shape);
        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17, 18], inside.narrow(1, 1, 1).ToArray<float>());
        Assert.Equal([2f, 3, 4, 5, 6, 7, 8], new CropInterior(2, 1).Take(torch.arange(10).to(ScalarType.Float32), 1).ToArray<float>());
    }

    [Fact]
    public void Half_of_a_short_crop_stays()
    {
        var level = TinyHierarchy.Create().Levels[0];
        Assert.Equal(new CropInterior(1, 1), CropInterior.Of(level, 4));
        Assert.Equal(default, CropInterior.Of(level, 1));
    }

    private static Tensor Rows(Tensor latents) => latents.transpose(1, 2).squeeze(0);

    private static double Largest(Tensor difference) => difference.abs().max().ToDouble();
}
