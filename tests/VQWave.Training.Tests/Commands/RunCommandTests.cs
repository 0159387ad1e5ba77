using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.TestSupport;

namespace VQWave.Training.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private const int KillSignal = 9;
    private const int TerminateSignal = 15;
    private readonly TemporaryFolder _folder = new();

    public RunCommandTests()
    {
        Directory.CreateDirectory(_folder["music/train"]);
        Directory.CreateDirectory(_folder["music/held"]);
        Music.WriteWav(_folder["music/train/a.wav"], Music.Phrase(40_000, 1), 8000);
        Music.WriteWav(_folder["music/train/b.wav"], Music.Phrase(30_000, 2), 8000);
        Music.WriteWav(_folder["music/held/c.wav"], Music.Phrase(24_000, 3), 8000);
        File.WriteAllText(_folder["tiny.json"], HierarchyConfigurationJson.Serialize(TinyHierarchy.Create()));
        File.WriteAllText(_folder["recipe.json"], Recipe);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recipe_that_is_killed_and_run_again_makes_the_same_pack_as_one_that_was_left_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends Unix signals.");
        Run("whole").AssertSuccess();
        var random = new Random(Environment.ProcessId);
        var stamps = 0;
        for (var i = 0; i < 3; i++)
        {
            // Some moments after the next stage has begun.
            var wanted = stamps + random.Next(1, 3);
            var pause = random.Next(0, 700);
            TrainProgram.RunAndSignal(
                _folder.Path,
                i == 1 ? TerminateSignal : KillSignal,
                () =>
                {
                    var ready = Stamps() >= wanted;
                    Thread.Sleep(ready ? pause : 0);
                    return ready;
                },
                Arguments("parts")
            );
            stamps = Stamps();
        }

        var last = Run("parts").AssertSuccess();
        Assert.Contains("complete", last.Error, StringComparison.Ordinal);
        foreach (
            var file in Directory
                .GetFiles(_folder["whole/weights"], "*.safetensors")
                .Where(f => !f.Contains("checkpoint", StringComparison.Ordinal))
        )
        {
            var twin = _folder["parts/weights/" + Path.GetFileName(file)];
            Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(twin)), $"{twin} differs");
        }

        foreach (var file in Directory.GetFiles(_folder["whole/pack"], "*.onnx"))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_folder["parts/pack/" + Path.GetFileName(file)]));
        }

        _ = ModelPack.Open(_folder["parts/pack"]);
        OnlyWhatHasChangedIsDoneAgain();
    }

    [Theory]
    [InlineData("none.json", "none.json")]
    [InlineData("recipe.json", "--set 'music'", "--set", "music")]
    [InlineData("recipe.json", "--set 'colour=red'", "--set", "colour=red")]
    [InlineData("slip.json", "--stepz")]
    [InlineData("verb.json", "'sing'")]
    [InlineData("variable.json", "${nowhere}")]
    [InlineData("broken.json", "broken.json")]
    public void A_recipe_that_cannot_be_run_is_refused_before_anything_is_done(string recipe, string part, params string[] more)
    {
        File.WriteAllText(_folder["slip.json"], Recipe.Replace("\"steps\"", "\"stepz\"", StringComparison.Ordinal));
        File.WriteAllText(
            _folder["verb.json"],
            Recipe.Replace("\"command\": \"export\"", "\"command\": \"sing\"", StringComparison.Ordinal)
        );
        File.WriteAllText(_folder["variable.json"], Recipe.Replace("${music}/held", "${nowhere}/held", StringComparison.Ordinal));
        File.WriteAllText(_folder["broken.json"], Recipe[..100]);
        TrainProgram.Run(_folder.Path, ["run", recipe, .. more]).AssertRefused(1, part);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void The_recipes_that_come_with_it_can_be_run()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Directory.Packages.props")))
        {
            root = root.Parent!;
        }

        foreach (var (name, stages) in new[] { ("live-keys.json", 22), ("live-tines.json", 36), ("fine-tune.json", 17) })
        {
            var recipe = Path.Combine(root.FullName, "recipes", name);
            var listed = TrainProgram.Run(_folder.Path, "run", recipe, "--list").AssertSuccess().Output.TrimEnd('\n').Split('\n');
            Assert.Equal(stages, listed.Length);
            Assert.All(listed, line => Assert.StartsWith("to do", line, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_stage_that_begins_from_another_runs_weights_begins_anew_when_they_change()
    {
        File.WriteAllText(_folder["base.json"], Stages("first", ""));
        File.WriteAllText(_folder["tuned.json"], Stages("second", ", \"initial-weights\": \"first/weights\""));
        TrainProgram.Run(_folder.Path, "run", "base.json").AssertSuccess();
        Directory.CreateDirectory(_folder["second"]);
        TrainProgram.Run(_folder.Path, "run", "tuned.json").AssertSuccess();
        Assert.Equal("complete", State());

        File.WriteAllText(_folder["first/weights/vqvae_32_encoder.safetensors"], "of another network");
        Assert.Equal("complete", State());
        File.Copy(
            _folder["second/weights/vqvae_8_encoder.safetensors"],
            _folder["first/weights/vqvae_8_encoder.safetensors"],
            overwrite: true
        );
        Assert.Equal("to do", State());

        string State() =>
            TrainProgram.Run(_folder.Path, "run", "tuned.json", "--list").AssertSuccess().Output.TrimEnd().Split('\n')[1][..8].TrimEnd();

        static string Stages(string folder, string more) =>
            $$"""
                {
                  "variables": { "folder": "{{folder}}" },
                  "defaults": {},
                  "stages": [
                    { "name": "train", "command": "prepare", "arguments": ["music/train", "{{folder}}/u16"], "options": { "sample-rate": 8000 } },
                    { "name": "8x", "command": "vqvae", "options": { "model": "vqvae_8", "data-dir": "{{folder}}/u16", "output-dir": "{{folder}}/weights",
                      "preset": "tiny.json", "batch-size": 2, "input-length": 512, "steps": 20, "unquantized-steps": 10{{more}} } }
                  ]
                }
                """;
    }

    private void OnlyWhatHasChangedIsDoneAgain()
    {
        Assert.Equal(Enumerable.Repeat("complete", 8), States("whole"));
        var generator = File.GetLastWriteTimeUtc(_folder["whole/weights/generator_32_generator.safetensors"]);
        Run("whole").AssertSuccess();
        Assert.Equal(generator, File.GetLastWriteTimeUtc(_folder["whole/weights/generator_32_generator.safetensors"]));

        // The last stage of 8x: what does not depend on it stays.
        File.WriteAllText(
            _folder["recipe.json"],
            Recipe.Replace("\"learning-rate\": 0.002", "\"learning-rate\": 0.003", StringComparison.Ordinal)
        );
        string[] expected = ["complete", "complete", "complete", "complete", "to do", "to do", "to do", "to do"];
        Assert.Equal(expected, States("whole"));
        File.WriteAllText(_folder["recipe.json"], Recipe);
        Assert.Equal(Enumerable.Repeat("complete", 8), States("whole"));

        // Other music, and weights that are gone.
        File.Delete(Directory.GetFiles(_folder["whole/weights"], "generator_8_generator_0*").Max()!);
        Assert.Equal("to do", States("whole")[6]);
        Music.WriteWav(_folder["music/held/d.wav"], Music.Phrase(24_000, 9), 8000);
        Assert.Equal(["complete", "to do"], States("whole")[..2]);
    }

    private int Stamps() => Directory.Exists(_folder["parts/stages"]) ? Directory.GetFiles(_folder["parts/stages"]).Length : 0;

    private string[] States(string folder) =>
        [
            .. JsonNode
                .Parse(TrainProgram.Run(_folder.Path, [.. Arguments(folder), "--list", "--json"]).AssertSuccess().Output)!
                .AsArray()
                .Select(s => (string)s!["state"]!),
        ];

    private static string[] Arguments(string folder) => ["run", "recipe.json", "--set", $"folder={folder}"];

    private Outcome Run(string folder) => TrainProgram.Run(_folder.Path, Arguments(folder));

    private const string Recipe = """
        // Two levels in seconds.
        {
          "variables": { "music": "music", "folder": "out" },
          "defaults": {
            "prepare": { "sample-rate": 8000 },
            "vqvae": {
              "data-dir": "${folder}/u16/train", "validation-dir": "${folder}/u16/held", "output-dir": "${folder}/weights", "preset": "tiny.json",
              "batch-size": 2, "input-length": 512, "steps": 60, "epochs": 2, "unquantized-steps": 30, "checkpoint-steps": 7
            },
            "generator": {
              "data-dir": "${folder}/u16/train", "validation-dir": "${folder}/u16/held", "output-dir": "${folder}/weights",
              "vqvae-weights-dir": "${folder}/weights", "preset": "tiny.json", "batch-size": 2, "input-length": 2048, "chunk": 32,
              "steps": 60, "epochs": 2, "checkpoint-steps": 7
            }
          },
          "stages": [
            { "name": "train", "command": "prepare", "arguments": ["${music}/train", "${folder}/u16/train"] },
            { "name": "held", "command": "prepare", "arguments": ["${music}/held", "${folder}/u16/held"] },
            { "name": "32x", "command": "vqvae", "options": { "model": "vqvae_32" } },
            { "name": "8x", "command": "vqvae", "options": { "model": "vqvae_8" } },
            { "name": "8x on", "command": "vqvae", "options": { "model": "vqvae_8", "start-epoch": "latest", "epochs": 4, "learning-rate": 0.002 } },
            { "name": "generator 32x", "command": "generator", "options": { "generator": "generator_32" } },
            { "name": "generator 8x", "command": "generator", "options": { "generator": "generator_8" } },
            { "name": "pack", "command": "export", "options": { "weights-dir": "${folder}/weights", "preset": "tiny.json", "output": "${folder}/pack" } }
          ]
        }
        """;
}
