using VQWave.Models;

namespace VQWave.Inference;

/// <summary>Runs every graph of a pack once on a short input: what no look at the files can tell.</summary>
public static class PackVerifier
{
    private const int Steps = 8;

    /// <summary>
    /// Opens a pack with all checks of <see cref="ModelPack.Open"/>, then loads each graph in ONNX Runtime, encodes and decodes half a
    /// second of a tone, and takes a few generator steps.
    /// </summary>
    /// <returns>The pack, fit to be played.</returns>
    /// <exception cref="VQWaveException">The first problem, in one sentence that names the file.</exception>
    public static ModelPack Verify(string directory, InferenceOptions? options = null)
    {
        var pack = ModelPack.Open(directory);
        var runtime = InferenceRuntime.Create(options ?? new InferenceOptions { Device = InferenceDevice.Cpu });
        var configuration = pack.Configuration;
        var samples = Math.Max(configuration.SampleRate / 2, configuration.Coarsest.Compression);
        var tone = new float[samples / configuration.Coarsest.Compression * configuration.Coarsest.Compression];
        for (var i = 0; i < tone.Length; i++)
        {
            tone[i] = 0.5f * MathF.Sin(i * 2 * MathF.PI * 440 / configuration.SampleRate);
        }

        var coarser = Array.Empty<int>();
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            coarser = VerifyLevel(pack, runtime, i, tone, coarser);
        }

        return pack;
    }

    private static int[] VerifyLevel(ModelPack pack, InferenceRuntime runtime, int index, float[] tone, int[] coarser)
    {
        var level = pack.Configuration.Levels[index];
        using var codec = new LevelCodec(runtime, pack, index);
        var codes = codec.Encode(tone);
        Require(
            codes.All(c => (uint)c < (uint)level.CodebookSize),
            pack.PathOf(ModelStage.Codebook, index),
            "gives codes out of its codebook's range"
        );
        var audio = codec.Decode(codes);
        Require(
            audio.All(s => MathF.Abs(s) <= 1.0001f),
            pack.PathOf(ModelStage.Decoder, index),
            "gives samples that are not finite or beyond ±1"
        );

        using var stepper = new GeneratorStepper(runtime, pack, index);
        float[] context = [];
        if (index > 0)
        {
            using var runner = new ContextRunner(runtime, pack, index);
            context = runner.Compute(coarser, 0, coarser.Length);
            Require(Array.TrueForAll(context, float.IsFinite), pack.PathOf(ModelStage.Context, index), "gives values that are not finite");
        }

        for (var i = 0; i < Math.Min(Steps, codes.Length); i++)
        {
            stepper.Codes[0] = i == 0 ? pack.Manifest.StartCodes[index] : codes[i];
            context.AsSpan(i * stepper.ContextWidth, stepper.ContextWidth).CopyTo(stepper.Context);
            Require(IsFinite(stepper.Step()), pack.PathOf(ModelStage.Generator, index), "gives logits that are not finite");
        }

        return codes;
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static void Require(bool condition, string path, string what)
    {
        if (!condition)
        {
            throw new VQWaveException($"{path} {what}: export the pack again.");
        }
    }
}
