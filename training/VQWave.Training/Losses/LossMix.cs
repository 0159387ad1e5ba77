using System.Globalization;
using VQWave.Torch;
using VQWave.Training.Distributed;

namespace VQWave.Training.Losses;

/// <summary>
/// A weighted sum of reconstruction losses, as <c>--loss</c> names it: <c>stft</c>, <c>mel</c>, <c>mse</c>, or weights such as
/// <c>mse=1,pre=1,stft=0.1,mel=0.05,lsd=0.1</c> (pre: pre-emphasised waveform).
/// </summary>
public sealed class LossMix : IReconstructionLoss
{
    private readonly List<(double Weight, IReconstructionLoss Loss)> _parts = [];

    /// <summary>Builds the losses.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="device">Where the audio lies.</param>
    /// <param name="inputLength">Samples of a crop.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="variance">Variance of the corpus's samples.</param>
    /// <param name="processes">Who shares the batch; null for this process alone.</param>
    /// <exception cref="VQWaveException">The text names no loss or a weight that is none.</exception>
    public LossMix(string text, Device device, int inputLength, int sampleRate, double variance, DataParallel? processes = null)
    {
        foreach (var (name, weight) in Parse(text))
        {
            _parts.Add(
                (
                    weight,
                    name switch
                    {
                        "mse" => new WaveformLoss(variance),
                        "pre" => new PreEmphasisLoss(variance),
                        "lsd" => new LogSpectralLoss(device, inputLength),
                        "mel" => new MelLoss(device, inputLength, sampleRate),
                        _ => new MultiScaleStftLoss(device, inputLength, processes ?? DataParallel.Alone, 256, 1024, 2048),
                    }
                )
            );
        }
    }

    /// <inheritdoc/>
    public string Name => string.Join('+', _parts.Select(p => p.Loss.Name));

    /// <summary>
    /// Names and weights of a mix. The single names stand for mixes that also hold the waveform: a spectral loss alone leaves the
    /// phase free.
    /// </summary>
    public static IReadOnlyList<(string Name, double Weight)> Parse(string text)
    {
        switch (text)
        {
            case "stft":
                return [("mse", 1), ("stft", 0.1)];
            case "mel":
                return [("mse", 1), ("mel", 0.1)];
            case "mse":
                return [("mse", 1)];
        }

        var parts = new List<(string, double)>();
        foreach (var part in text.Split(','))
        {
            var pair = part.Split('=');
            if (
                pair.Length != 2
                || pair[0].Trim() is not ("mse" or "pre" or "mel" or "stft" or "lsd")
                || !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var weight)
                || !double.IsFinite(weight)
                || weight < 0
            )
            {
                throw NotALoss(text);
            }

            parts.Add((pair[0].Trim(), weight));
        }

        return parts.Any(p => p.Item2 > 0) ? parts : throw NotALoss(text);
    }

    private static VQWaveException NotALoss(string text) =>
        new($"'{text}' is not a loss; write stft, mel, mse, or weights such as mse=1,pre=1,stft=0.1,mel=0.05.");

    /// <inheritdoc/>
    public Tensor Compute(Tensor target, Tensor estimate)
    {
        Tensor? total = null;
        foreach (var (weight, loss) in _parts)
        {
            var part = loss.Compute(target, estimate) * weight;
            total = total is null ? part : total + part;
        }

        return total!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, loss) in _parts)
        {
            loss.Dispose();
        }
    }
}
