using VQWave.OnnxExport;
using VQWave.Torch;
using VQWave.Torch.Modules;

namespace VQWave.Training.Tests;

/// <summary>Comparisons and conversions that several tests share.</summary>
internal static class Check
{
    /// <summary>Asserts that values agree within <paramref name="tolerance"/> of the larger of 1 and the value.</summary>
    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs((double)expected[i] - actual[i]);
            Assert.True(
                difference <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"value {i} is {actual[i]}, {difference} from {expected[i]}"
            );
        }
    }

    public static void Load(Module module, IReadOnlyDictionary<string, WeightTensor> weights)
    {
        using var scope = torch.NewDisposeScope();
        module.load_state_dict(weights.ToDictionary(p => p.Key, p => torch.tensor(p.Value.Data, p.Value.Shape)));
    }

    public static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return torch.live_tensors;
    }

    /// <summary>Asserts a refusal in one sentence.</summary>
    public static VQWaveException Refused(Action action, params string[] parts)
    {
        var e = Assert.Throws<VQWaveException>(action);
        Assert.DoesNotContain('\n', e.Message);
        Assert.All(parts, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        return e;
    }
}
