using System.Text.Json;
using VQWave.Models;
using VQWave.TestSupport;

namespace VQWave.Training.Tests.Commands;

public sealed class BenchBindingTests
{
    /// <summary>The step in C++ is a second implementation: losses that stay equal while weights change say that all of the step is equal.</summary>
    [Fact]
    public void Steps_in_cpp_have_the_same_losses_and_ours_leave_no_tensors()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tiny.json"], HierarchyConfigurationJson.Serialize(TinyHierarchy.Create()));
        var outcome = TrainProgram
            .Run(folder.Path, ["bench-binding", "--preset", "tiny.json", "--steps", "12", "--batch-size", "2", "--json"])
            .AssertSuccess();
        using var document = JsonDocument.Parse(outcome.Output);
        var rows = document.RootElement.EnumerateArray().ToArray();
        Assert.Equal(["vqvae_8", "generator_32"], rows.Select(r => r.GetProperty("step").GetString()));
        Assert.All(
            rows,
            row =>
            {
                Assert.Equal(0, row.GetProperty("tensors_left").GetInt64());
                Assert.InRange(row.GetProperty("largest_loss_difference").GetDouble(), 0, 1e-6);
                Assert.InRange(row.GetProperty("ratio").GetDouble(), 0.1, 20);
            }
        );
        TrainProgram.Run(folder.Path, ["bench-binding", "--steps", "1"]).AssertRefused(1, "--steps 1");
    }
}
