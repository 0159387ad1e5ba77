using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using VQWave.Training.Tests.Commands;
using VQWave.Training.Training;

namespace VQWave.Training.Tests.Distributed;

/// <summary>The program in two processes over loopback, beside the program alone on the same batches.</summary>
public sealed class DataParallelTests : IDisposable
{
    private const int Stop = 19;
    private const int Kill = 9;
    private readonly TrainingFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ema", "mse=1,stft=0.1,mel=0.1,pre=0.5", "0")]
    [InlineData("gradient", "stft", "0")]
    [InlineData("ema", "stft", "5")]
    [InlineData("ema", "stft", "0", "noise")]
    public void The_gradients_of_a_vqvae_are_those_of_one_process(
        string codebook,
        string loss,
        string unquantized,
        string gradient = "straight-through"
    )
    {
        string[] options =
        [
            "--codebook",
            codebook,
            "--loss",
            loss,
            "--unquantized-steps",
            unquantized,
            "--quantizer-gradient",
            gradient,
            "--clip",
            "1000",
        ];
        Alone([.. Vqvae(1, 1), .. options]);
        Together([.. Vqvae(1, 1), .. options]);
        AssertSameGradients("vqvae_8");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.2")]
    public void The_gradients_of_a_generator_are_those_of_one_process(string dropout)
    {
        Codecs();
        string[] options = ["--clip", "1000", "--dropout", dropout];
        Alone([.. Generator(1, 1), .. options]);
        Together([.. Generator(1, 1), .. options]);
        AssertSameGradients("generator_8");
    }

    [Theory]
    [InlineData("ema", "", "latents")]
    [InlineData("gradient", "", "latents")]
    [InlineData("ema", "gain,polarity,pitch,time", "latents")]
    [InlineData("ema", "", "split")]
    public void A_vqvae_run_ends_as_one_process_would_end_it(string codebook, string augment, string restart)
    {
        string[] options =
        [
            "--codebook",
            codebook,
            "--augment",
            augment,
            "--unquantized-steps",
            "6",
            "--restart-interval",
            "4",
            "--restart",
            restart,
            "--restart-threshold",
            "0.2",
            "--validation-dir",
            "held",
            "--checkpoint-steps",
            "3",
        ];
        Alone([.. Vqvae(10, 2), .. options]);
        Together([.. Vqvae(10, 2), .. options]);
        foreach (var part in new[] { "encoder", "decoder", "codebook" })
        {
            AssertClose($"vqvae_8_{part}.safetensors", 2e-3);
        }

        var (one, two) = (_folder.Metrics("one/vqvae_8"), _folder.Metrics("two/vqvae_8"));
        Assert.Equal(2, two.Length);
        Assert.Equal(one.Length, two.Length);
        for (var i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i]["step"], two[i]["step"]);
            Assert.Equal(one[i]["loss"], two[i]["loss"], 1e-4 * one[i]["loss"]);
            Assert.Equal(one[i]["codes_used"], two[i]["codes_used"]);
            Assert.Equal(one[i]["validation_si_sdr_db"], two[i]["validation_si_sdr_db"], 0.02);
            Assert.Equal(one[i]["validation_loss"], two[i]["validation_loss"], 1e-3 * one[i]["validation_loss"]);
        }

