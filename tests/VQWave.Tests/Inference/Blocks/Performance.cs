using VQWave.Generation;
using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Models;

namespace VQWave.Tests.Inference.Blocks;

/// <summary>Contexts and controls for some positions of a batch, random and of every kind, and the codes that they give in either way.</summary>
internal sealed class Performance
{
    private readonly ModelPack pack;
    private readonly int level;
    private readonly int batch;
    private readonly int count;
    private readonly int size;
    private readonly int width;
    private readonly float[] contexts;
    private readonly (float Temperature, int TopK, double Uniform, int Given)[] controls;

    public Performance(ModelPack pack, int level, int batch, int count)
    {
        (this.pack, this.level, this.batch, this.count) = (pack, level, batch, count);
        size = pack.Configuration.Levels[level].CodebookSize;
        width = pack.Configuration.Levels[level].Generator.ContextWidth;
        var random = new Random(17 + level);
        contexts = [.. Enumerable.Range(0, count * batch * width).Select(_ => (float)(random.NextDouble() - 0.5))];
        controls =
        [
            .. Enumerable
                .Range(0, count * batch)
                .Select(_ =>
                    (
                        random.Next(8) == 0 ? 0 : (float)(random.NextDouble() * 3),
                        random.Next(4) switch
                        {
                            0 => 0,
                            1 => 1 + random.Next(4),
                            2 => size + random.Next(2),
                            _ => 1 + random.Next(size),
                        },
                        random.Next(20) == 0 ? 0 : random.NextDouble(),
                        random.Next(6) == 0 ? random.Next(size) : -1
                    )
                ),
        ];
    }

    /// <summary>The codes, [count × batch], step by step.</summary>
    public long[] Step(InferenceRuntime runtime)
    {
        using var stepper = GeneratorStepper.OnOnnxRuntime(runtime, pack, level, batch);
        var sampler = new CodeSampler(size);
        var codes = new long[count * batch];
        stepper.Codes.Fill(pack.Manifest.StartCodes[level]);
        for (var i = 0; i < count; i++)
        {
            contexts.AsSpan(i * batch * width, batch * width).CopyTo(stepper.Context);
            var logits = stepper.Step();
            for (var b = 0; b < batch; b++)
            {
                var at = (i * batch) + b;
                var (temperature, topK, uniform, given) = controls[at];
                codes[at] = given >= 0 ? given : sampler.Sample(logits.Slice(b * size, size), temperature, topK, uniform);
                stepper.Codes[b] = codes[at];
            }
        }

        return codes;
    }

    /// <summary>The codes in blocks of at most the lengths asked for.</summary>
    public long[] Run(BlockGenerator blocks, Func<int, int> length)
    {
        var codes = new long[count * batch];
        var last = Enumerable.Repeat((long)pack.Manifest.StartCodes[level], batch).ToArray();
        for (var i = 0; i < count; )
        {
            var block = blocks.BlockFor(Math.Min(count - i, length(i)));
            last.CopyTo(block.Code);
            contexts.AsSpan(i * batch * width, block.Length * batch * width).CopyTo(block.Context);
            for (var k = 0; k < block.Length * batch; k++)
            {
                var (temperature, topK, uniform, given) = controls[(i * batch) + k];
                if (given >= 0)
                {
                    block.Give(k, given);
                }
                else
                {
                    block.Draw(k, temperature, topK, uniform);
                }
            }

            var written = blocks.Run(block);
            written.CopyTo(codes.AsSpan(i * batch));
            written[^batch..].CopyTo(last);
            i += block.Length;
        }

        return codes;
    }
}
