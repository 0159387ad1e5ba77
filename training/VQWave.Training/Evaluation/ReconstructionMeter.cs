using VQWave.Analysis;

namespace VQWave.Training.Evaluation;

/// <summary>
/// The measures of <c>VQWave.Analysis</c> over any number of pieces without holding them: sums over all samples and all frames, so that a
/// long piece counts for more than a short one, as if all were one recording. No frame reaches from one piece into the next.
/// </summary>
internal sealed class ReconstructionMeter(int sampleRate)
{
    // The first is the one that log-spectral distance and spectral convergence are defined on.
    private static readonly int[] Sizes = [LogSpectralDistance.Size, 1024, 512, 256];
    private readonly MelFilterBank _mel = new(sampleRate);
    private readonly double[] _logSums = new double[Sizes.Length];
    private readonly long[] _logCounts = new long[Sizes.Length];
    private double _product;
    private double _energy;
    private double _estimateEnergy;
    private double _lsdSum;
    private double _audibleLsdSum;
    private long _lsdFrames;
    private double _difference;
    private double _magnitudes;
    private double _melSum;
    private long _melCount;

    /// <summary>The figures of all pieces so far; NaN where nothing, or only silence, was measured.</summary>
    public ReconstructionFigures Figures
    {
        get
        {
            double scales = 0;
            for (var i = 0; i < Sizes.Length; i++)
            {
                scales += _logSums[i] / _logCounts[i];
            }

            return new ReconstructionFigures(
                SiSdr(),
                _lsdSum / _lsdFrames,
                _audibleLsdSum / _lsdFrames,
                Math.Sqrt(_difference / _magnitudes),
                scales / Sizes.Length,
                _melSum / _melCount
            );
        }
    }

    /// <summary>Measures a piece.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="estimate">What is judged, of the same length.</param>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        for (var i = 0; i < reference.Length; i++)
        {
            _product += (double)reference[i] * estimate[i];
            _energy += (double)reference[i] * reference[i];
            _estimateEnergy += (double)estimate[i] * estimate[i];
        }

        for (var i = 0; i < Sizes.Length; i++)
        {
            AddSpectra(i, Spectrogram.Of(reference, Sizes[i], Sizes[i] / 4), Spectrogram.Of(estimate, Sizes[i], Sizes[i] / 4));
        }

        var wanted = _mel.LogMagnitudes(reference);
        var got = _mel.LogMagnitudes(estimate);
        for (var frame = 0; frame < wanted.Length; frame++)
        {
            for (var band = 0; band < _mel.Bands; band++)
            {
                _melSum += Math.Abs(wanted[frame][band] - got[frame][band]);
            }
        }

        _melCount += (long)wanted.Length * _mel.Bands;
    }

    /// <summary>Takes in what another meter has measured.</summary>
    public void Add(ReconstructionMeter other)
    {
        _product += other._product;
        _energy += other._energy;
        _estimateEnergy += other._estimateEnergy;
        _lsdSum += other._lsdSum;
        _audibleLsdSum += other._audibleLsdSum;
        _lsdFrames += other._lsdFrames;
        _difference += other._difference;
        _magnitudes += other._magnitudes;
        _melSum += other._melSum;
        _melCount += other._melCount;
        for (var i = 0; i < Sizes.Length; i++)
        {
            _logSums[i] += other._logSums[i];
            _logCounts[i] += other._logCounts[i];
        }
    }

    // ‖αs − ŝ‖² = ‖ŝ‖² − ⟨ŝ, s⟩²/‖s‖² with α = ⟨ŝ, s⟩/‖s‖²: doubles lose nothing that matters below 120 dB.
    private double SiSdr()
    {
        if (_energy == 0)
        {
            return double.NaN;
        }

        var target = _product * _product / _energy;
        return target == 0 ? double.NegativeInfinity : 10 * Math.Log10(target / Math.Max(0, _estimateEnergy - target));
    }

    private void AddSpectra(int scale, Spectrogram wanted, Spectrogram got)
    {
        for (var frame = 0; frame < wanted.Frames; frame++)
        {
            var a = wanted[frame];
            var b = got[frame];
            double squares = 0;
            double audibleSquares = 0;
            for (var bin = 0; bin < a.Length; bin++)
            {
                // The floors of both measures are the same −100 dB.
                var logarithm = Math.Log(Math.Max(a[bin], LogSpectralDistance.Floor) / Math.Max(b[bin], LogSpectralDistance.Floor));
                _logSums[scale] += Math.Abs(logarithm);
                squares += logarithm * logarithm;
                if (scale == 0)
                {
                    var audible = Math.Log(
                        Math.Max(a[bin], LogSpectralDistance.AudibleFloor) / Math.Max(b[bin], LogSpectralDistance.AudibleFloor)
                    );
                    audibleSquares += audible * audible;
                    var error = (double)a[bin] - b[bin];
                    _difference += error * error;
                    _magnitudes += (double)a[bin] * a[bin];
                }
            }

            _logCounts[scale] += a.Length;
            if (scale == 0)
            {
                _lsdSum += 20 / Math.Log(10) * Math.Sqrt(squares / a.Length);
                _audibleLsdSum += 20 / Math.Log(10) * Math.Sqrt(audibleSquares / a.Length);
                _lsdFrames++;
            }
        }
    }
}
