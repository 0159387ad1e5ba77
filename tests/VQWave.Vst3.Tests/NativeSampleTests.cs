using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace VQWave.Vst3.Tests;

/// <summary>The sample plug-in published by NativeAOT, loaded as any host would: through its exported functions only.</summary>
[Collection("native objects")]
public sealed class NativeSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vst3-sample").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Sample_bundle_loads_plays_and_unloads()
    {
        string bundle = MakeBundle();
        for (int round = 0; round < 3; round++)
        {
            using Vst3Module module = Vst3Module.Load(bundle, "Test host");
            Assert.Equal("Sample Vendor", module.Factory.Vendor);
            Assert.Equal(["Sample Synth", "Sample Gain äöü"], module.AudioModules.Select(info => info.Name));
            using (Vst3Plugin synth = module.CreatePlugin())
            using (Vst3Plugin gain = module.CreatePlugin("sample gain äöü"))
            {
                Assert.False(synth.IsSingleComponent);
                Assert.True(gain.IsSingleComponent);
                synth.Configure(44100, 512, Vst3ProcessMode.Offline, Vst3SampleSize.Float64);
                gain.Configure(44100, 512);
                synth.Activate();
                gain.Activate();
                synth.AddMidi(100, 0x90, 69, 127);
                synth.Block!.InputParameters.Add(1, 300, 1);
                Assert.Equal(Vst3Result.Ok, synth.Process(512));
                for (int i = 0; i < 512; i++)
                {
                    double expected = i < 100 ? 0 : (i < 300 ? 0.5 : 1) * Math.Sin(2 * Math.PI * 440 * (i - 100) / 44100);
                    Assert.Equal(expected, synth.Block.Output64(0, 0)[i], 1e-12);
                    gain.Block!.Input32(0, 0)[i] = (float)expected;
                }

                gain.SetParameter(0, 0.25);
                Assert.Equal(Vst3Result.Ok, gain.Process(512));
                Assert.Equal(gain.Block!.Input32(0, 0)[200] * 0.25f, gain.Block.Output32(0, 0)[200]);
                Vst3PluginState state = synth.SaveState();
                Assert.Equal(1.0, BitConverter.ToDouble(state.Component, 4));
                Assert.True(synth.LoadState(state));
                Assert.Equal("2.00", synth.GetParameterText(1, synth.GetParameter(1)));
            }

            using var info = JsonDocument.Parse(module.ToModuleInfoJson("1.2.3"));
            Assert.Equal("Sample", info.RootElement.GetProperty("Name").GetString());
        }
    }

    [Fact]
    public async Task Ardour_scans_the_sample()
    {
        const string Scanner = "/usr/lib/ardour7/ardour-vst3-scanner";
        Assert.SkipUnless(File.Exists(Scanner), $"{Scanner} is not there: apt-get install ardour");
        string bundle = MakeBundle();
        var start = new ProcessStartInfo(Scanner, ["-f", "-v", bundle])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["HOME"] = _folder;
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(_folder, "cache");
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(_folder, "config");
        start.Environment["LD_LIBRARY_PATH"] = "/usr/lib/ardour7";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(60)))
        {
            process.Kill();
            Assert.Fail("the scanner did not end");
        }

        string text = await output + await errors;
        Assert.True(process.ExitCode == 0, text);
        Assert.Contains("Found Plugin: Sample Synth", text, StringComparison.Ordinal);
        Assert.Contains("Found Plugin: Sample Gain äöü", text, StringComparison.Ordinal);
        Assert.Contains(
            "n_outputs=\"2\" n_aux_inputs=\"2\" n_aux_outputs=\"0\" n_midi_inputs=\"1\" n_midi_outputs=\"1\"",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_is_no_plugin_is_refused_with_a_sentence()
    {
        Assert.Contains(
            "is not there",
            Assert.Throws<Vst3Exception>(() => Vst3Module.Load(Path.Combine(_folder, "none.vst3"))).Message,
            StringComparison.Ordinal
        );
        string empty = Directory.CreateDirectory(Path.Combine(_folder, "Empty.vst3")).FullName;
        Assert.Contains("it holds nothing", Assert.Throws<Vst3Exception>(() => Vst3Module.Load(empty)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(empty, "Contents", "sparc-solaris"));
        Assert.Contains("sparc-solaris", Assert.Throws<Vst3Exception>(() => Vst3Module.Load(empty)).Message, StringComparison.Ordinal);
        string text = Path.Combine(_folder, "text.so");
        File.WriteAllText(text, "not a library");
        Assert.Contains("cannot be loaded", Assert.Throws<Vst3Exception>(() => Vst3Module.Load(text)).Message, StringComparison.Ordinal);
        Assert.Throws<Vst3Exception>(() => Vst3Module.FromFactory(0));
        const string Other = "/lib/x86_64-linux-gnu/libm.so.6";
        Assert.SkipUnless(File.Exists(Other), Other + " is not there");
        Assert.Contains("ModuleEntry", Assert.Throws<Vst3Exception>(() => Vst3Module.Load(Other)).Message, StringComparison.Ordinal);
    }

    private static string FindSample()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "SamplePlugin");
            if (File.Exists(Path.Combine(candidate, "SamplePlugin.csproj")))
            {
                return candidate;
            }
        }

        Assert.Skip("the sample's sources are not beside the test program");
        return "";
    }

    private string MakeBundle()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "the sample is published for linux-x64"
        );
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc, which links NativeAOT's output, is not installed");
        Assert.SkipUnless(File.Exists("/usr/include/zlib.h"), "zlib1g-dev, which NativeAOT needs, is not installed");
        string sample = FindSample();
        string library = Path.Combine(sample, "bin", "Release", "net9.0", "linux-x64", "publish", "SamplePlugin.so");
        string root = Path.GetFullPath(Path.Combine(sample, "..", "..", ".."));
        string[] folders = [sample, Path.Combine(root, "plugin", "VQWave.Vst3")];
        DateTime newest = folders
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs*", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Max(File.GetLastWriteTimeUtc);
        if (!File.Exists(library) || File.GetLastWriteTimeUtc(library) < newest)
        {
            Publish(sample);

            // An unchanged output keeps its date.
            File.SetLastWriteTimeUtc(library, DateTime.UtcNow);
        }

        string target = Directory.CreateDirectory(Path.Combine(_folder, "Sample.vst3", "Contents", "x86_64-linux")).FullName;
        File.Copy(library, Path.Combine(target, "Sample.so"));
        return Path.Combine(_folder, "Sample.vst3");
    }

    // Warnings are errors, those of the AOT compiler and the trimmer among them: success means that there were none.
    private static void Publish(string project)
    {
        string[] arguments =
        [
            "publish",
            project,
            "-c",
            "Release",
            "-r",
            "linux-x64",
            "--nologo",
            "-v",
            "q",
            "-m:1",
            "-nodeReuse:false",
            "-p:RunAnalyzers=false",
        ];
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), "dotnet publish did not end");
        Assert.True(process.ExitCode == 0, output.Result + errors.Result);
        Assert.DoesNotContain("warning", output.Result, StringComparison.OrdinalIgnoreCase);
    }
}
