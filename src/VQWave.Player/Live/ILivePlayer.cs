using VQWave.Controls;

namespace VQWave.Player.Live;

/// <summary>What a view shows of live play and what it may do to it: the terminal, plain lines and JSON events all sit on this.</summary>
/// <remarks>
/// Threading: any thread. <see cref="ReadStatus"/> and everything on <see cref="Values"/> allocates nothing, so that a view may look often
/// without calling for the garbage collector. The other members are for when something is asked for: they may allocate, and they do not
/// throw for what a user can do wrong: what went wrong comes as a message through <see cref="Messages"/>.
/// </remarks>
internal interface ILivePlayer
{
    /// <summary>The parameters, to be read and set.</summary>
    ParameterValues Values { get; }

    /// <summary>Which controllers move what.</summary>
    MidiMap Map { get; }

    /// <summary>The presets that can be recalled.</summary>
    PresetBank Presets { get; }

    /// <summary>The name of the preset that was recalled last, or null.</summary>
    string? PresetName { get; }

    /// <summary>Whether the values were changed since the preset was recalled.</summary>
    bool IsPresetChanged { get; }

    /// <summary>The packs that can be chosen, by name, and which of them plays.</summary>
    IReadOnlyList<string> Packs { get; }

    /// <summary>Fills in how things stand now.</summary>
    void ReadStatus(LiveStatus status);

    /// <summary>What the user is told; each view reads all of it.</summary>
    MessageFeed Messages { get; }

    /// <summary>Recalls a preset.</summary>
    void Recall(Preset preset);

    /// <summary>Recalls the preset before (−1) or after (1) the present one, round the end.</summary>
    void RecallNext(int step);

    /// <summary>Saves the present values as a preset of the user's.</summary>
    void SavePreset(string name);

    /// <summary>Gives a preset of the user's another name.</summary>
    void RenamePreset(string name, string to);

    /// <summary>Deletes a preset of the user's.</summary>
    void DeletePreset(string name);

    /// <summary>Loads another pack and fades to it, by its name or folder.</summary>
    void ChoosePack(string name);

    /// <summary>Chooses the pack before (−1) or after (1) the present one, round the end.</summary>
    void ChooseNextPack(int step);

    /// <summary>Begins or ends a take.</summary>
    void ToggleRecording();

    /// <summary>Presses a key as a MIDI keyboard would.</summary>
    void NoteOn(int note, int velocity);

    /// <summary>Lets a key go.</summary>
    void NoteOff(int note);

    /// <summary>All notes off, freeze off, sound faded at once.</summary>
    void Panic();

    /// <summary>Binds a parameter to the next controller that moves; what comes of it is told in a message.</summary>
    void Learn(ParameterId parameter);

    /// <summary>Ends learning without a change.</summary>
    void CancelLearning();

    /// <summary>Takes a parameter from its controller.</summary>
    void Unlearn(ParameterId parameter);
}
