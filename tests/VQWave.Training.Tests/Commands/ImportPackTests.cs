using System.Text.Json.Nodes;
using VQWave.Safetensors;
using VQWave.TestSupport;
using VQWave.Training.Tests.Evaluation;

namespace VQWave.Training.Tests.Commands;

/// <summary><c>import-pack</c>, and training that begins with what a pack has learned.</summary>
public sealed class ImportPackTests(EvaluationFixture fixture) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Imported_weights_measure_as_the_pack_does()
    {
        var report = JsonNode.Parse(Run("import-pack", fixture.PackDirectory, "--output", "from", "--json").AssertSuccess().Output)!;
        var values = report["written"]!.AsArray().Sum(f => SafetensorsFile.Read((string)f!).Values.Sum(t => t.Count));
        Assert.Equal(values, (long)report["parameters"]!);
        Assert.Equal(19, report["written"]!.AsArray().Count);
        var ofPack = Figures("--pack", fixture.PackDirectory, "--max-codes", "0");
        var ofWeights = Figures("--weights-dir", "from", "--preset", "from/configuration.json");
        Assert.Equal(4, ofPack.Count);
        for (var i = 0; i < ofPack.Count; i++)
        {
            Assert.Equal((long)ofPack[i]!["codes_used"]!, (long)ofWeights[i]!["codes_used"]!);
            Assert.Equal((double)ofPack[i]!["si_sdr_db"]!, (double)ofWeights[i]!["si_sdr_db"]!, 0.01);
        }
    }

    [Fact]
    public void A_recipe_begins_with_what_a_pack_has_learned()
    {
        File.WriteAllText(_folder["tune.json"], Recipe);
        string[] run = ["run", "tune.json", "--set", $"from={fixture.PackDirectory}", "--set", $"data={fixture.DataDirectory}"];
        Run(run).AssertSuccess();
        Assert.Equal(Weights("from", "encoder"), Weights("weights", "encoder"));
        Assert.Equal(Weights("from", "codebook"), Weights("weights", "codebook"));
        Assert.NotEqual(Weights("from", "decoder"), Weights("weights", "decoder"));
        Assert.Equal(["complete", "complete"], States());

        // Weights that are gone are read again, and what stands on them stays: it begins with the same.
        File.Delete(_folder["out/from/generator_8_context.safetensors"]);
        Assert.Equal(["to do", "complete"], States());
        Run(run).AssertSuccess();
        Assert.Equal(["complete", "complete"], States());

        string[] States() =>
            [.. JsonNode.Parse(Run([.. run, "--list", "--json"]).AssertSuccess().Output)!.AsArray().Select(s => (string)s!["state"]!)];
    }

    [Fact]
    public void What_is_no_pack_is_refused_and_nothing_is_written()
    {
        Run("import-pack", "nowhere", "--output", "from").AssertRefused(1, "nowhere");
        File.WriteAllText(_folder["file"], "");
        Run("import-pack", fixture.PackDirectory, "--output", "file/from").AssertRefused(1, "cannot be written");
        Assert.False(Directory.Exists(_folder["from"]));
    }

    private float[] Weights(string folder, string part) =>
        [
            .. SafetensorsFile
                .Read(_folder[$"out/{folder}/vqvae_8_{part}.safetensors"])
                .OrderBy(t => t.Key, StringComparer.Ordinal)
                .SelectMany(t => t.Value.ToFloats()),
        ];

    private JsonArray Figures(params string[] arguments) =>
        JsonNode.Parse(Run(["evaluate", .. arguments, "--data-dir", fixture.DataDirectory, "--json"]).AssertSuccess().Output)![
            "levels"
        ]!.AsArray();

    private Outcome Run(params string[] arguments) => TrainProgram.Run(_folder.Path, arguments);

    private const string Recipe = """
        {
          "variables": { "from": "", "data": "", "folder": "out" },
          "stages": [
            { "name": "weights", "command": "import-pack", "arguments": ["${from}"], "options": { "output": "${folder}/from" } },
            { "name": "8x", "command": "vqvae", "options": { "model": "vqvae_8", "data-dir": "${data}", "output-dir": "${folder}/weights",
              "preset": "${folder}/from/configuration.json", "initial-weights": "${folder}/from", "decoder-only": true,
              "batch-size": 2, "input-length": 1024, "steps": 5 } }
          ]
        }
        """;
}
