using System.CommandLine;

namespace VQWave.Player.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string?> Model() =>
        new("--model", "-m")
        {
            HelpName = "DIR",
            Description = "The model pack: its folder, or a name that 'vqwave models' lists [default: the first one found]",
        };

    public static Option<string?> Device() =>
        new("--device")
        {
            HelpName = "auto|cpu|cuda|tensorrt",
            Description =
                "Where the networks run; auto takes the faster one of CPU and CUDA; tensorrt is CUDA with TensorRT for all but the generators [default: auto]",
        };

    public static Option<string?> Precision() =>
        new("--precision")
        {
            HelpName = "auto|fp32|fp16|int8|int4",
            Description =
                "Bits of the generators' weights: on the CPU fp32, int8 or int4, auto takes 8 where the processor is fast with them, which cannot be heard; on a GPU fp16, else as the pack has them [default: auto]",
        };

    public static Option<bool> NoGpu() => new("--no-gpu") { Description = "The same as --device cpu" };

    public static Option<bool> Json() => new("--json") { Description = "Print figures as JSON" };
}
