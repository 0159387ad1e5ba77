using System.CommandLine;
using VQWave.OnnxExport;
using VQWave.OnnxExport.Quantization;

namespace VQWave.Training.Commands;

/// <summary>Options of the commands that write packs.</summary>
internal static class PackOptions
{
    public static Option<string> Output() =>
        new("--output")
        {
            Description = "The pack's folder; a pack that stands there is replaced",
            Required = true,
            HelpName = "DIR",
        };

    public static Option<string> Storage() =>
        new("--storage")
        {
            Description = "float32, or float16 for half the size",
            DefaultValueFactory = _ => "float32",
            HelpName = "TYPE",
        };

    public static WeightStorage ReadStorage(string text) =>
        text switch
        {
            "float32" => WeightStorage.Float32,
            "float16" => WeightStorage.Float16,
            _ => throw new VQWaveException($"--storage '{text}' is unknown; choose float32 or float16."),
        };

    public static Option<string> Precision() =>
        new("--precision")
        {
            Description = "Numbers of the generators' matrices: fp32, or int8 or int4 for faster steps",
            DefaultValueFactory = _ => "fp32",
            HelpName = "TYPE",
        };

    public static GeneratorPrecision ReadPrecision(string text) =>
        text switch
        {
            "fp32" => GeneratorPrecision.Float32,
            "int8" => GeneratorPrecision.Int8,
            "int4" => GeneratorPrecision.Int4,
            _ => throw new VQWaveException($"--precision '{text}' is unknown; choose fp32, int8 or int4."),
        };
}
