using VQWave.Controls;
using VQWave.Devices;
using VQWave.Models;
using VQWave.Player.Hosting;
using VQWave.Streaming;

namespace VQWave.Player.Live;

// What a user does, and what must be looked after meanwhile.
internal sealed partial class LiveSession
{
    private const int KeepMilliseconds = 40;
    private const double SaveSeconds = 3;
    private long savedVersion;
    private double lastChange;
    private long seenVersion;
    private bool faultTold;
    private bool followTold;
    private string? takeProblemTold;
    private Task? packChange;
    private string? packWanted;
    private volatile string? packTried;

    /// <inheritdoc/>
    public void Recall(Preset preset)
    {
        preset.ApplyTo(Values);
        Volatile.Write(ref this.preset, preset);
        Tell("preset", $"Preset '{preset.Name}'.", false);
    }

    /// <inheritdoc/>
    public void RecallNext(int step)
    {
        var all = Presets.Presets;
        if (all.Count == 0)
        {
            return;
        }

        var at = preset is { } now ? all.ToList().FindIndex(p => p.Name == now.Name) : -1;
        var next = at < 0 ? (step > 0 ? 0 : all.Count - 1) : ((at + step) % all.Count + all.Count) % all.Count;
        Recall(all[next]);
    }

    /// <inheritdoc/>
    public void SavePreset(string name) =>
        Try(
            "preset",
            () =>
            {
                lock (bankLock)
                {
                    var saved = Presets.Save(Preset.Capture(name, Values));
                    Volatile.Write(ref preset, saved);
                    Tell(
                        "preset",
                        $"Preset '{saved.Name}' is saved{(saved.Program is { } program ? $", program {program + 1}" : "")}.",
                        false
                    );
                }
            }
        );

    /// <inheritdoc/>
    public void RenamePreset(string name, string to) =>
        Try(
            "preset",
            () =>
            {
                lock (bankLock)
                {
                    var renamed = Presets.Rename(name, to);
                    if (string.Equals(PresetName, name.Trim(), StringComparison.OrdinalIgnoreCase))
                    {
                        Volatile.Write(ref preset, renamed);
                    }

                    Tell("preset", $"Preset '{name}' is called '{renamed.Name}' now.", false);
                }
            }
        );

    /// <inheritdoc/>
    public void DeletePreset(string name) =>
        Try(
            "preset",
            () =>
            {
                lock (bankLock)
                {
                    var deleted = Presets.Delete(name);
                    Tell(
                        "preset",
                        deleted ? $"Preset '{name}' is deleted." : $"'{name}' cannot be deleted: only presets of your own can be.",
                        !deleted
                    );
                }
            }
        );

    /// <inheritdoc/>
    public void ChoosePack(string name)
    {
        lock (actionLock)
        {
            packWanted = packTried = name;
            if (packChange is null or { IsCompleted: true })
            {
                packChange = Task.Run(ChangePacks);
            }
        }
    }

    /// <inheritdoc/>
    public void ChooseNextPack(int step)
    {
        var packs = Packs.ToList();
        if (packs.Count < 2)
        {
            Tell("pack", "There is no other pack: put some into a folder that 'vqwave models' lists.", false);
            return;
        }

        // From the one that was tried last, so that one that is refused is not in the way of those behind it.
        var at = packs.IndexOf(packTried ?? "");
        at = at < 0 ? packs.IndexOf(FolderName(engine.Pack.Directory)) : at;
        ChoosePack(packs[((at + step) % packs.Count + packs.Count) % packs.Count]);
    }

    /// <inheritdoc/>
    public void ToggleRecording()
    {
        lock (actionLock)
        {
            if (renderer.Recorder is not null)
            {
                EndTake();
                return;
            }
        }

        Try("take", () => BeginTake(TakeRecorder.NewPath(TakeFolder, ".wav", DateTime.Now)));
    }

    /// <inheritdoc/>
    public void NoteOn(int note, int velocity) => Press(MidiMessage.NoteOn(Channel(), note, velocity));

    /// <inheritdoc/>
    public void NoteOff(int note) => Press(MidiMessage.NoteOff(Channel(), note));

    /// <inheritdoc/>
    public void Panic()
    {
        Values[ParameterId.Freeze] = 0;
        if (Values[ParameterId.Bypass] != 0)
        {
            // Muted already: the same key brings the sound back.
            Values[ParameterId.Bypass] = 0;
            return;
        }

        Silence();
    }

    /// <summary>Silence at once, whatever sounds, and not the other way round: for who has a key of its own that brings the sound back.</summary>
    public void Silence()
    {
        Values[ParameterId.Freeze] = 0;
        Press(MidiMessage.ControlChange(Channel(), 120, 0));
    }

    /// <inheritdoc/>
    public void Learn(ParameterId parameter)
    {
        Map.BeginLearning(parameter);
        Tell("learn", $"Move the controller for {Values.Table[parameter].Name}.", false);
    }

    /// <inheritdoc/>
    public void CancelLearning()
    {
        if (Map.LearningParameter is not null)
        {
            Map.CancelLearning();
            Tell("learn", "Nothing was learnt.", false);
        }
    }

    /// <inheritdoc/>
    public void Unlearn(ParameterId parameter)
    {
        var had = Map.Unbind(parameter);
        Tell("learn", $"{Values.Table[parameter].Name} has {(had ? "lost its" : "no")} controller.", false);
        if (had)
        {
            SaveMap();
        }
    }

