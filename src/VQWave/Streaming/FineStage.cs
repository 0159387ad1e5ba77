using VQWave.Inference;
using VQWave.Inference.Blocks;
using VQWave.Interop;
using VQWave.Models;

namespace VQWave.Streaming;

/// <summary>The second of the engine's two stages: generates the finest level and decodes the level that is heard.</summary>
/// <remarks>Threading: one caller at a time. <see cref="Render"/> allocates nothing on the managed heap; it calls ONNX Runtime.</remarks>
internal sealed class FineStage : IDisposable
{
    private const double FadeSeconds = 0.01;
    private readonly EngineSchedule schedule;
    private readonly LevelGenerator generator;
    private readonly StreamingDecoder[] decoders;
    private readonly DeviceMemory? memory;
    private readonly DeviceDecoder? deviceDecoder;
    private readonly CodeHistory[] histories;
    private readonly float[] scratch;
    private readonly int fade;

    /// <summary>Loads the graphs.</summary>
    /// <exception cref="VQWaveException">ONNX Runtime refuses a graph.</exception>
    public FineStage(InferenceRuntime runtime, ModelPack pack, EngineSchedule schedule, EngineOptions options)
    {
        this.schedule = schedule;
        Timeline = new ControlTimeline(options, schedule.Finest, 1, ticks: false);
        scratch = new float[schedule.TickSamples];
        fade = Math.Min((int)(FadeSeconds * pack.Configuration.SampleRate), schedule.TickSamples);
        decoders = new StreamingDecoder[schedule.Levels];
        histories = new CodeHistory[schedule.Levels];
        LevelGenerator? finest = null;
        memory = runtime.UsesBlocks ? new DeviceMemory(runtime) : null;
        try
        {
            SideBySide.Run([
                () => finest = new LevelGenerator(runtime, pack, schedule, schedule.Finest, memory),
                .. decoders.Select<StreamingDecoder, Action>(
                    (_, level) => () => decoders[level] = new StreamingDecoder(runtime, pack, level, schedule.CodesPerTick[level])
                ),
            ]);
            generator = finest!;
            deviceDecoder = generator.Blocks is { } blocks ? new DeviceDecoder(runtime, pack, memory!, blocks.TickBlock) : null;
        }
        catch
        {
            finest?.Dispose();
            Array.ForEach(decoders, d => d?.Dispose());
            memory?.Dispose();
            throw;
        }

        for (var level = 0; level < histories.Length; level++)
        {
            histories[level] = level == schedule.Finest ? generator.Codes : new CodeHistory(schedule.HistoryCapacity[level]);
        }
    }

    /// <summary>The controls of the finest level.</summary>
    public ControlTimeline Timeline { get; }

    /// <summary>What steps the finest level.</summary>
    public LevelEngine Engine => generator.Engine;

    /// <summary>The codes of a level, as far as this stage knows them.</summary>
    public CodeHistory Codes(int level) => histories[level];

    /// <summary>What writes the finest level's codes, for tests.</summary>
    internal LevelGenerator Generator => generator;

    /// <summary>Ticks whose decoder followed the finest level's block without the host, for tests.</summary>
    internal long DecodedOnDevice { get; private set; }

    /// <summary>Where codes are written in blocks, by the thread that runs the stage: from now on a GPU captures them.</summary>
    public void BeginCapturing()
    {
        if (memory is not null)
        {
            memory.IsCapturing = true;
        }
    }

    /// <summary>Takes over the controls of another engine's stage, which does not run.</summary>
    public void Adopt(FineStage other)
    {
        Timeline.Of(schedule.Finest) = other.Timeline.Of(other.schedule.Finest);
        Timeline.TakeOver(other.Timeline);
    }

    /// <summary>Writes a tick of samples.</summary>
    /// <param name="message">The tick.</param>
    /// <param name="inbox">Changes of the controls, and given codes.</param>
    /// <param name="output">As many samples as a tick has.</param>
    /// <exception cref="VQWaveException">ONNX Runtime fails.</exception>
    public void Render(TickMessage message, ControlInbox inbox, Span<float> output)
    {
        Timeline.Drain(inbox.Fine);
        if (schedule.Finest == 0)
        {
            Timeline.Drain(inbox.Codes);
        }

        for (var level = 0; level < message.Levels.Length; level++)
        {
            Take(histories[level], message.Levels[level]);
        }

        Generate(message);
        Sound(message, output);
        if (message.Previous >= 0)
        {
            // Both levels say the same in different detail: correlated, so that a linear crossfade keeps the loudness.
            Decode(message.Previous, message.Tick, scratch);
            for (var i = 0; i < fade; i++)
            {
                output[i] = scratch[i] + ((output[i] - scratch[i]) * ((i + 1f) / (fade + 1)));
            }
        }

        // A piece that is cut off ends, and the one after it begins, without a step; the first begins as it is.
        if (message.Begins && message.Piece > 0)
        {
            for (var i = 0; i < fade; i++)
            {
                output[i] *= (i + 1f) / (fade + 1);
            }
        }

        if (message.Ends)
        {
            var last = output.Length - 1;
            for (var i = 0; i < fade; i++)
            {
                output[last - i] *= (i + 1f) / (fade + 1);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var decoder in decoders)
        {
            decoder?.Dispose();
        }

        deviceDecoder?.Dispose();
        generator?.Dispose();
        memory?.Dispose();
    }

    private static void Take(CodeHistory history, TickMessage.LevelCodes chunk)
    {
        for (var i = 0; i < chunk.Count; i++)
        {
            if (i == 0 && chunk.Restarted)
            {
                history.Restart(chunk.From, chunk.Codes[0]);
            }
            else
            {
                history.Append(chunk.Codes[i]);
            }
        }
    }

    private void Generate(TickMessage message)
    {
        if (message.Begins)
        {
            generator.BeginPiece();
            if (message.Seed is { } seed)
            {
                Timeline.BeginPiece(schedule.Finest, message.PieceTime, message.Piece, seed);
            }
        }

        if (message.NeedFinest == 0)
        {
            generator.Rest();
            return;
        }

        var finest = schedule.Finest;
        if (!message.Begins)
        {
            generator.ResumeAt(message.Tick * schedule.CodesPerTick[finest]);
        }

        generator.GenerateTo(message.NeedFinest, finest == 0 ? null : histories[finest - 1], Timeline, message.PieceTime, message.Piece);
    }

    // The decoder follows the finest level's block on the GPU, where both are heard and nothing else; the host waits once, for the samples.
    private void Sound(TickMessage message, Span<float> output)
    {
        var follows =
            generator.Blocks is { IsQueued: true }
            && message.Sound == schedule.Finest
            && deviceDecoder!.TryQueue(generator.Codes, message.Tick * schedule.CodesPerTick[schedule.Finest]);
        if (follows)
        {
            deviceDecoder!.Finish(output);
            DecodedOnDevice++;
        }

        generator.Finish();
        if (!follows)
        {
            Decode(message.Sound, message.Tick, output);
        }
    }

    private void Decode(int level, long tick, Span<float> output) =>
        decoders[level].Decode(histories[level], tick * schedule.CodesPerTick[level], output);
}
