namespace VQWave.Streaming;

// Changes to another pack while playing.
public sealed partial class LiveEngine
{
    /// <summary>
    /// Changes to another pack while playing: it is loaded on a worker, its first samples are prepared there, and the two are crossfaded
    /// between two ticks. The controls carry over. If loading fails, the old pack plays on.
    /// </summary>
    /// <param name="load">Opens the pack and makes its core, which the engine takes over.</param>
    /// <param name="cancellationToken">Looked at while waiting for an earlier change of packs.</param>
    /// <returns>Done when the new pack plays and the old one's memory is released.</returns>
    /// <exception cref="VQWaveException">The pack cannot be loaded or does not fit.</exception>
    public async Task SwapPackAsync(Func<EngineCore> load, CancellationToken cancellationToken = default)
    {
        await swapping.WaitAsync(cancellationToken);
        try
        {
            var old = Volatile.Read(ref active);
            var next = await Task.Run(() => Prepare(load, old.Core), cancellationToken);
            try
            {
                HandOver(next);
                await next.Done.Task;
            }
            catch
            {
                next.Core.Dispose();
                throw;
            }

            // The coarse thread may still be in the old core.
            while (options.Threads == 2 && IsRunning && Volatile.Read(ref planning) == old)
            {
                await Task.Delay(2, CancellationToken.None);
            }

            lock (gate)
            {
                if (threads.Length == 0)
                {
                    Adopt(old);
                }
            }

            // After a failure a thread may still be in there: memory that leaks once is better than memory that is used after its end.
            if (Volatile.Read(ref planning) != old)
            {
                old.Core.Dispose();
            }
        }
        finally
        {
            swapping.Release();
        }
    }

    private static void Refuse(Swap? refused) =>
        refused?.Done.TrySetException(new VQWaveException("The engine was stopped before the pack could change: start it and try again."));

    private Swap Prepare(Func<EngineCore> load, EngineCore old)
    {
        var core = load();
        try
        {
            CheckUnused(core);
            if (core.SampleRate != SampleRate)
            {
                throw new VQWaveException(
                    $"'{core.Pack.Manifest.Name}' is at {core.SampleRate} Hz and cannot follow a pack at {SampleRate} Hz while playing: stop first."
                );
            }

            // As many ticks of the new pack as cover the ticks of the old one that the crossfade takes.
            var fade = Math.Max(1, (int)(options.SwapSeconds * SampleRate));
            var covered = (fade + old.TickSamples - 1) / old.TickSamples * old.TickSamples;
            var samples = new float[(covered + core.TickSamples - 1) / core.TickSamples * core.TickSamples];
            for (var at = 0; at < samples.Length; at += core.TickSamples)
            {
                core.ProduceTick(samples.AsSpan(at, core.TickSamples));
            }

            return new Swap(core, samples, fade);
        }
        catch
        {
            core.Dispose();
            throw;
        }
    }

    private void HandOver(Swap next)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (fault is { } problem)
            {
                throw new VQWaveException($"The engine has stopped: {problem.Message}", problem);
            }

            if (threads.Length > 0)
            {
                Interlocked.Exchange(ref incoming, next);
                if (fault is not null)
                {
                    // The thread that would have taken it may be gone.
                    Refuse(Interlocked.Exchange(ref incoming, null));
                }

                return;
            }

            // Nothing plays: no crossfade is needed.
            next.Origin = ring.Written;
            Write(next.Samples);
            Activate(next);
        }
    }

    // Two packs know nothing of each other: uncorrelated, so that an equal-power crossfade keeps the loudness.
    private void Mix(Span<float> samples)
    {
        if (swap is null)
        {
            swap = Interlocked.Exchange(ref incoming, null);
            if (swap is null)
            {
                return;
            }

            swap.Origin = ring.Written;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            var angle = Math.Min(1, (swap.At + 1.0) / (swap.Fade + 1)) * (Math.PI / 2);
            samples[i] = (float)((samples[i] * Math.Cos(angle)) + (swap.Samples[swap.At] * Math.Sin(angle)));
            swap.At++;
        }
    }

    private void Activate(Swap next)
    {
        var old = active;
        var pipeline = new Pipeline(next.Core, next.Origin);
        next.Core.Fine.Adopt(old.Core.Fine);
        if (buffer.Length < next.Core.TickSamples)
        {
            buffer = new float[next.Core.TickSamples];
        }

        governor?.Reset(next.Core.Schedule.Finest, options.Governor?.Floor ?? next.Core.ReliefFloor);
        Volatile.Write(ref governed, governor?.Limit ?? -1);
        Volatile.Write(ref active, pipeline);
        if (options.Threads == 1)
        {
            Adopt(old);
        }

        freed.Set();
        next.Done.TrySetResult();
    }

    // On the thread that plans: from here on the controls of the coarse levels are the new core's.
    private void Adopt(Pipeline old)
    {
        var next = Volatile.Read(ref active);
        if (next == planning)
        {
            return;
        }

        next.Core.Coarse.Adopt(old.Core.Coarse, next.Origin);
        Volatile.Write(ref planning, next);
    }

    /// <summary>A core that is to replace the one that plays, with its first samples.</summary>
    private sealed class Swap(EngineCore core, float[] samples, int fade)
    {
        public EngineCore Core { get; } = core;

        public float[] Samples { get; } = samples;

        public int Fade { get; } = fade;

        public int At { get; set; }

        public long Origin { get; set; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
