using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Optimizers;
using VQWave.Training.Losses;
using VQWave.Training.Networks;

namespace VQWave.Training.Benchmarks;

/// <summary>One step of a VQ-VAE with the default loss and a codebook of moving averages, on both sides.</summary>
internal static class VqvaeBindingBench
{
    private const double Rate = 1e-3;
    private const double Clip = 1;
    private const double Variance = 0.02;
    private const int Batches = 4;

    public static BindingComparison Run(LevelConfiguration level, int batch, int length, int steps, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        using var ours = new Vqvae(level);
        using var theirs = new Vqvae(level);
        theirs.load_state_dict(ours.state_dict());
        var audio = Enumerable.Range(0, Batches).Select(_ => torch.randn([batch, length]) * Math.Sqrt(Variance)).ToArray();
        using var optimizer = new Adam(ours.parameters().Where(p => p.requires_grad), Rate, beta1: 0.9, beta2: 0.99);
        using var loss = new LossMix("stft", Device.CPU, length, 22_050, Variance);
        var windows = NativeSteps.Handles(new[] { 256, 1024, 2048 }.Select(size => torch.hann_window(size)).ToArray());
        using var adam = new NativeAdam(theirs.parameters().Where(p => p.requires_grad));
        var (encoder, decoder) = (NativeSteps.Layers(level.Encoder), NativeSteps.Layers(level.Decoder));
        var weights = NativeSteps.Handles(theirs.Encoder.parameters().Concat(theirs.Decoder.parameters()));
        var state = theirs.Quantizer.state_dict();
        var quantizer = (state["codebook"], state["ema_count"], state["ema_sum"]);
        return BindingComparison.Run(
            level.VqvaeName,
            steps,
            i => Step(ours, optimizer, loss, audio[i % Batches]),
            i =>
                adam.Step(
                    i,
                    Rate,
                    Clip,
                    (ref NativeSteps.Learning learning) =>
                        NativeSteps.Vqvae(encoder, decoder, weights, quantizer, windows, audio[i % Batches], Variance, ref learning)
                ),
            cancellation
        );
    }

    private static double Step(Vqvae model, Adam optimizer, LossMix loss, Tensor audio)
    {
        using var scope = torch.NewDisposeScope();
        Tensor reconstruction,
            total,
            codes,
            flat;
        using (torch.NewDisposeScope())
        {
            (var vectors, var commitment, codes, flat) = model.Quantizer.Quantize(model.EncodeLatents(audio), 0.25);
            reconstruction = loss.Compute(audio, model.DecodeVectors(vectors)).MoveToOuterDisposeScope();
            total = (reconstruction + commitment).MoveToOuterDisposeScope();
            codes.MoveToOuterDisposeScope();
            flat.MoveToOuterDisposeScope();
        }

        optimizer.zero_grad();
        total.backward();
        torch.nn.utils.clip_grad_norm_(model.parameters(), Clip);
        optimizer.step();
        var chosen = model.Quantizer.Count(flat, codes);
        model.Quantizer.UpdateAverages(chosen);
        _ = chosen.Count.to("cpu").ToArray<float>().Count(c => c > 0);
        return reconstruction.ToDouble();
    }
}
