using VQWave.Inference;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Torch;
using VQWave.Torch.Modules;
using VQWave.Training.Data;
using VQWave.Training.Networks;

namespace VQWave.Training.Export;

/// <summary>
/// Runs each stage of a pack in ONNX Runtime and, built from the same weights, in libtorch, on noise and on music, and compares.
/// </summary>
internal sealed class PackParity(HierarchyConfiguration configuration, IReadOnlyList<LevelWeights> weights)
{
    /// <summary>Largest difference that passes, relative to the largest value where that is above 1.</summary>
    public const double Tolerance = 1e-4;

    private const int Codes = 96;

    /// <summary>Compares all stages.</summary>
    /// <param name="directory">The pack.</param>
    /// <param name="audio">Music to run on beside noise, or null.</param>
    /// <param name="progress">Told of each stage.</param>
    /// <returns>One entry for each stage and input.</returns>
    /// <exception cref="VQWaveException">A stage differs.</exception>
    public IReadOnlyList<StageParity> Verify(string directory, float[]? audio, Action<string>? progress = null)
    {
        using var noGrad = torch.no_grad();
        torch.set_num_threads(1);
        var pack = ModelPack.Open(directory);
        var runtime = InferenceRuntime.Create(new InferenceOptions { Device = InferenceDevice.Cpu }, pack);
        var results = new List<StageParity>();
        var coarse = new Dictionary<string, int[]>(StringComparer.Ordinal);
        for (var i = 0; i < configuration.Levels.Count; i++)
        {
            progress?.Invoke(configuration.Levels[i].Name);
            var inputs = new List<(string Name, float[] Audio)> { ("noise", Noise(i)) };
            if (audio is not null)
            {
                inputs.Add(("music", Fit(audio)));
            }

            foreach (var (name, samples) in inputs)
            {
                var codes = VerifyCodec(runtime, pack, i, name, samples, results);
                VerifyGenerator(runtime, pack, i, name, codes, coarse.GetValueOrDefault(name), results);
                coarse[name] = codes;
            }
        }

        foreach (var result in results)
        {
            if (!(result.MaximumDifference <= Tolerance) || result.DifferentCodes > 0)
            {
                throw new VQWaveException(
                    $"{result.Stage}.onnx differs from libtorch on {result.Input} by {result.MaximumDifference:0.0e+0}"
                        + (result.DifferentCodes > 0 ? $" and in {result.DifferentCodes} codes" : "")
                        + $" (at most {Tolerance:0.0e+0} is allowed); the pack is not written."
                );
            }
        }

        return results;
    }

    private int[] VerifyCodec(InferenceRuntime runtime, ModelPack pack, int index, string input, float[] audio, List<StageParity> results)
    {
        var level = configuration.Levels[index];
        using var scope = torch.NewDisposeScope();
        using var model = new Vqvae(level);
        Load(model.Encoder, weights[index].Encoder);
        Load(model.Decoder, weights[index].Decoder);
        model.Quantizer.Codebook.copy_(ToTensor(weights[index].Codebook["codebook"]));

        using var encoder = new EncoderRunner(runtime, pack, index);
        using var codebook = new CodebookRunner(runtime, pack, index);
        using var decoder = DecoderRunner.OnOnnxRuntime(runtime, pack, index);
        var wanted = model.EncodeLatents(torch.tensor(audio, 1, audio.Length)).transpose(1, 2).contiguous();
        var flat = wanted.reshape(-1, level.CodebookDimension);
        var latents = wanted.ToArray<float>();
        results.Add(new StageParity($"encoder_{level.Name}", input, Difference(latents, encoder.Encode(audio)), 0));

        // The codebook is given the same latents, so that only its own arithmetic can differ.
        var codes = Array.ConvertAll(model.Quantizer.Encode(flat).ToArray<long>(), c => (int)c);
        var found = codebook.Quantize(latents);
        var different = Enumerable.Range(0, codes.Length).Count(i => codes[i] != found[i] && !Tied(index, latents, i, codes[i], found[i]));
        results.Add(new StageParity($"codebook_{level.Name}", input, 0, different));

        var decoded = model.DecodeCodes(ToTensor(codes)).ToArray<float>();
        results.Add(new StageParity($"decoder_{level.Name}", input, Difference(decoded, decoder.Decode(codes)), 0));
        return codes;
    }

