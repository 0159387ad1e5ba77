using System.Text.Json;

namespace VQWave.Training.Tests.Commands;

public sealed class AblateCommandTests : IDisposable
{
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recipes_are_trained_alike_and_measured_as_evaluate_measures()
    {
        var outcome = Ablate("--recipes", "seed,ours,gradient,random,noise,pool,mse", "--json").AssertSuccess();
        using var json = JsonDocument.Parse(outcome.Output);
        var rows = json.RootElement.EnumerateArray().ToDictionary(r => r.GetProperty("recipe").GetString()!, r => r);
        Assert.Equal(7, rows.Count);
        Assert.True(rows["ours"].GetProperty("si_sdr_db").GetDouble() > rows["seed"].GetProperty("si_sdr_db").GetDouble());

        // Each recipe is another way of training; where no code dies, restarts from fewer latents change nothing.
        Assert.Equal(
            6,
            rows.Where(r => r.Key != "pool").Select(r => r.Value.GetProperty("spectral_convergence").GetDouble()).Distinct().Count()
        );
        var evaluated = _folder.Run(
            "evaluate",
            "--weights-dir",
            "ablation/seed",
            "--preset",
            "tiny.json",
            "--levels",
            "8",
            "--data-dir",
            "held",
            "--epoch",
            "1",
            "--json"
        );
        using var level = JsonDocument.Parse(evaluated.Output);
        foreach (var name in new[] { "si_sdr_db", "spectral_convergence", "codes_used" })
        {
            Assert.Equal(
                level.RootElement.GetProperty("levels")[0].GetProperty(name).GetDouble(),
                rows["seed"].GetProperty(name).GetDouble(),
                1e-6
            );
        }

        Assert.Contains("seed", File.ReadAllText(_folder["ablation/ablation.txt"]));

        // What is trained is not trained again, and gives the same figures.
        var checkpoint = _folder["ablation/ours/vqvae_8_checkpoint.safetensors"];
        var written = File.GetLastWriteTimeUtc(checkpoint);
        var again = Ablate("--recipes", "ours", "--json", "--resume").AssertSuccess();
        Assert.Equal(written, File.GetLastWriteTimeUtc(checkpoint));
        using var repeated = JsonDocument.Parse(again.Output);
        Assert.Equal(rows["ours"].GetRawText(), repeated.RootElement[0].GetRawText());
    }

    [Fact]
    public void An_unknown_recipe_is_refused() => Ablate("--recipes", "ours,theirs").AssertRefused(1, "'theirs'", "seed");

    private Outcome Ablate(params string[] more) =>
        _folder.Try(["ablate", .. TrainingFolder.HeldOut, "--input-length", "512", "--steps", "250", .. more]);
}
