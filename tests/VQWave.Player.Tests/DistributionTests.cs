using System.Diagnostics;
using VQWave.Player.Tests.Live;
using VQWave.TestSupport;

namespace VQWave.Player.Tests;

/// <summary>The archive of 'make dist', unpacked and installed as a user does, with the system's .NET out of the way.</summary>
public sealed class DistributionTests(PlayerFixture player) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_runs_on_the_runtime_inside_and_plays_what_the_build_plays()
    {
        var root = Unpack();
        var trace = folder["trace.txt"];
        var start = Describe(Path.Combine(root, "bin", "vqwave"), "generate", "--seconds", "1", "--seed", "5", "--output", "here.wav");
        start.Environment["COREHOST_TRACE"] = "1";
        start.Environment["COREHOST_TRACEFILE"] = trace;
        PlayerFixture.Run(start).AssertSuccess();
        var built = player.Describe(folder.Path, ["generate", "--seconds", "1", "--seed", "5", "--output", "built.wav"]);
        built.Environment["VQWAVE_MODELS"] = Path.Combine(root, "models");
        PlayerFixture.Run(built).AssertSuccess();
        Assert.Equal(File.ReadAllBytes(folder["built.wav"]), File.ReadAllBytes(folder["here.wav"]));

        var text = File.ReadAllText(trace);
        var system = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(typeof(object).Assembly.Location)))!;
        Assert.Contains(Path.Combine("lib", "dotnet", "host", "fxr"), text);
        Assert.DoesNotContain(system + "/", text);
    }

    [Fact]
    public void It_serves_the_live_surface()
    {
        var root = Unpack();
        var start = Describe(
            Path.Combine(root, "bin", "vqwave"),
            "play",
            "--silent",
            "--ui",
            "--no-browser",
            "--no-midi",
            "--json",
            "--fresh"
        );
        using var program = LiveProgram.Start(start);
        var told = program.WaitFor("message", 0, m => (string?)m["kind"] == "surface");
        Assert.False((bool)told["problem"]!, (string?)told["text"]);
        Assert.Contains("http://127.0.0.1:", (string?)told["text"]);
        program.Finish();
    }

    [Fact]
    public void It_installs_and_uninstalls_the_program_and_the_plugin()
    {
        var root = Unpack();
        var outcome = PlayerFixture.Run(Describe(Path.Combine(root, "install.sh"))).AssertSuccess();
        Assert.Contains("installed", outcome.Output);
        // What was unpacked may go.
        Directory.Delete(root, recursive: true);
        var program = folder["home/.local/bin/vqwave"];
        Assert.Contains("live-keys", PlayerFixture.Run(Describe(program, "models", "--verify")).AssertSuccess().Output);
        var listed = PlayerFixture.Run(Describe(program, "host", folder["home/.vst3/VQWave.vst3"], "--list")).AssertSuccess();
        Assert.StartsWith("VQWave ", listed.Output);

        var again = Unpack();
        PlayerFixture.Run(Describe(Path.Combine(again, "install.sh"))).AssertSuccess();
        PlayerFixture.Run(Describe(Path.Combine(again, "install.sh"), "--uninstall")).AssertSuccess();
        Assert.Empty(Directory.EnumerateFiles(folder["home"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_cannot_be_installed_is_refused_and_leaves_nothing()
    {
        var root = Unpack();
        var install = Path.Combine(root, "install.sh");
        PlayerFixture.Run(Describe(install, "--prefix")).AssertRefused(2, "--prefix needs a folder");
        PlayerFixture.Run(Describe(install, "--everywhere")).AssertRefused(2, "'--everywhere'");
        using (var damaged = File.OpenWrite(Path.Combine(root, "lib", "vqwave", "VQWave.Core.dll")))
        {
            damaged.Seek(5000, SeekOrigin.Begin);
            damaged.WriteByte(0xA5);
            damaged.WriteByte(0x5A);
        }

        PlayerFixture.Run(Describe(install)).AssertRefused(1, "damaged");
        Assert.False(Directory.Exists(folder["home/.local"]));
        Assert.False(Directory.Exists(folder["home/.vst3"]));
    }

    [Fact]
    public void It_holds_the_licences_of_what_is_inside()
    {
        var root = Unpack();
        string[] ours =
        [
            "vqwave",
            "VQWave.Core",
            "VQWave.Devices",
            "VQWave.Analysis",
            "VQWave.Vst3",
            "VQWave.SurfaceLink",
            "vqwave-surface",
        ];
        var others = Directory
            .GetFiles(Path.Combine(root, "lib", "vqwave"), "*.dll")
            .Select(p => Path.GetFileNameWithoutExtension(p))
            .Except(ours)
            .ToList();
        Assert.Equal(["Microsoft.ML.OnnxRuntime", "Spectre.Console", "System.CommandLine"], others.Order(StringComparer.Ordinal));
        string[] wanted =
        [
            "dotnet-LICENSE.txt",
            "dotnet-ThirdPartyNotices.txt",
            "onnxruntime-ThirdPartyNotices.txt",
            "onnxruntime-package-LICENSE.txt",
            "Spectre.Console-LICENSE.txt",
            "System.CommandLine-LICENSE.txt",
            "preact-LICENSE.txt",
            "preact-signals-LICENSE.txt",
            "preact-signals-core-LICENSE.txt",
        ];
        Assert.All(wanted, name => Assert.True(new FileInfo(Path.Combine(root, "licenses", name)).Length > 500, name));
    }

    private string Unpack()
    {
        var repository = new DirectoryInfo(AppContext.BaseDirectory);
        while (repository is not null && !File.Exists(Path.Combine(repository.FullName, "VQWave.sln")))
        {
            repository = repository.Parent;
        }

        var archives = repository is null ? "" : Path.Combine(repository.FullName, "bin", "dist");
        var archive = Directory.Exists(archives) ? Directory.GetFiles(archives, "vqwave-*.tar.gz").MaxBy(File.GetLastWriteTimeUtc) : null;
        Assert.SkipWhen(archive is null, "the archive is not built: make dist");
        PlayerFixture.Run(Describe("tar", "-xzf", archive!)).AssertSuccess();
        return folder[Path.GetFileName(archive!)[..^".tar.gz".Length]];
    }

    private ProcessStartInfo Describe(string program, params string[] arguments)
    {
        var start = player.Describe(folder.Path, arguments);
        start.FileName = program;
        start.Environment.Remove("VQWAVE_MODELS");
        start.Environment.Remove("DOTNET_ROOT");
        start.Environment["HOME"] = Directory.CreateDirectory(folder["home"]).FullName;
        return start;
    }
}