    private void VerifyGenerator(
        InferenceRuntime runtime,
        ModelPack pack,
        int index,
        string input,
        int[] codes,
        int[]? coarse,
        List<StageParity> results
    )
    {
        var level = configuration.Levels[index];
        using var scope = torch.NewDisposeScope();
        using var generator = new GeneratorModule(level.Generator, level.CodebookSize);
        Load(generator, weights[index].Generator);
        float[]? context = null;
        Tensor? contextTensor = null;
        var steps = Math.Min(codes.Length, Codes);
        if (coarse is not null)
        {
            var ratio = configuration.Ratio(index);
            using var network = new ContextModule(level.Generator, configuration.Levels[index - 1].CodebookSize, ratio);
            Load(network, weights[index].Context!);
            using var runner = ContextRunner.OnOnnxRuntime(runtime, pack, index);
            contextTensor = network.forward(ToTensor(coarse)).contiguous();
            context = contextTensor.ToArray<float>();
            results.Add(new StageParity($"context_{level.Name}", input, Difference(context, runner.Compute(coarse, 0, coarse.Length)), 0));
            steps = Math.Min(steps, coarse.Length * ratio);
        }

        var (logits, _, _) = generator.forward(
            ToTensor(codes[..steps]),
            contextTensor?.narrow(1, 0, steps),
            generator.InitialState(1, Device.CPU)
        );
        var wanted = logits.ToArray<float>();
        var found = new float[wanted.Length];
        using var stepper = new GeneratorStepper(runtime, pack, index);
        for (var i = 0; i < steps; i++)
        {
            stepper.Codes[0] = codes[i];
            context?.AsSpan(i * stepper.ContextWidth, stepper.ContextWidth).CopyTo(stepper.Context);
            stepper.Step().CopyTo(found.AsSpan(i * level.CodebookSize));
        }

        results.Add(new StageParity($"generator_{level.Name}", input, Difference(wanted, found), 0));
    }

    // Two vectors are tied for a latent when their squared distances agree to float accuracy.
    private bool Tied(int index, float[] latents, int position, int first, int second)
    {
        var dimension = configuration.Levels[index].CodebookDimension;
        var codebook = weights[index].Codebook["codebook"].Data;
        double Distance(int code, out double scale)
        {
            double sum = 0;
            scale = 0;
            for (var d = 0; d < dimension; d++)
            {
                double x = latents[(position * dimension) + d],
                    e = codebook[(code * dimension) + d];
                sum += (x - e) * (x - e);
                scale += (e * e) + Math.Abs(2 * x * e);
            }

            return sum;
        }

        var a = Distance(first, out var scaleA);
        var b = Distance(second, out var scaleB);
        return Math.Abs(a - b) <= 1e-5 * Math.Max(scaleA, scaleB);
    }

    private float[] Noise(int index)
    {
        var random = new Xoshiro((ulong)index + 1);
        var samples = new float[Codes * configuration.Coarsest.Compression];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 0.3);
        }

        return samples;
    }

    private float[] Fit(float[] audio)
    {
        var unit = configuration.Coarsest.Compression;
        var fitted = new float[Codes * unit];
        audio.AsSpan(0, Math.Min(audio.Length, fitted.Length)).CopyTo(fitted);
        return fitted;
    }

    private static double Difference(float[] wanted, float[] found)
    {
        if (wanted.Length != found.Length)
        {
            return double.PositiveInfinity;
        }

        double largest = 1,
            difference = 0;
        for (var i = 0; i < wanted.Length; i++)
        {
            if (!float.IsFinite(found[i]) || !float.IsFinite(wanted[i]))
            {
                return double.PositiveInfinity;
            }

            largest = Math.Max(largest, Math.Abs(wanted[i]));
            difference = Math.Max(difference, Math.Abs((double)wanted[i] - found[i]));
        }

        return difference / largest;
    }

    private static void Load(Module module, IReadOnlyDictionary<string, WeightTensor> from) =>
        module.load_state_dict(from.ToDictionary(p => p.Key, p => ToTensor(p.Value), StringComparer.Ordinal), strict: true);

    private static Tensor ToTensor(WeightTensor weight) => torch.tensor(weight.Data, weight.Shape);

    private static Tensor ToTensor(int[] codes) => torch.tensor(Array.ConvertAll(codes, c => (long)c), 1, codes.Length);
}
