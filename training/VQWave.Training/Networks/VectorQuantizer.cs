using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Training.Distributed;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Networks;

/// <summary>
/// A codebook and its learning: nearest-neighbour codes with a straight-through gradient (van den Oord et al. 2017), learnt by
/// exponential moving averages of the latents of each code or by gradient, with a k-means start and restarts of dead codes.
/// </summary>
public sealed class VectorQuantizer : Module
{
    /// <summary>The root mean square of latents from which on growth costs.</summary>
    public const double LargestScale = 32;

    private const double OvergrowthWeight = 0.01;
    private const double Smoothing = 1e-5;

    // How far the halves of a code lie from it, in standard deviations of the codes in use: anything small, as the plane between them is what divides its latents.
    private const double SplitDistance = 0.003;

    private readonly CodebookLearning _learning;
    private readonly double _decay;
    private readonly Parameter _codebook;
    private readonly Tensor _count;
    private readonly Tensor _sum;

    /// <summary>Creates a codebook of small random vectors.</summary>
    public VectorQuantizer(int size, int dimension, CodebookLearning learning, double decay = 0.99)
    {
        Size = size;
        Dimension = dimension;
        _learning = learning;
        _decay = decay;
        _codebook = Initialization.Normal([size, dimension], 1.0);
        _codebook.requires_grad = learning == CodebookLearning.Gradient;
        register_parameter("codebook", _codebook);
        _count = register_buffer("ema_count", torch.ones([size]));
        _sum = register_buffer("ema_sum", _codebook.detach().clone());
    }

    /// <summary>Number of code vectors.</summary>
    public int Size { get; }

    /// <summary>Dimension of the code vectors.</summary>
    public int Dimension { get; }

    /// <summary>Who shares the batch.</summary>
    public DataParallel Processes { get; set; } = DataParallel.Alone;

    /// <summary>The code vectors, (size, dimension).</summary>
    public Tensor Codebook => _codebook;

    /// <summary>Index of the nearest code vector of each latent; latents (n, dimension), codes (n).</summary>
    public Tensor Encode(Tensor latents)
    {
        using var codebook = _codebook.detach();
        using var squares = codebook.square();
        using var norms = squares.sum(1);
        using var transposed = codebook.t();
        using var products = latents.mm(transposed);
        using var distances = norms - products * 2.0;
        return distances.argmin(1);
    }

    /// <summary>Code vectors of codes of any shape; the dimension is added last.</summary>
    public Tensor Decode(Tensor codes) => F.embedding(codes, _codebook);

    /// <summary>
    /// Quantizes latents (batch, dimension, length) with a straight-through gradient, or puts noise in the place of the error.
    /// </summary>
    /// <param name="latents">The latents.</param>
    /// <param name="commitment">Weight of the commitment loss.</param>
    /// <param name="noise">Standard normal noise (batch × length, dimension) for <see cref="QuantizerGradient.NoiseSubstitution"/>; null for the straight-through gradient.</param>
    /// <returns>
    /// The quantized latents, the loss (weight × squared distance over the latents' variance, what <see cref="LargestScale"/> costs, and for a gradient
    /// codebook its own term), the codes (batch × length), and the latents without gradient (batch × length, dimension).
    /// </returns>
    public (Tensor Quantized, Tensor Loss, Tensor Codes, Tensor Flat) Quantize(Tensor latents, double commitment, Tensor? noise = null)
    {
        var batch = latents.shape[0];
        var length = latents.shape[2];
        var flat = latents.transpose(1, 2).reshape(batch * length, Dimension);
        var codes = Encode(flat.detach());
        var vectors = F.embedding(codes, _codebook);
        var loss = (F.mse_loss(flat, vectors.detach()) * commitment / Spread(flat)) + Overgrowth(flat);
        if (_learning == CodebookLearning.Gradient)
        {
            loss += F.mse_loss(vectors, flat.detach());
        }

        var passed = noise is null ? flat + (vectors - flat).detach() : flat + (Unit(noise) * Length(flat - vectors.detach()));
        var quantized = passed.reshape(batch, length, Dimension).transpose(1, 2);
        return (quantized, loss, codes, flat.detach());
    }

