using VQWave.Controls;
using VQWave.Player.Live;

namespace VQWave.Player.Tests.Live;

/// <summary>A fake player that counts how often it is looked at, so that a test need not wait for a time.</summary>
internal sealed class Watched(FakePlayer player, CountdownEvent looks, Action onLook) : ILivePlayer
{
    public ParameterValues Values => player.Values;

    public MessageFeed Messages => player.Messages;

    public MidiMap Map => player.Map;

    public PresetBank Presets => player.Presets;

    public string? PresetName => player.PresetName;

    public bool IsPresetChanged => player.IsPresetChanged;

    public IReadOnlyList<string> Packs => player.Packs;

    public void ReadStatus(LiveStatus status)
    {
        player.ReadStatus(status);
        onLook();
        if (!looks.IsSet)
        {
            looks.Signal();
        }
    }

    public void Recall(Preset preset) => player.Recall(preset);

    public void RecallNext(int step) => player.RecallNext(step);

    public void SavePreset(string name) => player.SavePreset(name);

    public void RenamePreset(string name, string to) => player.RenamePreset(name, to);

    public void DeletePreset(string name) => player.DeletePreset(name);

    public void ChoosePack(string name) => player.ChoosePack(name);

    public void ChooseNextPack(int step) => player.ChooseNextPack(step);

    public void ToggleRecording() => player.ToggleRecording();

    public void NoteOn(int note, int velocity) => player.NoteOn(note, velocity);

    public void NoteOff(int note) => player.NoteOff(note);

    public void Panic() => player.Panic();

    public void Learn(ParameterId parameter) => player.Learn(parameter);

    public void CancelLearning() => player.CancelLearning();

    public void Unlearn(ParameterId parameter) => player.Unlearn(parameter);
}
