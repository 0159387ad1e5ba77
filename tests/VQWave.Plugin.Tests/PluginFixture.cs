using System.Diagnostics;
using System.Runtime.InteropServices;
using VQWave.TestSupport;
using VQWave.Vst3;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(VQWave.Plugin.Tests.PluginFixture))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace VQWave.Plugin.Tests;

/// <summary>The built bundle, and two small packs that the environment names.</summary>
public sealed class PluginFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private nint library;

    public PluginFixture()
    {
        TinyModel.Write(folder["a-tiny"], TinyModel.Configuration(), 1, "First");
        TinyModel.Write(folder["b-tiny"], TinyModel.Configuration(), 2, "Second");
        // The module reads the process's environment, of which .NET hands its own programs a copy.
        Assert.Equal(0, SetVariable("VQWAVE_MODELS", folder.Path, 1));
        Assert.Equal(0, SetVariable("XDG_DATA_HOME", folder["none"], 1));
        Assert.Equal(0, SetVariable("XDG_CACHE_HOME", folder["cache"], 1));
    }

    public string Models => folder.Path;

    public string Bundle { get; } = FindBundle();

    public void Dispose() => folder.Dispose();

    public Vst3Module Load()
    {
        Assert.SkipWhen(Bundle.Length == 0, "bin/VQWave.vst3 is not built: make plugin");
        return Vst3Module.Load(Bundle, "Test host");
    }

    /// <summary>The plug-in, configured for exact work.</summary>
    public static Vst3Plugin Open(
        Vst3Module module,
        int rate = 48_000,
        int block = 8192,
        Vst3ProcessMode mode = Vst3ProcessMode.Offline,
        Vst3SampleSize size = Vst3SampleSize.Float32
    )
    {
        var plugin = module.CreatePlugin();
        plugin.Configure(rate, block, mode, size);
        return plugin;
    }

    /// <summary>A reading of the module's own counters; see Counters in the plug-in.</summary>
    public unsafe long Counter(int which)
    {
        if (library == 0)
        {
            library = NativeLibrary.Load(Vst3Module.FindBinary(Bundle));
        }

        return ((delegate* unmanaged<int, long>)NativeLibrary.GetExport(library, "VQWaveCounter"))(which);
    }

    /// <summary>Runs live blocks until the pack plays.</summary>
    public static void AwaitSound(Vst3Plugin plugin)
    {
        var watch = Stopwatch.StartNew();
        var status = plugin.FindParameter("Status")!.Id;
        while (watch.Elapsed < TimeSpan.FromSeconds(60))
        {
            Assert.Equal(Vst3Result.Ok, plugin.Process(64));
            plugin.Pump();
            if (plugin.GetParameterText(status, plugin.GetParameter(status)) != "loading")
            {
                return;
            }

            Thread.Sleep(2);
        }

        Assert.Fail("the pack was not loaded in a minute");
    }

    private static string FindBundle()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            var bundle = Path.Combine(at, "bin", "VQWave.vst3");
            if (Directory.Exists(bundle))
            {
                return bundle;
            }
        }

        return "";
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetVariable(string name, string value, int overwrite);
}
