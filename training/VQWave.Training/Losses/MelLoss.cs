using VQWave.Torch;

namespace VQWave.Training.Losses;

/// <summary>Mean absolute difference of log-mel magnitudes at windows of 512, 1024 and 2048 samples, 80 bands each.</summary>
public sealed class MelLoss : IReconstructionLoss
{
    private const int Bands = 80;
    private readonly List<(StftMagnitude Stft, Tensor Filters)> _scales = [];

    /// <summary>Prepares windows and filters; windows longer than the crops are left out.</summary>
    public MelLoss(Device device, int inputLength, int sampleRate)
    {
        foreach (var size in new[] { 512, 1024, 2048 })
        {
            if (size <= inputLength)
            {
                using var filters = torch.tensor(MelFilters(size, sampleRate), Bands, (size / 2) + 1);
                _scales.Add((new StftMagnitude(size, device), filters.to(device).clone().DetachFromDisposeScope()));
            }
        }

        if (_scales.Count == 0)
        {
            throw new VQWaveException($"An input length of {inputLength} samples is too short for the mel loss; use at least 512.");
        }
    }

    /// <inheritdoc/>
    public string Name => "mel";

    /// <inheritdoc/>
    public Tensor Compute(Tensor target, Tensor estimate)
    {
        Tensor? total = null;
        foreach (var (stft, filters) in _scales)
        {
            var wanted = (filters.matmul(stft.Of(target)) + 1e-5).log();
            var found = (filters.matmul(stft.Of(estimate)) + 1e-5).log();
            var loss = (wanted - found).abs().mean();
            total = total is null ? loss : total + loss;
        }

        return total! / _scales.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (stft, filters) in _scales)
        {
            stft.Dispose();
            filters.Dispose();
        }
    }

    /// <summary>
    /// Triangular filters on the HTK mel scale, 2595 log10(1 + f / 700), from 0 Hz to half the sample rate, each summing to 1
    /// (a band narrower than a bin takes its nearest bin); (bands × bins), row-major.
    /// </summary>
    internal static float[] MelFilters(int size, int sampleRate)
    {
        static double ToMel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));
        static double ToHertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
        var bins = (size / 2) + 1;
        var filters = new float[Bands * bins];
        var top = ToMel(sampleRate / 2.0);
        for (var band = 0; band < Bands; band++)
        {
            double Edge(int i) => ToHertz(top * (band + i) / (Bands + 1)) * size / sampleRate;
            var (low, centre, high) = (Edge(0), Edge(1), Edge(2));
            double sum = 0;
            for (var bin = 0; bin < bins; bin++)
            {
                var weight = Math.Max(0, Math.Min((bin - low) / (centre - low), (high - bin) / (high - centre)));
                filters[(band * bins) + bin] = (float)weight;
                sum += weight;
            }

            if (sum == 0)
            {
                filters[(band * bins) + Math.Clamp((int)Math.Round(centre), 0, bins - 1)] = 1;
                sum = 1;
            }

            for (var bin = 0; bin < bins; bin++)
            {
                filters[(band * bins) + bin] /= (float)sum;
            }
        }

        return filters;
    }
}
