using VQWave.Analysis;
using VQWave.Training.Evaluation;

namespace VQWave.Training.Tests.Evaluation;

public sealed class ReconstructionMeterTests
{
    private const int Rate = 22050;

    [Fact]
    public void One_piece_reads_what_the_analysis_library_reads()
    {
        var (reference, estimate) = Pair(9000, 1);
        var meter = new ReconstructionMeter(Rate);
        meter.Add(reference, estimate);
        var figures = meter.Figures;
        Assert.Equal(SiSdr.Decibels(reference, estimate), figures.SiSdrDecibels, 1e-9);
        Assert.Equal(LogSpectralDistance.Decibels(reference, estimate), figures.LsdDecibels, 1e-9);
        Assert.Equal(LogSpectralDistance.Decibels(reference, estimate, LogSpectralDistance.AudibleFloor), figures.AudibleLsdDecibels, 1e-9);
        Assert.Equal(SpectralConvergence.Ratio(reference, estimate), figures.SpectralConvergence, 1e-9);
        Assert.Equal(MultiScaleStftDistance.Nepers(reference, estimate), figures.StftNepers, 1e-9);
        Assert.Equal(MelDistance.Nepers(reference, estimate, Rate), figures.MelNepers, 1e-9);
    }

    [Fact]
    public void Several_pieces_read_what_their_samples_and_frames_read_together()
    {
        (float[] Reference, float[] Estimate)[] pieces = [Pair(9000, 1), Pair(4096, 2), Pair(20001, 3)];
        var total = new ReconstructionMeter(Rate);
        foreach (var (reference, estimate) in pieces)
        {
            var piece = new ReconstructionMeter(Rate);
            piece.Add(reference, estimate);
            total.Add(piece);
        }

        float[] wanted = [.. pieces.SelectMany(p => p.Reference)];
        float[] got = [.. pieces.SelectMany(p => p.Estimate)];
        Assert.Equal(SiSdr.Decibels(wanted, got), total.Figures.SiSdrDecibels, 1e-9);

        // Frames do not reach over the seams: the same frames one by one, each as a piece of one window's length.
        var distances = new List<double>();
        var convergence = (Error: 0.0, Energy: 0.0);
        var mel = new List<double>();
        foreach (var (reference, estimate) in pieces)
        {
            for (var start = 0; start + 2048 <= reference.Length; start += 512)
            {
                var a = reference.AsSpan(start, 2048);
                var b = estimate.AsSpan(start, 2048);
                distances.Add(LogSpectralDistance.Decibels(a, b));
                mel.Add(MelDistance.Nepers(a, b, Rate));
                var energy = Energy(a);
                convergence.Energy += energy;
                convergence.Error += energy * Math.Pow(SpectralConvergence.Ratio(a, b), 2);
            }
        }

        Assert.Equal(distances.Average(), total.Figures.LsdDecibels, 1e-9);
        Assert.Equal(mel.Average(), total.Figures.MelNepers, 1e-6);
        Assert.Equal(Math.Sqrt(convergence.Error / convergence.Energy), total.Figures.SpectralConvergence, 1e-9);

        double scales = 0;
        foreach (var size in new[] { 2048, 1024, 512, 256 })
        {
            var values = new List<double>();
            foreach (var (reference, estimate) in pieces)
            {
                var a = Spectrogram.Of(reference, size, size / 4);
                var b = Spectrogram.Of(estimate, size, size / 4);
                for (var frame = 0; frame < a.Frames; frame++)
                {
                    for (var bin = 0; bin < a.Bins; bin++)
                    {
                        values.Add(Math.Abs(Math.Log(Math.Max(a[frame][bin], 1e-5)) - Math.Log(Math.Max(b[frame][bin], 1e-5))));
                    }
                }
            }

            scales += values.Average() / 4;
        }

        Assert.Equal(scales, total.Figures.StftNepers, 1e-9);
    }

    [Fact]
    public void A_gain_alone_is_heard_by_level_measures_only()
    {
        var reference = EvaluationFixture.Music(20480, 220, 1);
        var meter = new ReconstructionMeter(Rate);
        meter.Add(reference, Array.ConvertAll(reference, s => 0.5f * s));
        Assert.True(meter.Figures.SiSdrDecibels > 100);
        Assert.Equal(0.5, meter.Figures.SpectralConvergence, 1e-6);
        Assert.Equal(Math.Log(2), meter.Figures.StftNepers, 0.02);
    }

    [Fact]
    public void Silence_has_no_ratio_and_json_says_null()
    {
        var meter = new ReconstructionMeter(Rate);
        meter.Add(new float[4096], EvaluationFixture.Music(4096, 220, 1));
        Assert.True(double.IsNaN(meter.Figures.SiSdrDecibels));
        Assert.Null(EvaluationJson.Number(meter.Figures.SiSdrDecibels));
        Assert.Null(EvaluationJson.Number(double.NegativeInfinity));
        Assert.Null(EvaluationJson.Number(meter.Figures.SpectralConvergence));
    }

    private static double Energy(ReadOnlySpan<float> frame)
    {
        var spectrogram = Spectrogram.Of(frame, 2048, 512);
        double sum = 0;
        foreach (var magnitude in spectrogram[0])
        {
            sum += (double)magnitude * magnitude;
        }

        return sum;
    }

    private static (float[] Reference, float[] Estimate) Pair(int length, int seed)
    {
        var reference = EvaluationFixture.Music(length, 150 + (70 * seed), seed);
        var noise = new Random(100 + seed);
        return (reference, Array.ConvertAll(reference, s => (0.8f * s) + (0.05f * (float)(noise.NextDouble() - 0.5) * seed)));
    }
}
