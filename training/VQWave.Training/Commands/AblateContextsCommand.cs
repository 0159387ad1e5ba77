using System.CommandLine;
using VQWave.Training.Ablation;
using VQWave.Training.Training;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train ablate-contexts</c>.</summary>
internal static class AblateContextsCommand
{
    public static Command Create()
    {
        var generator = CommonOptions.Of("--generator", "generator_128, generator_32 or generator_8", "generator_8", "NAME");
        var contexts = CommonOptions.Of(
            "--contexts",
            "Which to compare: none, causal, same, or how many codes of the coarser level to look ahead",
            "none,causal,4,same",
            "KINDS"
        );
        var vqvae = CommonOptions.VqvaeWeightsDirectory();
        var chunk = CommonOptions.Chunk();
        var ablation = new AblationArguments(
            new NetworkArguments(16, 262144, "a segment that a stream walks through with its state carried along", 3e-3),
            "Receives contexts.json, contexts.txt, the codes, and a folder for each context",
            "ablation-contexts"
        );
        var command = new Command(
            "ablate-contexts",
            """
            Train a generator with several kinds of context: the same codes, steps and seed. Prints and keeps a table of the held-out bits per code that each saves and of the delay in live play that its look ahead costs.

            Kinds of context:
              none    no context network: the generator hears its own codes only
              causal  the coarser level's codes up to now
              N       N codes of the coarser level ahead as well
              same    as many ahead as behind: half of the context network's receptive field
            """
        )
        {
            generator,
            contexts,
            vqvae,
        };
        ablation.AddTo(command, chunk);
        command.SetAction(
            (parse, cancellation) =>
            {
                var options = new GeneratorTrainingOptions(
                    ablation.Read(parse, "generator_", parse.GetValue(generator)!),
                    parse.GetValue(vqvae)!
                )
                {
                    ChunkCodes = parse.GetValue(chunk),
                };
                var kinds = ContextKind.ParseAll(parse.GetValue(contexts)!);
                return ablation.Execute(parse, new ContextAblation(options, kinds), options, cancellation);
            }
        );
        return command;
    }
}
