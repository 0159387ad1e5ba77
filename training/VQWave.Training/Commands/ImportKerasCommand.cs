using System.CommandLine;
using System.Text.Json.Nodes;
using VQWave.KerasImport;

namespace VQWave.Training.Commands;

/// <summary><c>vqwave-train import-keras</c>.</summary>
internal static class ImportKerasCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("DIR") { Description = "Folder with the Python project's .weights.h5 files" };
        var output = CommonOptions.ImportDirectory();
        var preset = CommonOptions.Configuration();
        preset.DefaultValueFactory = _ => "head";
        var epoch = new Option<int?>("--epoch")
        {
            Description = "Take the files of this epoch; unnumbered ones, else the highest, otherwise",
            HelpName = "N",
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "import-keras",
            "Read weights that the Python project trained (Keras .weights.h5) into safetensors that export and evaluate take."
        )
        {
            source,
            output,
            preset,
            epoch,
            json,
        };
        command.SetAction(parse =>
        {
            var report = KerasWeightsImporter.Import(
                parse.GetValue(source)!,
                parse.GetValue(output)!,
                CommonOptions.ReadConfiguration(parse.GetValue(preset)!),
                parse.GetValue(epoch)
            );
            if (parse.GetValue(json))
            {
                Console.WriteLine(
                    new JsonObject
                    {
                        ["imported"] = new JsonArray([
                            .. report.Imported.Select(n => new JsonObject
                            {
                                ["network"] = n.Network,
                                ["source"] = n.Source,
                                ["parameters"] = n.Parameters,
                            }),
                        ]),
                        ["skipped"] = new JsonArray([.. report.Skipped.Select(s => JsonValue.Create(s.ToString()))]),
                        ["missing"] = new JsonArray([.. report.Missing.Select(m => JsonValue.Create(m))]),
                        ["written"] = new JsonArray([.. report.Written.Select(w => JsonValue.Create(w))]),
                    }.ToJsonString()
                );
            }
            else
            {
                foreach (var network in report.Imported)
                {
                    Console.WriteLine($"{network.Network, -24} {network.Parameters, 10} parameters from {network.Source}");
                }

                Console.WriteLine(
                    $"{report.Imported.Count} networks imported, {report.Skipped.Count} files skipped; not there: {string.Join(", ", report.Missing)}"
                );
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
