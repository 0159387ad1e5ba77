using VQWave.Torch;
using VQWave.Training.Networks;

namespace VQWave.Training.Tests.Networks;

public sealed class VectorQuantizerTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public VectorQuantizerTests() => torch.manual_seed(1);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Codes_are_the_nearest_vectors()
    {
        using var quantizer = new VectorQuantizer(50, 5, CodebookLearning.Ema);
        var latents = torch.randn(400, 5);
        var values = latents.ToArray<float>();
        var codebook = quantizer.Codebook.detach().ToArray<float>();
        var expected = Enumerable.Range(0, 400).Select(i => (long)Nearest(values.AsSpan(i * 5, 5), codebook)).ToArray();
        Assert.Equal(expected, quantizer.Encode(latents).ToArray<long>());
        Assert.True(expected.Distinct().Count() > 40);
    }

    [Fact]
    public void The_gradient_passes_straight_through_to_the_latents()
    {
        using var quantizer = new VectorQuantizer(16, 3, CodebookLearning.Ema);
        var latents = torch.randn(2, 3, 10);
        latents.requires_grad = true;
        var (quantized, _, codes, _) = quantizer.Quantize(latents, 0.25);
        var weights = torch.randn(2, 3, 10);
        (quantized * weights).sum().backward();

        Check.Close(weights.ToArray<float>(), latents.grad!.ToArray<float>(), 1e-6);
        var vectors = quantizer.Decode(codes.reshape(2, 10)).transpose(1, 2).contiguous();
        Check.Close(vectors.detach().ToArray<float>(), quantized.detach().contiguous().ToArray<float>(), 1e-6);
    }

    [Fact]
    public void Noise_is_as_long_as_the_error_that_it_stands_for_and_has_the_gradient_of_finite_differences()
    {
        using var quantizer = new VectorQuantizer(16, 3, CodebookLearning.Ema);
        var latents = torch.randn(2, 3, 10);
        var noise = torch.randn(20, 3);
        var weights = torch.randn(2, 3, 10);
        latents.requires_grad = true;
        var (quantized, _, codes, flat) = quantizer.Quantize(latents, 0, noise);
        var vectors = quantizer.Decode(codes).detach().ToArray<float>();
        var passed = quantized.detach().transpose(1, 2).contiguous().ToArray<float>();
        var (before, directions) = (flat.ToArray<float>(), noise.ToArray<float>());
        for (var i = 0; i < 20; i++)
        {
            double Dot(Func<int, double> a, Func<int, double> b) => Enumerable.Range(3 * i, 3).Sum(j => a(j) * b(j));
            double Error(int j) => before[j] - vectors[j];
            double Moved(int j) => passed[j] - before[j];
            var length = Math.Sqrt(Dot(Error, Error));
            Assert.Equal(length, Math.Sqrt(Dot(Moved, Moved)), 1e-5);
            // In the noise's direction.
            Assert.Equal(length * Math.Sqrt(Dot(j => directions[j], j => directions[j])), Dot(Moved, j => directions[j]), 1e-4);
        }

        (quantized * weights).sum().backward();
        var gradient = latents.grad!.ToArray<float>();
        var start = latents.detach().ToArray<float>();
        const float Step = 1e-3f;
        for (var i = 0; i < start.Length; i += 7)
        {
            double At(float by)
            {
                var moved = (float[])start.Clone();
                moved[i] += by;
                return (quantizer.Quantize(torch.tensor(moved, 2, 3, 10), 0, noise).Quantized * weights).sum().ToDouble();
            }

            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), gradient[i], 1e-2);
        }
    }

    [Fact]
    public void Commitment_is_the_mean_squared_distance_over_the_variance_and_pulls_the_latents()
    {
        using var quantizer = new VectorQuantizer(16, 3, CodebookLearning.Ema);
        var latents = torch.randn(1, 3, 8);
        latents.requires_grad = true;
        var (_, loss, codes, flat) = quantizer.Quantize(latents, 0.5);
        var difference = (flat - quantizer.Decode(codes).detach()).ToArray<float>();
        var values = flat.ToArray<float>();
        var means = Enumerable.Range(0, 3).Select(d => Enumerable.Range(0, 8).Average(i => (double)values[(i * 3) + d])).ToArray();
        var variance = values.Select((v, i) => (v - means[i % 3]) * (v - means[i % 3])).Average();
        Assert.Equal(0.5 * difference.Average(d => (double)d * d) / variance, loss.ToDouble(), 1e-5);
        loss.backward();
        var gradient = latents.grad!.transpose(1, 2).contiguous().ToArray<float>();
        Check.Close(Array.ConvertAll(difference, d => (float)(0.5 * 2 * d / difference.Length / variance)), gradient, 1e-6);
        Assert.Null(((Tensor)quantizer.Codebook).grad);
    }

    [Fact]
    public void Commitment_weighs_the_same_at_any_scale_that_latents_have()
    {
        using var small = new VectorQuantizer(16, 3, CodebookLearning.Ema);
        using var large = new VectorQuantizer(16, 3, CodebookLearning.Ema);
        large.Codebook.copy_(small.Codebook.detach() * 10.0);
        var latents = torch.randn(2, 3, 20);
        var (_, first, _, _) = small.Quantize(latents, 0.25);
        var (_, second, _, _) = large.Quantize(latents * 10.0, 0.25);
        Assert.Equal(first.ToDouble(), second.ToDouble(), 1e-4);
    }

    [Fact]
    public void Growth_of_the_latents_costs_from_a_bound_on_and_nothing_below()
    {
        using var quantizer = new VectorQuantizer(16, 3, CodebookLearning.Ema);
        var unit = torch.randn(2, 3, 20);
        double Cost(double scale) => quantizer.Quantize(unit * scale, 0).Loss.ToDouble();
        var largest = VectorQuantizer.LargestScale / Math.Sqrt(unit.square().mean().ToDouble());
        Assert.Equal(0, Cost(largest * 0.99));
        Assert.Equal(0.04, Cost(largest * Math.E), 1e-4);

        // The gradient is that of the loss, by finite differences along the scale.
        var scale = torch.ones([1]) * (largest * 3);
        scale.requires_grad = true;
        quantizer.Quantize(unit * scale, 0).Loss.backward();
        var step = largest * 1e-2;
        Assert.Equal((Cost((largest * 3) + step) - Cost((largest * 3) - step)) / (2 * step), scale.grad!.ToDouble(), 2e-4 / largest);
    }

    [Fact]
    public void A_gradient_codebook_has_the_gradient_of_finite_differences()
    {
        using var quantizer = new VectorQuantizer(4, 2, CodebookLearning.Gradient);
        quantizer.Codebook.detach().copy_(torch.tensor([1f, 1f, -1f, 1f, -1f, -1f, 1f, -1f], 4, 2));
        var latents = torch.randn(1, 2, 12);
        var (_, loss, _, _) = quantizer.Quantize(latents, 0);
        loss.backward();
        var gradient = quantizer.Codebook.grad!.ToArray<float>();
        var start = quantizer.Codebook.detach().ToArray<float>();
        const float Step = 1e-3f;
        for (var i = 0; i < start.Length; i++)
        {
            double At(float by)
            {
                var moved = (float[])start.Clone();
                moved[i] += by;
                quantizer.Codebook.detach().copy_(torch.tensor(moved, 4, 2));
                return quantizer.Quantize(latents, 0).Loss.ToDouble();
            }

            Assert.Equal((At(Step) - At(-Step)) / (2 * Step), gradient[i], 2e-3);
        }
    }

    [Fact]
    public void Moving_averages_follow_their_closed_form()
    {
        const double Decay = 0.9;
        using var quantizer = new VectorQuantizer(3, 2, CodebookLearning.Ema, Decay);
        quantizer.Codebook.copy_(torch.tensor([1f, 0f, 0f, 1f, -1f, -1f], 3, 2));
        quantizer.AdoptCodebook();
        double[] count = [1, 1, 1];
        double[,] sum =
        {
            { 1, 0 },
            { 0, 1 },
            { -1, -1 },
        };
        for (var step = 0; step < 5; step++)
        {
            float[] latents = [0.5f, 0.1f, 0.7f, -0.2f, 0.1f, 2f + step];
            long[] codes = [0, 0, 1];
            quantizer.UpdateAverages(torch.tensor(latents, 3, 2), torch.tensor(codes, 3));
            for (var code = 0; code < 3; code++)
            {
                var chosen = Enumerable.Range(0, 3).Where(i => codes[i] == code).ToArray();
                count[code] = (Decay * count[code]) + ((1 - Decay) * chosen.Length);
                for (var d = 0; d < 2; d++)
                {
                    sum[code, d] = (Decay * sum[code, d]) + ((1 - Decay) * chosen.Sum(i => latents[(2 * i) + d]));
                }
            }
        }

        // Code 2 was never chosen: count and sum decay alike and it stays where it was.
        var found = quantizer.Codebook.ToArray<float>();
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(sum[i / 2, i % 2] / count[i / 2], found[i], 1e-3);
        }
    }

    [Fact]
    public void Dead_codes_restart_from_the_whole_batch_and_living_ones_stay()
    {
        using var quantizer = new VectorQuantizer(40, 1, CodebookLearning.Ema);
        var start = Enumerable.Range(0, 40).Select(i => 1000f + i).ToArray();
        quantizer.Codebook.copy_(torch.tensor(start, 40, 1));
        quantizer.AdoptCodebook();

        // Only the first four are chosen, again and again.
        var chosen = Enumerable.Range(0, 400).Select(i => (long)(i % 4)).ToArray();
        var living = Array.ConvertAll(chosen, c => start[c]);
        for (var i = 0; i < 500; i++)
        {
            quantizer.UpdateAverages(torch.tensor(living, 400, 1), torch.tensor(chosen, 400));
        }

        // Latents are their own positions in the batch, so a restarted vector tells which it was drawn from.
        var batch = Enumerable.Range(0, 4000).Select(i => (float)i).ToArray();
        Assert.Equal(36, quantizer.RestartDeadCodes(torch.tensor(batch, 4000, 1), 0.05));

        var after = quantizer.Codebook.ToArray<float>();
        Check.Close(start.AsSpan(0, 4), after.AsSpan(0, 4), 1e-4);
        var drawn = after[4..];
        Assert.Equal(36, drawn.Distinct().Count());
        Assert.All(drawn, v => Assert.InRange(v, 0, 3999));
        Assert.All(drawn, v => Assert.Equal(MathF.Round(v), v));
        Assert.InRange(drawn.Average(), 1200, 2800);
        Assert.True(drawn.Max() > 3000 && drawn.Min() < 1000, "the restarts come from a part of the batch");

        // They are not dead at the next look, and the averages agree with the vectors.
        Assert.Equal(0, quantizer.RestartDeadCodes(torch.tensor(batch, 4000, 1), 0.05));
        quantizer.UpdateAverages(torch.tensor(living, 400, 1), torch.tensor(chosen, 400));
        Check.Close(after, quantizer.Codebook.ToArray<float>(), 1e-3);
    }

    [Fact]
    public void More_dead_codes_than_latents_restart_in_turns()
    {
        using var quantizer = new VectorQuantizer(20, 1, CodebookLearning.Ema);
        for (var i = 0; i < 500; i++)
        {
            quantizer.UpdateAverages(torch.ones(10, 1), torch.tensor(new long[10], 10));
        }

        Assert.Equal(6, quantizer.RestartDeadCodes(torch.arange(6).to(ScalarType.Float32).reshape(6, 1), 0.5));
    }

    [Fact]
    public void Dead_codes_become_halves_of_those_chosen_most()
    {
        // Four clouds of many dimensions, one code in the middle of each, and four codes that nothing chooses.
        const int dimension = 32;
        torch.manual_seed(3);
        var centres = torch.randn(4, dimension) * 10;
        var latents = centres.repeat(100, 1) + torch.randn(400, dimension);
        using var split = Clouds(centres);
        using var drawn = Clouds(centres);
        Choose(split, latents, 500);
        Choose(drawn, latents, 500);

        Assert.Equal(4, split.SplitUsedCodes(0.05));
        Assert.Equal(4, drawn.RestartDeadCodes(latents, 0.05));

        // Each cloud falls into two halves; a code put on a latent finds few others but that one.
        Assert.All(Counts(split, latents), c => Assert.InRange(c, 25, 75));
        Assert.True(Counts(drawn, latents).Min() < 10, "a code put on a latent found many others");
        Assert.Equal(0, split.SplitUsedCodes(0.05));
        Choose(split, latents, 300);
        Assert.All(Counts(split, latents), c => Assert.InRange(c, 20, 80));
        Assert.True(Error(split, latents) < 0.99 * Error(Clouds(centres), latents), "two codes to a cloud err as much as one");
    }

    [Fact]
    public void Codes_whose_halves_would_soon_be_dead_are_not_split()
    {
        using var quantizer = new VectorQuantizer(4, 1, CodebookLearning.Ema);
        quantizer.Codebook.copy_(torch.tensor([0f, 10f, 20f, 1000f], 4, 1));
        quantizer.AdoptCodebook();
        var latents = torch.tensor([0f, 10f, 20f], 3, 1);
        Choose(quantizer, latents, 500);

        Assert.Equal(0, quantizer.SplitUsedCodes(0.5));
        Check.Close([0f, 10f, 20f], quantizer.Codebook.ToArray<float>().AsSpan(0, 3), 1e-2);
    }

    private static VectorQuantizer Clouds(Tensor centres)
    {
        var quantizer = new VectorQuantizer(8, (int)centres.shape[1], CodebookLearning.Ema);
        quantizer.Codebook.copy_(torch.cat([centres, centres + 200], 0));
        quantizer.AdoptCodebook();
        return quantizer;
    }

    private static void Choose(VectorQuantizer quantizer, Tensor latents, int times)
    {
        for (var i = 0; i < times; i++)
        {
            quantizer.UpdateAverages(latents, quantizer.Encode(latents));
        }
    }

    private static long[] Counts(VectorQuantizer quantizer, Tensor latents) =>
        quantizer.Encode(latents).bincount(minlength: quantizer.Size).ToArray<long>();

    [Fact]
    public void A_k_means_start_has_less_error_than_a_random_choice()
    {
        // Forty tight clusters and forty codes: a random choice of latents misses about a third of the clusters.
        var centres = torch.randn(40, 4) * 3;
        var latents = centres.repeat(25, 1) + torch.randn(1000, 4) * 0.05;
        using var random = new VectorQuantizer(40, 4, CodebookLearning.Ema);
        random.Codebook.copy_(latents.index_select(0, torch.randperm(1000).narrow(0, 0, 40)));
        using var kmeans = new VectorQuantizer(40, 4, CodebookLearning.Ema);
        kmeans.InitializeByKMeans(latents);

        var (before, after) = (Error(random, latents), Error(kmeans, latents));
        Assert.True(after < 0.5 * before, $"{after} after k-means, {before} for a random choice");
        using var few = new VectorQuantizer(40, 4, CodebookLearning.Ema);
        Check.Refused(() => few.InitializeByKMeans(torch.randn(39, 4)), "39", "40");
    }

    [Fact]
    public void Silence_starts_a_finite_codebook()
    {
        using var quantizer = new VectorQuantizer(8, 2, CodebookLearning.Ema);
        quantizer.InitializeByKMeans(torch.zeros(64, 2));
        quantizer.RestartDeadCodes(torch.zeros(64, 2), 0.05);
        quantizer.UpdateAverages(torch.zeros(64, 2), quantizer.Encode(torch.zeros(64, 2)));
        Assert.All(quantizer.Codebook.ToArray<float>(), v => Assert.Equal(0, v, 1e-6));
    }

    private static double Error(VectorQuantizer quantizer, Tensor latents) =>
        (latents - quantizer.Decode(quantizer.Encode(latents)).detach()).square().mean().ToDouble();

    private static int Nearest(ReadOnlySpan<float> latent, float[] codebook)
    {
        var (best, index) = (double.PositiveInfinity, -1);
        for (var j = 0; j < codebook.Length / latent.Length; j++)
        {
            double distance = 0;
            for (var d = 0; d < latent.Length; d++)
            {
                distance += Math.Pow((double)latent[d] - codebook[(j * latent.Length) + d], 2);
            }

            if (distance < best)
            {
                (best, index) = (distance, j);
            }
        }

        return index;
    }
}
