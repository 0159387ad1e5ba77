using VQWave.Generation;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Tests.Streaming;

/// <summary>
/// The definition of what the engine plays: level after level over whole sequences, each code with the controls at its own time. Slow and plain.
/// </summary>
internal static class ReferenceEngine
{
    public delegate (float Temperature, int TopK, ulong Seed, bool Frozen) Controls(int level, long time);

    public static List<int[]> Codes(
        InferenceRuntime runtime,
        ModelPack pack,
        int ticks,
        Controls controls,
        int freezeLength = 8,
        (int At, int[] Codes)? given = null
    )
    {
        var levels = new List<int[]>();
        for (var level = 0; level < pack.Configuration.Levels.Count; level++)
        {
            var compression = pack.Configuration.Levels[level].Compression;
            var length = ticks * pack.Configuration.Coarsest.Compression / compression;
            using var stepper = new GeneratorStepper(runtime, pack, level);
            float[] context = [];
            if (level > 0)
            {
                using var runner = new ContextRunner(runtime, pack, level);
                context = runner.Compute(levels[level - 1], 0, levels[level - 1].Length);
            }

            var sampler = new CodeSampler(stepper.CodebookSize);
            var codes = new int[length];
            codes[0] = pack.Manifest.StartCodes[level];
            for (var i = 1; i < length; i++)
            {
                stepper.Codes[0] = codes[i - 1];
                context.AsSpan((i - 1) * stepper.ContextWidth, stepper.ContextWidth).CopyTo(stepper.Context);
                var logits = stepper.Step();
                var (temperature, topK, seed, frozen) = controls(level, (long)i * compression);
                codes[i] =
                    frozen && level == 0 && i >= freezeLength
                        ? codes[i - freezeLength]
                        : sampler.Sample(logits, temperature, topK, new CounterRandom(seed, (uint)level).Uniform((ulong)i));
                if (level == 0 && given is { } taken && i >= taken.At && i < taken.At + taken.Codes.Length)
                {
                    codes[i] = taken.Codes[i - taken.At];
                }
            }

            levels.Add(codes);
        }

        return levels;
    }

    public static float[] Audio(InferenceRuntime runtime, ModelPack pack, int level, int[] codes)
    {
        using var decoder = DecoderRunner.OnOnnxRuntime(runtime, pack, level, 1 << 24);
        return decoder.Decode(codes);
    }
}
