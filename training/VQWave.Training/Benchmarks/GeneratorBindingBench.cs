using VQWave.Models;
using VQWave.Torch;
using VQWave.Torch.Optimizers;
using VQWave.Training.Networks;
using F = VQWave.Torch.torch.nn.functional;

namespace VQWave.Training.Benchmarks;

/// <summary>One teacher-forced step of a generator without context, its state carried on, on both sides.</summary>
internal static class GeneratorBindingBench
{
    private const double Rate = 1e-3;
    private const double Clip = 1;
    private const int Batches = 4;

    public static BindingComparison Run(LevelConfiguration level, int batch, int chunk, int steps, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        using var ours = new GeneratorModule(level.Generator, level.CodebookSize);
        using var theirs = new GeneratorModule(level.Generator, level.CodebookSize);
        theirs.load_state_dict(ours.state_dict());
        var codes = Enumerable.Range(0, Batches).Select(_ => torch.randint(level.CodebookSize, [batch, chunk + 1])).ToArray();
        using var optimizer = new Adam(ours.parameters(), Rate, beta1: 0.9, beta2: 0.99);
        using var adam = new NativeAdam(theirs.parameters());
        var weights = NativeSteps.Handles(theirs.parameters());
        var (h, c) = ours.InitialState(batch, Device.CPU);
        var (theirH, theirC) = theirs.InitialState(batch, Device.CPU);
        return BindingComparison.Run(
            level.GeneratorName,
            steps,
            i => Step(ours, optimizer, codes[i % Batches], h, c, level.CodebookSize),
            i =>
                adam.Step(
                    i,
                    Rate,
                    Clip,
                    (ref NativeSteps.Learning learning) =>
                        NativeSteps.Generator(weights, 4 * level.Generator.Layers, codes[i % Batches], theirH, theirC, ref learning)
                ),
            cancellation
        );
    }

    private static double Step(GeneratorModule model, Adam optimizer, Tensor codes, Tensor h, Tensor c, int size)
    {
        using var scope = torch.NewDisposeScope();
        var chunk = codes.shape[1] - 1;
        Tensor loss,
            nextH,
            nextC;
        using (torch.NewDisposeScope())
        {
            (var logits, nextH, nextC) = model.forward(codes.narrow(1, 0, chunk), null, (h, c));
            loss = F.cross_entropy(logits.reshape(-1, size), codes.narrow(1, 1, chunk).reshape(-1)).MoveToOuterDisposeScope();
            nextH.MoveToOuterDisposeScope();
            nextC.MoveToOuterDisposeScope();
        }

        optimizer.zero_grad();
        loss.backward();
        torch.nn.utils.clip_grad_norm_(model.parameters(), Clip);
        optimizer.step();
        using (torch.no_grad())
        {
            h.copy_(nextH.detach());
            c.copy_(nextC.detach());
        }

        return loss.ToDouble();
    }
}