        Assert.Equal(BestEpoch.Read(_folder["one"], "vqvae_8")!.Epoch, BestEpoch.Read(_folder["two"], "vqvae_8")!.Epoch);
        Assert.Equal(Files("one"), Files("two"));
    }

    [Fact]
    public void A_generator_run_ends_as_one_process_would_end_it()
    {
        Codecs();
        string[] options = ["--dropout", "0.1", "--validation-dir", "held"];
        Alone([.. Generator(10, 2), .. options]);
        Together([.. Generator(10, 2), .. options]);
        AssertClose("generator_8_generator.safetensors", 1e-3);
        AssertClose("generator_8_context.safetensors", 1e-3);
        var checkpoints = (State("one", "generator_8", "tensor.h"), State("two", "generator_8", "tensor.h"));
        Check.Close(checkpoints.Item1, checkpoints.Item2, 1e-3);
        var (one, two) = (_folder.Metrics("one/generator_8"), _folder.Metrics("two/generator_8"));
        Assert.Equal(one[1]["bits_per_code"], two[1]["bits_per_code"], 1e-4);
        Assert.Equal(one[1]["validation_bits_per_code"], two[1]["validation_bits_per_code"], 1e-3);
    }

    [Theory]
    [InlineData("vqvae", 0)]
    [InlineData("vqvae", 1)]
    [InlineData("generator", 1)]
    public void A_lost_process_ends_the_others_and_the_run_goes_on_from_where_it_was(string kind, int lost)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a Unix signal.");
        var name = $"{kind}_8";
        string[] arguments;
        if (kind == "vqvae")
        {
            arguments = [.. Vqvae(40, 4), "--unquantized-steps", "6", "--restart-interval", "4", "--augment", "gain,time"];
        }
        else
        {
            Codecs();
            arguments = [.. Generator(40, 4), "--dropout", "0.1"];
        }

        arguments = [.. arguments, "--validation-dir", "held", "--checkpoint-steps", "7"];
        Together(arguments, "whole");
        var processes = StartTwo([.. arguments, "--output-dir", "two"]);
        WaitFor(() => _folder.Epochs($"two/{name}") > 1);
        TrainProgram.Signal(processes[lost], Kill);
        var watch = Stopwatch.StartNew();
        var survivor = TrainProgram.Finish(processes[1 - lost]);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
        Assert.Equal(3, survivor.ExitCode);
        var sentence = survivor.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.Contains("Another process of this run has gone", sentence, StringComparison.Ordinal);
        Assert.Contains("'--resume' to go on from", sentence, StringComparison.Ordinal);
        _ = TrainProgram.Finish(processes[lost]);
        var step = _folder.StepOf($"two/{name}");
        Assert.InRange(step, 80, 159);
        Assert.Contains($"Step {step} is kept", sentence, StringComparison.Ordinal);

        Together([.. arguments, "--resume"]);
        Assert.Equal(_folder.MetricsWithoutTime($"whole/{name}"), _folder.MetricsWithoutTime($"two/{name}"));
        Assert.Equal(File.ReadAllText(BestEpoch.PathIn(_folder["whole"], name)), File.ReadAllText(BestEpoch.PathIn(_folder["two"], name)));
        foreach (var path in Directory.GetFiles(_folder["whole"], $"{name}_*.safetensors").Where(p => !p.Contains("checkpoint")))
        {
            if (!Path.GetFileNameWithoutExtension(path).Any(char.IsDigit) || path.EndsWith("00004.safetensors", StringComparison.Ordinal))
            {
                Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(_folder[$"two/{Path.GetFileName(path)}"]));
            }
        }
    }

    [Fact]
    public void A_process_that_does_not_answer_is_given_up_after_the_timeout()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a Unix signal.");
        var processes = StartTwo([.. Vqvae(50, 2000), "--output-dir", "two"], ("VQWAVE_RANK_TIMEOUT", "4"));
        WaitFor(() => _folder.Epochs("two/vqvae_8") > 0);
        TrainProgram.Signal(processes[1], Stop);
        var stopped = DateTime.Now;
        var survivor = TrainProgram.Finish(processes[0]);
        var read = (DateTime.Now - stopped).TotalSeconds;
        TrainProgram.Signal(processes[1], Kill);
        var ended = (processes[0].ExitTime - stopped).TotalSeconds;
        var kept = (File.GetLastWriteTime(_folder["two/vqvae_8_checkpoint.safetensors"]) - stopped).TotalSeconds;

        // On a busy machine everything takes longer: what counts is that it does not wait for ever. Where it does, these say what waited.
        Assert.True(ended is > 2 and < 40, $"checkpoint after {kept:0.0} s, end after {ended:0.0} s, read by the test after {read:0.0} s");
        Assert.Equal(3, survivor.ExitCode);
        Assert.Contains("did not answer within 4 s", survivor.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["two/vqvae_8_checkpoint.safetensors"]));
    }

    [Fact]
    public void Ctrl_C_of_the_launcher_stops_all_and_any_number_of_processes_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a Unix signal.");
        string[] arguments = [.. Vqvae(50, 2000), "--output-dir", "two"];
        var outcome = TrainProgram.RunAndInterrupt(
            _folder.Path,
            () => _folder.Epochs("two/vqvae_8") > 0,
            ["launch", "--processes", "2", "--", .. arguments]
        );
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("'--resume' goes on", outcome.Error, StringComparison.Ordinal);
        var step = _folder.StepOf("two/vqvae_8");
        arguments[Array.IndexOf(arguments, "--epochs") + 1] = ((step / 50) + 1).ToString(CultureInfo.InvariantCulture);
        _folder.Run([.. arguments, "--resume"]);
        Assert.True(File.Exists(_folder["two/vqvae_8_encoder.safetensors"]));
    }

    [Fact]
    public void What_cannot_train_together_is_refused_in_one_sentence()
    {
        using (var missing = TrainProgram.Start(_folder.Path, Vqvae(1, 1), ("RANK", "1"), ("WORLD_SIZE", "2")))
        {
            TrainProgram.Finish(missing).AssertRefused(1, "MASTER_ADDR and MASTER_PORT are not set");
        }

        string[] odd = [.. Vqvae(1, 1)];
        odd[Array.IndexOf(odd, "--batch-size") + 1] = "3";
        _folder.Try(["launch", "--processes", "2", "--", .. odd]).AssertRefused(1, "--batch-size 3", "multiple of 2");
        _folder.Try(["launch", "--", "prepare", "a", "b"]).AssertRefused(1, "'prepare'");
        _folder.Try(["launch", "--processes", "0", "--", "vqvae"]).AssertRefused(1, "--processes 0");

        var port = FreePort();
        using var first = Start(0, port, [.. Vqvae(1, 1), "--seed", "1"]);
        using var second = Start(1, port, [.. Vqvae(1, 1), "--seed", "2"]);
        TrainProgram.Finish(first).AssertRefused(1, "not started alike");
        TrainProgram.Finish(second).AssertRefused(1, "not started alike");

        using var alone = Start(0, FreePort(), Vqvae(1, 1), ("VQWAVE_RANK_TIMEOUT", "1"));
        TrainProgram.Finish(alone).AssertRefused(1, "only 1 of 2 processes came within 5 s");
    }

    private static string[] Vqvae(int steps, int epochs) =>
        [.. Training("vqvae", "--model", "vqvae_8", steps, epochs), "--input-length", "1024"];

    private static string[] Generator(int steps, int epochs) =>
        [
            .. Training("generator", "--generator", "generator_8", steps, epochs),
            "--input-length",
            "4096",
            "--chunk",
            "32",
            "--vqvae-weights-dir",
            "codecs",
        ];

    private static string[] Training(string command, string option, string name, int steps, int epochs) =>
        [command, option, name, .. TrainingFolder.Data, "--batch-size", "4", "--steps", Text(steps), "--epochs", Text(epochs)];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void WaitFor(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 90);
            Thread.Sleep(10);
        }
    }

    private void Codecs()
    {
        foreach (var level in new[] { "8", "32" })
        {
            string[] arguments = [.. Vqvae(20, 1), "--unquantized-steps", "5", "--output-dir", "codecs"];
            arguments[Array.IndexOf(arguments, "vqvae_8")] = $"vqvae_{level}";
            _folder.Run(arguments);
        }
    }

    private void Alone(string[] arguments) => _folder.Run([.. arguments, "--output-dir", "one"]);

    private void Together(string[] arguments, string output = "two") =>
        _folder.Run(["launch", "--processes", "2", "--", .. arguments, "--output-dir", output]);

    private Process[] StartTwo(string[] arguments, params (string Name, string Value)[] variables)
    {
        var port = FreePort();
        return [Start(0, port, arguments, variables), Start(1, port, arguments, variables)];
    }

    private Process Start(int rank, int port, string[] arguments, params (string Name, string Value)[] variables) =>
        TrainProgram.Start(
            _folder.Path,
            arguments,
            [("MASTER_ADDR", "127.0.0.1"), ("MASTER_PORT", Text(port)), ("RANK", Text(rank)), ("WORLD_SIZE", "2"), .. variables]
        );

    // After one step of Adam the first moment is a tenth of the gradient.
    private void AssertSameGradients(string name)
    {
        var one = Safetensors.SafetensorsFile.Read(_folder[$"one/{name}_checkpoint.safetensors"]);
        var two = Safetensors.SafetensorsFile.Read(_folder[$"two/{name}_checkpoint.safetensors"]);
        var moments = one.Keys.Where(k => k.StartsWith("optimizer.exp_avg.", StringComparison.Ordinal)).ToArray();
        Assert.True(moments.Length > 5);
        var largest = moments.Max(k => Floats(one[k].Data).Max(Math.Abs));
        Assert.True(largest > 1e-5, $"the largest gradient is {10 * largest}");
        foreach (var key in moments)
        {
            var (expected, actual) = (Floats(one[key].Data), Floats(two[key].Data));
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(
                    Math.Abs(10 * (expected[i] - actual[i])) <= 1e-5 * Math.Max(1e-2, 10 * largest),
                    $"{key} {i}: {10 * expected[i]} alone, {10 * actual[i]} together"
                );
            }
        }
    }

    private void AssertClose(string file, double tolerance)
    {
        var one = Safetensors.SafetensorsFile.Read(_folder[$"one/{file}"]);
        var two = Safetensors.SafetensorsFile.Read(_folder[$"two/{file}"]);
        Assert.Equal(one.Keys.Order(StringComparer.Ordinal), two.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, tensor) in one)
        {
            Check.Close(Floats(tensor.Data), Floats(two[key].Data), tolerance);
        }
    }

    private float[] State(string folder, string name, string key) =>
        Floats(Safetensors.SafetensorsFile.Read(_folder[$"{folder}/{name}_checkpoint.safetensors"])[key].Data);

    private string[] Files(string folder) =>
        [
            .. Directory
                .GetFiles(_folder[folder], "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(_folder[folder], f))
                .Order(StringComparer.Ordinal),
        ];

    private static float[] Floats(byte[] data) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(data).ToArray();
}
