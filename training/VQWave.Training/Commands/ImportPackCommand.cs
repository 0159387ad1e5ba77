using System.CommandLine;
using System.Text.Json.Nodes;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Training.Data;
using VQWave.Training.Networks;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train import-pack</c>.</summary>
internal static class ImportPackCommand
{
    private const string ConfigurationFile = "configuration.json";

    private const string Help = """
        Read the weights of a model pack back into safetensors, so that training can begin with what it has learned: --initial-weights of 'vqvae' and
        'generator'. configuration.json, which goes with them, is their --preset. Matrices stored in float16 come back rounded to it; a quantised pack is refused.
        Latents that have grown in a long run are scaled back by a power of two, which changes no code and no sample.

        Example: teach a shipped model your own music
          vqwave-train import-pack models/live-tines --output data/live-tines
          vqwave-train vqvae --model vqvae_8 --initial-weights data/live-tines --preset data/live-tines/configuration.json --data-dir music --output-dir weights
        """;

    public static Command Create()
    {
        var source = new Argument<string>("PACK") { Description = "The pack's folder or name" };
        var output = CommonOptions.ImportDirectory();
        var json = CommonOptions.Json();
        var command = new Command("import-pack", Help) { source, output, json };
        command.SetAction(parse =>
        {
            var pack = ModelPack.Open(ModelPackLocator.FromEnvironment().Find(parse.GetValue(source)!));
            var networks = LatentScale.Bounded(pack.Configuration, PackWeights.Read(pack));
            var directory = parse.GetValue(output)!;
            var written = WeightFolder.Write(directory, networks, _ => pack.Manifest.Name);
            var configuration = Path.Combine(directory, ConfigurationFile);
            AtomicFile.WriteText(configuration, HierarchyConfigurationJson.Serialize(pack.Configuration));
            if (parse.GetValue(json))
            {
                Console.WriteLine(
                    new JsonObject
                    {
                        ["pack"] = pack.Manifest.Name,
                        ["license"] = pack.Manifest.License,
                        ["parameters"] = networks.Values.Sum(n => n.Values.Sum(w => (long)w.Data.Length)),
                        ["configuration"] = configuration,
                        ["written"] = new JsonArray([.. written.Select(w => JsonValue.Create(w))]),
                    }.ToJsonString()
                );
            }
            else
            {
                Console.WriteLine(
                    $"{written.Count} networks of {pack.Manifest.Name} (licence {pack.Manifest.License}) in {directory}: --initial-weights {directory} --preset {configuration}"
                );
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