    private static string FolderName(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));

    private int Channel() => Math.Max(0, Map.ReceiveChannel);

    /// <summary>Plays a MIDI message as if the program's own keys had sent it.</summary>
    internal void Press(MidiMessage message)
    {
        // One writer at a time.
        lock (ownMidiLock)
        {
            ownMidi.TryWrite(new TimedMidi(0, -1, 3, message.Status, message.Data1, message.Data2));
        }
    }

    private void Try(string kind, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is VQWaveException or AudioFileException or AudioDeviceException)
        {
            Tell(kind, e.Message, true);
        }
    }

    private void SaveMap() => Try("settings", () => Map.Save(mapFile));

    private void BeginTake(string path)
    {
        var take = new TakeRecorder(path, renderer.SampleRate, renderer.Channels);
        lock (actionLock)
        {
            takeProblemTold = null;
            renderer.ExchangeRecorder(take)?.Dispose();
        }

        Tell("take", $"Recording to {path}.", false);
    }

    private void EndTake()
    {
        TakeRecorder? take;
        lock (actionLock)
        {
            take = renderer.ExchangeRecorder(null);
        }

        if (take is null)
        {
            return;
        }

        var report = take.Stop();
        var seconds = (double)report.Frames / take.SampleRate;
        Tell("take", report.Error ?? $"{string.Join(", ", report.Files)}: {seconds:F1} s recorded.", report.Error is not null);
    }

    private async Task ChangePacks()
    {
        while (true)
        {
            string? name;
            lock (actionLock)
            {
                name = packWanted;
                packWanted = null;
                if (name is null)
                {
                    packChange = null;
                    return;
                }
            }

            try
            {
                ModelPack? next = null;
                await engine.SwapPackAsync(() =>
                {
                    next = ModelPack.Open(locator.Find(name));
                    return CreateCore(next);
                });
                compressions = [.. next!.Configuration.Levels.Select(l => l.Compression)];
                codebookSize = next.Configuration.Levels[0].CodebookSize;
                FollowNewPack();
                Tell("pack", $"'{next.Manifest.Name}' plays.", false);
            }
            catch (Exception e) when (e is VQWaveException or ObjectDisposedException or IOException)
            {
                Tell("pack", $"'{name}' was not taken, and '{engine.Pack.Manifest.Name}' plays on: {e.Message}", true);
            }
        }
    }

    private void FollowNewPack()
    {
        if (follow is not { Fits: false } old)
        {
            return;
        }

        renderer.Follow = null;
        follow = new FollowInput(runtime, engine);
        renderer.Follow = follow;
        // A block that is under way may still write to the old one's ring: that is memory only.
        old.Dispose();
    }

    private void Keep()
    {
        savedVersion = seenVersion = Values.Version;
        while (!stopping.Wait(KeepMilliseconds))
        {
            while (engine.TryReadApplied(out _))
            {
                // Nobody keeps the score.
            }

            if (instrument.TakeProgram() is { } recalled)
            {
                Volatile.Write(ref preset, recalled);
                Tell("preset", $"Preset '{recalled.Name}', by its program.", false);
            }

            if (Map.Learning != LearningState.Idle && Map.UpdateLearning() is { } binding)
            {
                Tell("learn", $"{Values.Table[binding.Parameter].Name} is moved by CC {binding.Controller}.", false);
                SaveMap();
            }

            if (!faultTold && Fault is { } fault)
            {
                faultTold = true;
                Tell("engine", fault, true);
            }

            if (!followTold && follow?.Fault is { } lost)
            {
                followTold = true;
                Tell("engine", $"What comes in is not followed any more: {lost.Message}", true);
            }

            KeepInserts();
            KeepTake();
            KeepSettings();
        }
    }

    private void KeepInserts() => inserts?.Service(TellInsertProblem);

    private void TellInsertProblem(string text) => Tell("insert", text, true);

    private void TellInserts()
    {
        foreach (var slot in inserts?.Slots ?? [])
        {
            if (slot.Verdict == InsertVerdict.None)
            {
                var latency = slot.Effect.LatencySamples * 1000.0 / renderer.SampleRate;
                Tell(
                    "insert",
                    $"{slot.Effect.Name} is behind the generator{(latency > 0 ? $" and delays it by {latency:F1} ms" : "")}.",
                    false
                );
            }
        }
    }

    private void KeepTake()
    {
        if (renderer.Recorder is not { } take)
        {
            return;
        }

        if (take.SampleRate != renderer.SampleRate || take.Channels != renderer.Channels)
        {
            Tell("take", "The device's rate has changed, so the take ends here.", true);
            EndTake();
        }
        else if (take.Error is { } problem && takeProblemTold != problem)
        {
            takeProblemTold = problem;
            Tell("take", problem, true);
            EndTake();
        }
    }

    // Some seconds after the last of several changes: a crash then costs little.
    private void KeepSettings()
    {
        var now = System.Diagnostics.Stopwatch.GetElapsedTime(Times.Begin).TotalSeconds;
        if (Values.Version != seenVersion)
        {
            seenVersion = Values.Version;
            lastChange = now;
        }
        else if (seenVersion != savedVersion && now - lastChange > SaveSeconds)
        {
            savedVersion = seenVersion;
            SaveSettings();
        }
    }
}
