using VQWave.Inference;
using VQWave.Models;
using VQWave.TestSupport;
using VQWave.Training.Data;

[assembly: AssemblyFixture(typeof(VQWave.Training.Tests.Evaluation.EvaluationFixture))]

namespace VQWave.Training.Tests.Evaluation;

/// <summary>A small pack of random weights and three short held-out files of unlike length.</summary>
public sealed class EvaluationFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvaluationFixture()
    {
        TinyModel.Write(_folder["pack"], TinyModel.Configuration());
        PackDirectory = _folder["pack"];
        Pack = ModelPack.Open(PackDirectory);
        Runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu });
        DataDirectory = _folder["held-out"];
        Directory.CreateDirectory(DataDirectory);
        U16File.Write(Path.Combine(DataDirectory, "a.u16"), Music(36000, 220, 1));
        U16File.Write(Path.Combine(DataDirectory, "b.u16"), Music(50001, 330, 2));
        U16File.Write(Path.Combine(DataDirectory, "c.u16"), Music(40960, 180, 3));
    }

    public string PackDirectory { get; }

    public string DataDirectory { get; }

    public ModelPack Pack { get; }

    public InferenceRuntime Runtime { get; }

    /// <summary>Plucked partials with some noise.</summary>
    public static float[] Music(int length, double hertz, int seed)
    {
        var random = new Random(seed);
        var samples = new float[length];
        for (var i = 0; i < length; i++)
        {
            var t = i / 22050.0;
            var envelope = Math.Exp(-3 * (t % 0.4));
            var tone = Math.Sin(2 * Math.PI * hertz * t) + (0.5 * Math.Sin(2 * Math.PI * hertz * 2.5 * t));
            samples[i] = (float)((0.25 * envelope * tone) + (0.01 * (random.NextDouble() - 0.5)));
        }

        return samples;
    }

    public void Dispose() => _folder.Dispose();
}
