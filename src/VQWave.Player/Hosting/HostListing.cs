using System.Text.Json.Nodes;
using VQWave.Player.Output;
using VQWave.Vst3;

namespace VQWave.Player.Hosting;

/// <summary>What is in a module: its classes with their buses and parameters.</summary>
internal static class HostListing
{
    /// <summary>Lists a module.</summary>
    public static int Execute(HostOptions options)
    {
        using var module = HostSession.LoadModule(options, out var info);
        var isOne = options.Class is not null || PluginReference.Parse(options.Plugin).Class is not null;
        var classes = isOne ? [info] : module.AudioModules.ToList();
        if (options.Json)
        {
            Json.Write(
                new JsonObject
                {
                    ["module"] = module.Path,
                    ["library"] = module.BinaryPath,
                    ["vendor"] = module.Factory.Vendor,
                    ["url"] = module.Factory.Url,
                    ["classes"] = new JsonArray([.. classes.Select(c => (JsonNode?)ToJson(module, c))]),
                }
            );
            return ExitCodes.Success;
        }

        var isFirst = true;
        foreach (var item in classes)
        {
            if (!isFirst)
            {
                Console.Out.WriteLine();
            }

            isFirst = false;
            Write(module, item);
        }

        return ExitCodes.Success;
    }

    /// <summary>Who made a class.</summary>
    public static string Vendor(Vst3Module module, Vst3ClassInfo info) => info.Vendor.Length > 0 ? info.Vendor : module.Factory.Vendor;

    private static JsonObject ToJson(Vst3Module module, Vst3ClassInfo info)
    {
        using var plugin = module.CreatePlugin(info);
        return new JsonObject
        {
            ["name"] = info.Name,
            ["id"] = info.Id.ToString(),
            ["subcategories"] = Json.Array(info.SubCategories.Split('|', StringSplitOptions.RemoveEmptyEntries)),
            ["vendor"] = Vendor(module, info),
            ["version"] = info.Version,
            ["sdk"] = info.SdkVersion,
            ["is_instrument"] = info.IsInstrument,
            ["latency_samples"] = plugin.LatencySamples,
            ["tail_samples"] = plugin.TailSamples == uint.MaxValue ? null : plugin.TailSamples,
            ["has_infinite_tail"] = plugin.TailSamples == uint.MaxValue,
            ["buses"] = new JsonArray([
                .. Buses(plugin)
                    .Select(b =>
                        (JsonNode?)
                            new JsonObject
                            {
                                ["media"] = b.MediaType.ToString().ToLowerInvariant(),
                                ["direction"] = b.Direction.ToString().ToLowerInvariant(),
                                ["name"] = b.Name,
                                ["channels"] = b.ChannelCount,
                                ["type"] = b.Type.ToString().ToLowerInvariant(),
                            }
                    ),
            ]),
            ["programs"] = Json.Array(plugin.GetProgramLists().SelectMany(l => l.Programs)),
            ["parameters"] = new JsonArray([.. plugin.Parameters.Select(p => (JsonNode?)ToJson(plugin, p))]),
        };
    }

    private static JsonObject ToJson(Vst3Plugin plugin, Vst3ParameterInfo parameter) =>
        new()
        {
            ["id"] = parameter.Id,
            ["name"] = parameter.Title,
            ["short_name"] = parameter.ShortTitle,
            ["unit"] = parameter.Units,
            ["steps"] = parameter.StepCount,
            ["default"] = Json.Number(parameter.DefaultNormalized),
            ["default_text"] = ParameterText.Format(plugin, parameter, parameter.DefaultNormalized),
            ["lowest_text"] = ParameterText.Format(plugin, parameter, 0),
            ["highest_text"] = ParameterText.Format(plugin, parameter, 1),
            ["is_automatable"] = parameter.Flags.HasFlag(Vst3ParameterFlags.CanAutomate),
            ["is_read_only"] = parameter.Flags.HasFlag(Vst3ParameterFlags.IsReadOnly),
            ["is_hidden"] = parameter.Flags.HasFlag(Vst3ParameterFlags.IsHidden),
            ["is_bypass"] = parameter.Flags.HasFlag(Vst3ParameterFlags.IsBypass),
            ["is_program_change"] = parameter.Flags.HasFlag(Vst3ParameterFlags.IsProgramChange),
        };

    private static IEnumerable<Vst3BusInfo> Buses(Vst3Plugin plugin) =>
        from media in new[] { Vst3MediaType.Audio, Vst3MediaType.Event }
        from direction in new[] { Vst3BusDirection.Input, Vst3BusDirection.Output }
        from bus in plugin.GetBuses(media, direction)
        select bus;

    private static void Write(Vst3Module module, Vst3ClassInfo info)
    {
        using var plugin = module.CreatePlugin(info);
        Console.Out.WriteLine(
            $"{info.Name} {info.Version} by {Vendor(module, info)} ({info.SubCategories.Replace("|", ", ", StringComparison.Ordinal)})"
        );
        foreach (var bus in Buses(plugin))
        {
            var type = bus.Type == Vst3BusType.Main ? "" : ", " + bus.Type.ToString().ToLowerInvariant();
            Console.Out.WriteLine(
                $"  {(bus.MediaType == Vst3MediaType.Audio ? "audio" : "MIDI")} {(bus.Direction == Vst3BusDirection.Input ? "in" : "out")}: "
                    + $"{bus.Name}, {bus.ChannelCount} channel{(bus.ChannelCount == 1 ? "" : "s")}{type}"
            );
        }

        Console.Out.WriteLine(
            $"  latency {plugin.LatencySamples} samples, tail "
                + (plugin.TailSamples == uint.MaxValue ? "without end" : $"{plugin.TailSamples} samples")
        );
        foreach (var list in plugin.GetProgramLists())
        {
            Console.Out.WriteLine($"  programs: {string.Join(", ", list.Programs)}");
        }

        var shown = plugin.Parameters.Where(ParameterText.IsShown).ToList();
        if (shown.Count == 0)
        {
            return;
        }

        var table = new TextTable("Parameter", "Default", "From", "To", "Kind");
        foreach (var parameter in shown)
        {
            table.Add(
                parameter.Title,
                ParameterText.Format(plugin, parameter, parameter.DefaultNormalized),
                ParameterText.Format(plugin, parameter, 0),
                ParameterText.Format(plugin, parameter, 1),
                Kind(parameter)
            );
        }

        table.Write(Console.Out);
    }

    private static string Kind(Vst3ParameterInfo parameter) =>
        parameter.Flags.HasFlag(Vst3ParameterFlags.IsBypass) ? "bypass"
        : parameter.Flags.HasFlag(Vst3ParameterFlags.IsReadOnly) ? "shown only"
        : parameter.Flags.HasFlag(Vst3ParameterFlags.IsProgramChange) ? "program"
        : parameter.StepCount == 0 ? "continuous"
        : parameter.StepCount == 1 ? "switch"
        : $"{parameter.StepCount + 1} steps";
}
