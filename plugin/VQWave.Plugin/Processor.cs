using VQWave.Controls;
using VQWave.Instruments;
using VQWave.Streaming.Resampling;
using VQWave.Vst3;

namespace VQWave.Plugin;

/// <summary>The sounding half: an instrument behind the host's blocks, parameters, events and transport.</summary>
/// <remarks>
/// <para>
/// Live, <see cref="Process"/> allocates nothing, locks nothing and waits for nothing: packs are loaded and disposed of on <see cref="Workshop"/>'s
/// thread and handed over through single references. Offline (a host's offline mode) it waits for exact samples and for the pack.
/// </para>
/// <para>
/// The same project gives the same samples: offline, the piece begins anew from its seed, with no history, when the host activates the
/// plug-in, turns to offline mode, starts the transport or jumps. Live, a start or a jump in free run resets the piece without a wait.
/// </para>
/// <para>
/// Latency. A note sounds from its own frame on, so in notes mode there is none. In free run nothing sounds from a frame but what the engine has
/// generated ahead: a control of the finest level is heard after the buffer, a tick, and the decoder's and the resampler's delays. That is the
/// latency that is reported, and what would act at once (gain, pitch, bypass, the piece's beginning offline) is held back by as much: so after the
/// host's compensation automation and sound lie on each other in the project. Coarser levels answer later still: they are
/// generated further ahead.
/// </para>
/// </remarks>
internal sealed partial class Processor : Vst3Component
{
    private const double FadeSeconds = 0.01;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);

    private readonly PackCatalog catalog = PackCatalog.Acquire();
    private readonly ParameterValues values = new();
    private readonly MidiMap map = new();
    private readonly PresetBank presets = new();
    private readonly Lock work = new();
    private readonly Vst3Bus output;

    // What other threads hand over.
    private Voice? incoming;
    private Voice? retired;
    private Voice? returned;
    private int wantedPack;
    private int failedPack = -1;
    private int program;
    private volatile PluginStatus stateProblem = PluginStatus.Ready;
    private volatile bool isEnabled;
    private volatile bool isOpen;
    private volatile bool isLive;
    private volatile int frameRate = 48_000;
    private volatile float announcedMode;
    private volatile float announcedBuffer;
    private volatile uint announcedLatency;
    private int madePack = -1;

    // The main thread's.
    private PluginState loaded = new();
    private byte[]? kept;
    private byte[] keptAs = [];
    private double resamplerDelay;

    // The audio thread's, or the main thread's while the plug-in is not active.
    private Voice? voice;
    private float[] block = [];
    private float fade;
    private bool wasExact;
    private bool restartPending;
    private bool wasPlaying;
    private long expectedPosition;
    private int silentLead;

    public Processor()
    {
        output = AddAudioBus(Vst3BusDirection.Output, "Out", Vst3SpeakerArrangement.Stereo);
        AddEventBus(Vst3BusDirection.Input, "MIDI");
        announcedMode = values[ParameterId.Mode];
        announcedBuffer = values[ParameterId.Buffer];
        InitializeEvents();
        Array.Fill(editedAt, Never);
    }

    public override Vst3Uid? ControllerClassId => PluginFactory.ControllerId;

    // What the host has read is what a change is told against.
    public override uint LatencySamples => announcedLatency = (uint)Latency();

    public override uint TailSamples => uint.MaxValue;

    public override Vst3ContextRequirements ContextRequirements => Vst3ContextRequirements.TransportState;

    /// <summary>On the workshop's thread: loads what is wanted, and disposes of what is done with.</summary>
    public void Maintain()
    {
        lock (work)
        {
            if (!isOpen)
            {
                return;
            }

            Interlocked.Exchange(ref retired, null)?.Dispose();
            if (Interlocked.Exchange(ref returned, null) is { } again)
            {
                Publish(again);
            }

            var wanted = Volatile.Read(ref wantedPack);
            if (!isEnabled || wanted < 0 || wanted >= catalog.Packs.Count || wanted == madePack || wanted == failedPack)
            {
                return;
            }

            try
            {
                Voice made = new(catalog.Packs[wanted], wanted);
                madePack = wanted;
                Volatile.Write(ref failedPack, -1);
                Publish(made);
            }
            catch (Exception e) when (e is VQWaveException or IOException or OutOfMemoryException or DllNotFoundException)
            {
                madePack = -1;
                Volatile.Write(ref failedPack, wanted);
            }
        }
    }

    /// <summary>Waits until the workshop's thread is not at this instance, which it does not look at any more.</summary>
    public void WaitForWork()
    {
        lock (work)
        {
            isOpen = false;
        }
    }

    protected override void OnInitialize()
    {
        isOpen = true;
        Workshop.Enter(this);
    }

    protected override void OnTerminate()
    {
        isEnabled = false;
        Workshop.Leave(this);
        voice?.Dispose();
        voice = null;
        Interlocked.Exchange(ref incoming, null)?.Dispose();
        Interlocked.Exchange(ref retired, null)?.Dispose();
        Interlocked.Exchange(ref returned, null)?.Dispose();
        madePack = -1;
    }

    protected override void OnReleased() => PackCatalog.Release();

    protected override bool SupportsSampleSize(Vst3SampleSize size) => true;

    protected override bool OnSetArrangements(ReadOnlySpan<ulong> inputs, ReadOnlySpan<ulong> outputs) =>
        inputs.Length == 0
        && outputs.Length <= 1
        && (outputs.Length == 0 || outputs[0] is Vst3SpeakerArrangement.Stereo or Vst3SpeakerArrangement.Mono);

    protected override bool OnSetup(Vst3ProcessSetup setup)
    {
        var rate = (int)Math.Round(setup.SampleRate);
        if (rate is < StreamingResampler.MinimumRate or > StreamingResampler.MaximumRate)
        {
            return false;
        }

        if (!IsActive)
        {
            if (block.Length < setup.MaxBlockFrames || block.Length == 0)
            {
                block = new float[Math.Max(1, setup.MaxBlockFrames)];
            }

            frameRate = rate;
            resamplerDelay = new StreamingResampler(ModelRate(), rate, Instrument.MaximumPitch).DelaySeconds;
            isEnabled = true;
            Workshop.Ring();
        }

        return true;
    }

    protected override void OnSetActive(bool active)
    {
        if (!active)
        {
            isLive = false;
            voice?.End();
            SettleHeld();
            ClearEvents();
            SettleEdits();
            return;
        }

        if (Interlocked.Exchange(ref incoming, null) is { } next)
        {
            voice?.Dispose();
            voice = next;
        }

        var exact = Setup.ProcessMode == Vst3ProcessMode.Offline;
        isLive = !exact;
        if (!exact && voice is not null)
        {
            voice.Begin(values, map, frameRate, isExact: false);
        }

        delay = Latency();
        wasExact = exact;
        restartPending = exact;
        wasPlaying = false;
        silentLead = 0;
        fade = 0;
        Workshop.Ring();
    }

    protected override void OnSetProcessing(bool processing)
    {
        if (processing)
        {
            // What sounds on after a pause comes in without a step.
            fade = 0;
            restartPending = true;
            wasPlaying = false;
        }
    }

    protected override void Process(in Vst3ProcessData data)
    {
        var exact = data.Mode == Vst3ProcessMode.Offline || Setup.ProcessMode == Vst3ProcessMode.Offline;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            ProcessBlock(in data, exact);
        }
        catch (VQWaveException) when (exact)
        {
            // The engine's fault shows as the status.
            data.ClearOutputs();
        }

        if (!exact)
        {
            Counters.CountBlock(GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private void ProcessBlock(in Vst3ProcessData data, bool exact)
    {
        var frames = data.FrameCount;
        isLive = !exact;
        restartPending |= exact && !wasExact;
        wasExact = exact;
        var started = frames > 0 && FollowTransport(in data);
        if (dropsHeld)
        {
            // A state was loaded: what was set before it counts no more.
            dropsHeld = false;
            ClearEvents();
        }

        Gather(in data);
        if (!exact)
        {
            restartPending = false;
            TakeVoice();
            AdoptLatency();
            if (started && values[ParameterId.Mode] == (float)PlayMode.FreeRun)
            {
                values.Fire(ParameterId.Reset);
            }
        }
        else if (frames > 0)
        {
            AwaitVoice();
            if (restartPending || started)
            {
                RestartExactly();
            }
        }

        if (voice is { Instrument: { } instrument, Engine: { } engine })
        {
            instrument.IsExact = exact;
            engine.IsGoverned = !exact;
        }

        var samples = block.AsSpan(0, frames);
        Render(samples, Arrange(frames));
        if (!exact)
        {
            Fade(samples);
        }

        Write(in data, samples);
        Report(in data);
        Volatile.Write(ref blocks, blocks + 1);
    }

    private void Render(Span<float> samples, ReadOnlySpan<InstrumentEvent> events)
    {
        if (voice?.Instrument is not { } instrument)
        {
            samples.Clear();
            ApplyWithoutSound(events);
            return;
        }

        // Offline in free run the piece begins as late as the latency that the host takes away again.
        var lead = Math.Min(silentLead, samples.Length);
        silentLead -= lead;
        samples[..lead].Clear();
        instrument.Render(samples[lead..], Shift(events, lead));
    }

    // Whether the transport has started or jumped.
    private bool FollowTransport(in Vst3ProcessData data)
    {
        // Some hosts round positions.
        const int Tolerance = 32;
        if (!data.HasContext)
        {
            return false;
        }

        var context = data.Context;
        var playing = (context.State & Vst3ContextFlags.Playing) != Vst3ContextFlags.None;
        var started = playing && (!wasPlaying || Math.Abs(context.ProjectTimeSamples - expectedPosition) > Tolerance);
        wasPlaying = playing;
        expectedPosition = context.ProjectTimeSamples + data.FrameCount;
        return started;
    }

    // Live: the next voice comes when the present one has faded out.
    private void TakeVoice()
    {
        if (voice is { } present && (present.Instrument is null || present.FrameRate != frameRate))
        {
            // It was made for another rate or for offline work, and is begun again on the workshop's thread.
            if (Interlocked.CompareExchange(ref returned, present, null) is null)
            {
                voice = null;
                fade = 0;
            }

            return;
        }

        if (Volatile.Read(ref incoming) is null || (voice is not null && (fade > 0 || Volatile.Read(ref retired) is not null)))
        {
            return;
        }

        if (voice is not null)
        {
            Volatile.Write(ref retired, voice);
        }

        voice = Interlocked.Exchange(ref incoming, null);
        fade = 0;
    }

    private void Fade(Span<float> samples)
    {
        var isLeaving = voice is not null && Volatile.Read(ref incoming) is not null;
        if (fade >= 1 && !isLeaving)
        {
            return;
        }

        var step = (float)(1 / (FadeSeconds * frameRate)) * (isLeaving ? -1 : 1);
        for (var i = 0; i < samples.Length; i++)
        {
            fade = Math.Clamp(fade + step, 0, 1);
            samples[i] *= fade;
        }
    }

    // Offline.
    private void AwaitVoice()
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (catalog.Packs.Count > 0 && Environment.TickCount64 < deadline)
        {
            if (Interlocked.Exchange(ref incoming, null) is { } next)
            {
                voice?.Dispose();
                voice = next;
                restartPending = true;
            }

            var wanted = Volatile.Read(ref wantedPack);
            if (voice?.PackIndex == wanted || Volatile.Read(ref failedPack) == wanted)
            {
                break;
            }

            Counters.CountWait();
            Workshop.Ring();
            Thread.Sleep(Look);
        }

        restartPending |= voice is { Instrument: null };
    }

    // Offline.
    private void RestartExactly()
    {
        restartPending = false;
        SettleFirstFrame();
        delay = Latency(values[ParameterId.Mode], values[ParameterId.Buffer]);
        silentLead = delay;
        fade = 1;
        voice?.Begin(values, map, frameRate, isExact: true);
    }

    private void Publish(Voice made)
    {
        if (isLive && made.FrameRate != frameRate)
        {
            made.Begin(values, map, frameRate, isExact: false);
        }

        Interlocked.Exchange(ref incoming, made)?.Dispose();
    }

    private int ModelRate() => catalog.Packs.Count > 0 ? WantedChoice()!.SampleRate : 22_050;

    private PackChoice? WantedChoice()
    {
        var wanted = Volatile.Read(ref wantedPack);
        return wanted >= 0 && wanted < catalog.Packs.Count ? catalog.Packs[wanted] : null;
    }

    private int Latency() => Latency(announcedMode, announcedBuffer);

    private int Latency(float mode, float buffer)
    {
        if (mode == (float)PlayMode.Notes || WantedChoice() is not { } choice)
        {
            return 0;
        }

        var ring = ParameterTable.RingDepth(buffer, choice.Tick, choice.SampleRate);
        return (int)Math.Round((((double)(ring + choice.FinestLead) / choice.SampleRate) + resamplerDelay) * frameRate);
    }

    private void Write(in Vst3ProcessData data, ReadOnlySpan<float> samples)
    {
        var isSilent = samples.IndexOfAnyExcept(0f) < 0;
        for (var b = 0; b < data.OutputCount; b++)
        {
            var bus = data.Output(b);
            if (isSilent || b > 0 || !output.IsActive)
            {
                bus.Clear();
                continue;
            }

            for (var channel = 0; channel < bus.ChannelCount; channel++)
            {
                if (data.SampleSize == Vst3SampleSize.Float64)
                {
                    var target = bus.Channel64(channel);
                    for (var i = 0; i < target.Length; i++)
                    {
                        target[i] = samples[i];
                    }
                }
                else
                {
                    var target = bus.Channel32(channel);
                    samples[..target.Length].CopyTo(target);
                }
            }

            bus.SilenceFlags = 0;
        }
    }
}
