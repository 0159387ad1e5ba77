using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using VQWave.Models;
using VQWave.OnnxExport;
using VQWave.Safetensors;

namespace VQWave.KerasImport.Tests;

/// <summary>The Python project's own 8x weights against what an independent implementation made of them.</summary>
public sealed class ReferenceWeightsTests : IDisposable
{
    private readonly string output = Directory.CreateTempSubdirectory("vqwave-keras-").FullName;

    public void Dispose() => Directory.Delete(output, recursive: true);

    [Fact]
    public void Imported_8x_codes_and_samples_are_those_of_the_reference()
    {
        var data = ReferenceData.RequireFolder();
        var report = KerasWeightsImporter.Import(data, output, Presets.Head);

        Assert.Equal(["vqvae_8_encoder", "vqvae_8_codebook", "vqvae_8_decoder"], report.Imported.Select(i => i.Network));
        Assert.Equal(19 - 3, report.Missing.Count);
        Assert.Empty(report.Skipped);
        Assert.Equal(3, Directory.GetFiles(output).Length);

        var input = Raw<float>(data, "input.f32");
        var latents = Run<float, float>(
            StageGraphs.Encoder(Presets.Head, 3, Weights("encoder")),
            "audio",
            input,
            [1, input.Length],
            "latents"
        );
        var codes = Run<float, long>(
            StageGraphs.Codebook(Presets.Head, 3, Weights("codebook")),
            "latents",
            latents,
            [1, input.Length / 8, 32],
            "codes"
        );
        var expectedCodes = Array.ConvertAll(Raw<int>(data, "codes.i32"), c => (long)c);
        Assert.Equal(expectedCodes.Length, codes.Length);
        var equal = codes.Zip(expectedCodes).Count(p => p.First == p.Second);
        TestContext.Current.SendDiagnosticMessage($"{equal} of {codes.Length} codes equal");
        Assert.True(equal >= 0.999 * codes.Length, $"{equal} of {codes.Length} codes are equal");

        var audio = Run<long, float>(
            StageGraphs.Decoder(Presets.Head, 3, Weights("decoder"), Weights("codebook")),
            "codes",
            expectedCodes,
            [1, expectedCodes.Length],
            "audio"
        );
        var expected = Raw<float>(data, "output.f32");
        Assert.Equal(expected.Length, audio.Length);
        var worst = audio.Zip(expected).Max(p => Math.Abs(p.First - p.Second));
        TestContext.Current.SendDiagnosticMessage($"samples differ by {worst}");
        Assert.True(worst <= 1e-4, $"samples differ by {worst}");
    }

    [Fact]
    public void Other_configuration_is_refused_with_both_shapes()
    {
        var data = ReferenceData.RequireFolder();
        var e = Assert.Throws<VQWaveException>(() =>
            KerasWeightsImporter.Import(
                data,
                output,
                Presets.Head with
                {
                    Name = "other",
                    Levels = [.. Presets.Head.Levels.Take(3), Presets.Head.Levels[3] with { CodebookSize = 512 }],
                }
            )
        );
        Assert.Contains("vqvae_8_codebook.weights.h5", e.Message, StringComparison.Ordinal);
        Assert.Contains("(1024, 32)", e.Message, StringComparison.Ordinal);
        Assert.Contains("(512, 32)", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(output));
    }

    private static T[] Raw<T>(string folder, string name)
        where T : struct => MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Path.Combine(folder, name))).ToArray();

    private static TOut[] Run<TIn, TOut>(byte[] graph, string input, TIn[] data, long[] shape, string output)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(graph, options);
        using var run = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(data, shape);
        using var results = session.Run(run, [input], [value], [output]);
        return results[0].GetTensorDataAsSpan<TOut>().ToArray();
    }

    private Dictionary<string, WeightTensor> Weights(string part) =>
        SafetensorsFile
            .Read(Path.Combine(output, $"vqvae_8_{part}.safetensors"))
            .ToDictionary(t => t.Key, t => new WeightTensor(t.Value.Shape, t.Value.ToFloats()), StringComparer.Ordinal);
}
