using VQWave.Vst3;

// usage: VQWave.Bundle BUNDLE.vst3
// Loads the module as a host does and writes what it says of itself to Contents/Resources.
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: VQWave.Bundle BUNDLE.vst3");
    return 2;
}

try
{
    var resources = Path.Combine(args[0], "Contents", "Resources");
    var presets = Directory.CreateDirectory(Path.Combine(resources, "presets")).FullName;
    using var module = Vst3Module.Load(args[0], "VQWave.Bundle");
    using var plugin = module.CreatePlugin();
    File.WriteAllText(Path.Combine(resources, "moduleinfo.json"), module.ToModuleInfoJson(plugin.Info.Version));
    plugin.Configure(48_000, 64);
    plugin.Activate();
    foreach (var list in plugin.GetProgramLists())
    {
        for (var program = 0; program < list.Programs.Count; program++)
        {
            plugin.SelectProgram(list.Id, program);
            plugin.Flush();
            File.WriteAllBytes(Path.Combine(presets, list.Programs[program] + ".vstpreset"), plugin.SaveState().ToPreset(plugin.Info.Id));
        }
    }

    return 0;
}
catch (Vst3Exception e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