    // Everything else in the loss is blind to the scale of the latents, which so wanders upwards as training goes on, to 1e8 in a long run: biases then
    // mean nothing any more beside them, and networks lose what they bend with. Below the bound this is exactly 0.
    // Of the whole batch's scale, and its gradient in this process's part.
    private Tensor Overgrowth(Tensor flat)
    {
        var square = flat.square().mean();
        var constant = square.detach();
        var mean = Processes.Mean(constant) + 1e-12;
        var excess = (mean.log() - (2 * Math.Log(LargestScale))).clamp(min: 0);
        return (excess.square() * OvergrowthWeight) + ((square - constant) * (2 * OvergrowthWeight) * excess / mean);
    }

    private static Tensor Unit(Tensor vectors) => vectors / Length(vectors);

    // Of each row; never 0, where a root has no gradient.
    private static Tensor Length(Tensor vectors) => (vectors.square().sum(1, keepdim: true) + 1e-12).sqrt();

    // Nothing bounds the scale of latents that pass unquantised: relative to their variance the commitment weighs the same at any scale, where an absolute
    // one can outweigh the reconstruction and pull all latents onto a few codes.
    private Tensor Spread(Tensor flat)
    {
        var constant = flat.detach();
        var mean = Processes.Mean(constant.mean(0, keepdim: true));
        return Processes.Mean((constant - mean).square().mean()) + 1e-8;
    }

    /// <summary>
    /// How many latents of the whole batch chose each code (size), and for moving averages the sums of those latents (size, dimension); latents (n,
    /// dimension), codes (n).
    /// </summary>
    public (Tensor Count, Tensor? Sum) Count(Tensor flat, Tensor codes)
    {
        using var noGrad = torch.no_grad();
        var count = Processes.Sum(codes.bincount(minlength: Size).to(ScalarType.Float32));
        if (_learning != CodebookLearning.Ema)
        {
            return (count, null);
        }

        var sum = torch.zeros([Size, Dimension], device: flat.device);
        sum.index_add_(0, codes, flat);
        return (count, Processes.Sum(sum));
    }

    /// <summary>Moves each code towards the mean of the latents that chose it; latents (n, dimension), codes (n).</summary>
    public void UpdateAverages(Tensor flat, Tensor codes)
    {
        using var scope = torch.NewDisposeScope();
        UpdateAverages(Count(flat, codes));
    }

