using Microsoft.ML.OnnxRuntime;
using VQWave.Inference;
using VQWave.Models;

namespace VQWave.Tests.Inference;

public class GeneratorStepperTests(TinyPackFixture tiny)
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 5)]
    public void A_step_allocates_nothing(int level, int batch)
    {
        using var stepper = new GeneratorStepper(tiny.Runtime, tiny.Pack, level, batch);
        for (var i = 0; i < 100; i++)
        {
            stepper.Step();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
        {
            stepper.Codes[0] = i % stepper.CodebookSize;
            stepper.Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(600, stepper.Position);
    }

    [Fact]
    public void Reset_begins_the_same_sequence_again_after_any_number_of_steps()
    {
        using var stepper = new GeneratorStepper(tiny.Runtime, tiny.Pack, 2);
        var first = Trace(stepper, 7);
        Assert.NotEqual(first[0], first[1]);
        stepper.Reset();
        Assert.Equal(first, Trace(stepper, 7));
        stepper.Reset();
        Assert.Equal(first[..4], Trace(stepper, 4));
    }

    /// <summary>Against a plain session to which each step's states are handed by their names.</summary>
    [Fact]
    public void States_are_carried_from_step_to_step()
    {
        using var stepper = new GeneratorStepper(tiny.Runtime, tiny.Pack, 1);
        var trace = Trace(stepper, 9);
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(tiny.Pack.PathOf(ModelStage.Generator, 1), options);
        using var run = new RunOptions();
        string[] states = ["h_0", "c_0", "h_1", "c_1"];
        var values = states.ToDictionary(s => s, _ => new float[12]);
        for (var i = 0; i < trace.Count; i++)
        {
            var context = Enumerable.Range(0, stepper.ContextWidth).Select(c => MathF.Sin(i + (0.7f * c))).ToArray();
            List<OrtValue> inputs =
            [
                OrtValue.CreateTensorValueFromMemory(new long[] { i * 5 % stepper.CodebookSize }, [1]),
                OrtValue.CreateTensorValueFromMemory(context, [1, context.Length]),
                .. states.Select(s => OrtValue.CreateTensorValueFromMemory(values[s], [1, 12])),
            ];
            using var outputs = session.Run(run, ["code", "context", .. states], inputs, ["logits", .. states.Select(s => $"{s}_out")]);
            var logits = outputs[0].GetTensorDataAsSpan<float>();
            for (var k = 0; k < logits.Length; k++)
            {
                Assert.Equal(logits[k], trace[i][k], 1e-5);
            }

            for (var s = 0; s < states.Length; s++)
            {
                values[states[s]] = outputs[s + 1].GetTensorDataAsSpan<float>().ToArray();
            }

            Assert.Contains(values["c_1"], v => Math.Abs(v) > 1e-4f);
            inputs.ForEach(v => v.Dispose());
        }
    }

    [Fact]
    public void Sequences_of_a_batch_are_independent()
    {
        using var batch = new GeneratorStepper(tiny.Runtime, tiny.Pack, 3, 3);
        using var single = new GeneratorStepper(tiny.Runtime, tiny.Pack, 3);
        var size = single.CodebookSize;
        var expected = Trace(single, 6);
        for (var i = 0; i < 6; i++)
        {
            for (var b = 0; b < 3; b++)
            {
                Fill(batch, b, (i * 5) + (b == 1 ? 0 : 3 + b), b == 1 ? i : i + 10 + b);
            }

            var logits = batch.Step().Slice(size, size).ToArray();
            for (var k = 0; k < size; k++)
            {
                Assert.Equal(expected[i][k], logits[k], 1e-5);
            }
        }
    }

    private static List<float[]> Trace(GeneratorStepper stepper, int steps)
    {
        var logits = new List<float[]>();
        for (var i = 0; i < steps; i++)
        {
            Fill(stepper, 0, i * 5, i);
            logits.Add(stepper.Step().ToArray());
        }

        return logits;
    }

    private static void Fill(GeneratorStepper stepper, int row, int code, int phase)
    {
        stepper.Codes[row] = code % stepper.CodebookSize;
        for (var c = 0; c < stepper.ContextWidth; c++)
        {
            stepper.Context[(row * stepper.ContextWidth) + c] = MathF.Sin(phase + (0.7f * c));
        }
    }
}