    /// <summary>Moves each code towards the mean of the latents that chose it, as <see cref="Count"/> found them.</summary>
    public void UpdateAverages((Tensor Count, Tensor? Sum) chosen)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        _count.mul_(_decay).add_(chosen.Count * (1 - _decay));
        if (chosen.Sum is { } sum)
        {
            _sum.mul_(_decay).add_(sum * (1 - _decay));
            var total = _count.sum();
            var smoothed = (_count + Smoothing) * (total / (total + Size * Smoothing));
            _codebook.copy_(_sum / smoothed.unsqueeze(1));
        }
    }

    /// <summary>
    /// Replaces codes that are chosen less than <paramref name="threshold"/> times as often as the average by latents drawn without
    /// repetition from the whole batch.
    /// </summary>
    /// <returns>How many were replaced.</returns>
    public int RestartDeadCodes(Tensor flat, double threshold)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (dead, counts, mean) = DeadCodes(threshold);
        var available = (int)flat.shape[0];
        if (dead.Length > available)
        {
            // The others get their turn at the next restart.
            dead = dead[..available];
        }

        if (dead.Length == 0)
        {
            return 0;
        }

        var device = flat.device;
        var chosen = torch.randperm(available).narrow(0, 0, dead.Length).to(device);
        var index = torch.tensor(dead, dead.Length).to(device);

        // A restarted code begins with an average share, else it would be dead again before anything chose it.
        Put(index, flat.index_select(0, chosen), torch.full([dead.Length], mean, device: device));
        return dead.Length;
    }

    /// <summary>
    /// Replaces codes that are chosen less than <paramref name="threshold"/> times as often as the average by halves of the codes that are chosen most: each of
    /// those is split in two along a random direction, if its half is chosen twice as often as what counts as dead.
    /// </summary>
    /// <returns>How many were replaced.</returns>
    public int SplitUsedCodes(double threshold)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (dead, counts, mean) = DeadCodes(threshold);
        var used = Enumerable
            .Range(0, Size)
            .Select(i => (long)i)
            .OrderByDescending(i => counts[i])
            .TakeWhile(i => counts[i] >= 4 * threshold * mean)
            .Take(dead.Length)
            .ToArray();
        if (used.Length == 0)
        {
            return 0;
        }

        var device = _codebook.device;
        var (from, to) = (torch.tensor(used, used.Length).to(device), torch.tensor(dead[..used.Length], used.Length).to(device));
        var whole = _codebook.index_select(0, from);
        var share = (_count / _count.sum()).unsqueeze(1);
        var middle = (_codebook.detach() * share).sum(0, keepdim: true);
        var spread = ((_codebook.detach() - middle).square() * share).sum().div(Dimension).sqrt();
        var aside = torch.randn(used.Length, Dimension).to(device) * spread * SplitDistance;
        var half = _count.index_select(0, from) / 2;
        Put(from, whole + aside, half);
        Put(to, whole - aside, half);
        return used.Length;
    }

    // Code vectors (n, dimension) in the places of others, with averages as if each had been chosen so often.
    private void Put(Tensor index, Tensor codes, Tensor counts)
    {
        _codebook.index_copy_(0, index, codes);
        _count.index_copy_(0, index, counts);
        _sum.index_copy_(0, index, codes * counts.unsqueeze(1));
    }

    // Those chosen less than threshold times as often as the average, the rarest first; how often each code is chosen, and the average of that.
    private (long[] Dead, float[] Counts, float Mean) DeadCodes(double threshold)
    {
        var counts = _count.to("cpu").ToArray<float>();
        var mean = counts.Average();
        return (
            [.. Enumerable.Range(0, Size).Where(i => counts[i] < threshold * mean).OrderBy(i => counts[i]).Select(i => (long)i)],
            counts,
            mean
        );
    }

    /// <summary>Begins the moving averages at the code vectors as they are, for training that goes on from weights alone.</summary>
    public void AdoptCodebook()
    {
        using var noGrad = torch.no_grad();
        _count.fill_(1.0);
        _sum.copy_(_codebook);
    }

    /// <summary>Starts the codebook from k-means over latents (n, dimension), n ≥ the codebook's size.</summary>
    public void InitializeByKMeans(Tensor latents, int iterations = 10)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var n = latents.shape[0];
        if (n < Size)
        {
            throw new VQWaveException($"k-means needs at least {Size} latents and got {n}; use a larger batch or input length.");
        }

        var device = latents.device;
        _codebook.copy_(latents.index_select(0, torch.randperm(n).narrow(0, 0, Size).to(device)));
        Tensor? counts = null;
        for (var i = 0; i < iterations; i++)
        {
            var codes = Encode(latents);
            counts = codes.bincount(minlength: Size).to(ScalarType.Float32);
            var sums = torch.zeros([Size, Dimension], device: device);
            sums.index_add_(0, codes, latents);
            var used = counts.gt(0.5).unsqueeze(1);
            var means = sums / counts.clamp(1.0, float.MaxValue).unsqueeze(1);

            // A cluster that nobody chose moves to a random latent.
            var random = latents.index_select(0, torch.randperm(n).narrow(0, 0, Size).to(device));
            _codebook.copy_(torch.where(used, means, random));
        }

        // Clusters keep their shares, scaled to what one batch adds in the moving average.
        _count.copy_(counts!.clamp(1.0, float.MaxValue) / ((double)n / Size));
        _sum.copy_(_codebook.detach() * _count.unsqueeze(1));
    }
}
