using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using VQWave.Controls;
using VQWave.SurfaceLink;

namespace VQWave.Player.Live.Surface;

/// <summary>Does what pages ask for. What comes is checked here again: the server is another process.</summary>
/// <remarks>Threading: one thread. Moving parameters and playing notes allocates nothing.</remarks>
internal sealed class SurfaceControls(LiveSession session)
{
    private readonly HeldNotes held = new();

    /// <summary>Does what a frame says.</summary>
    /// <returns>False where the frame is none for the player.</returns>
    public bool Apply(LinkFrame kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case LinkFrame.Set when payload.Length == 6 && Index(payload) is var index and >= 0:
                session.Values.Set(index, BinaryPrimitives.ReadSingleLittleEndian(payload[2..]));
                return true;
            case LinkFrame.Trigger when payload.Length == 2 && Index(payload) is var index and >= 0:
                session.Values.Fire(session.Values.Table.Parameters[index].Id);
                return true;
            case LinkFrame.Midi when MidiMessage.TryRead(payload, out var message) && message.Kind != MidiMessageKind.System:
                held.Play(message.Status, message.Data1, message.Data2);
                session.Press(message);
                return true;
            case LinkFrame.Note when payload.Length == 2 && (payload[0] | payload[1]) < 128:
                held.Play(payload[0], payload[1]);
                if (payload[1] > 0)
                {
                    session.NoteOn(payload[0], payload[1]);
                }
                else
                {
                    session.NoteOff(payload[0]);
                }

                return true;
            case LinkFrame.Command:
                return JsonSerializer.Deserialize(payload, LinkJsonContext.Default.SurfaceCommand) is { } command && Do(command);
            default:
                return false;
        }
    }

    /// <summary>Lets the notes go that pages hold: the server has ended.</summary>
    public void Release() => held.Release(session.NoteOff, (status, note) => session.Press(new MidiMessage(status, note, 0)));

    private int Index(ReadOnlySpan<byte> payload)
    {
        int index = BinaryPrimitives.ReadUInt16LittleEndian(payload);
        return index < session.Values.Table.Count ? index : -1;
    }

    private bool Do(SurfaceCommand command)
    {
        switch (command)
        {
            case { Do: "panic" }:
                session.Silence();
                return true;
            case { Do: "record" }:
                session.ToggleRecording();
                return true;
            case { Do: "cancel_learning" }:
                session.CancelLearning();
                return true;
            case { Do: "next_preset" }:
                session.RecallNext(Math.Sign(command.Step));
                return true;
            case { Do: "dice" }:
                if (!session.Values.IsLocked(ParameterId.Seed))
                {
                    session.Values[ParameterId.Seed] = RandomNumberGenerator.GetInt32(65536);
                }

                return true;
            case { Do: "lock_seed" }:
                session.Values.SetLocked(ParameterId.Seed, command.On);
                return true;
            case { Name: { } name }:
                return DoNamed(command, name);
            default:
                return false;
        }
    }

    private bool DoNamed(SurfaceCommand command, string name)
    {
        switch (command.Do)
        {
            case "learn" when session.Values.Table.FindKey(name) is { } parameter:
                session.Learn(parameter.Id);
                return true;
            case "unlearn" when session.Values.Table.FindKey(name) is { } parameter:
                session.Unlearn(parameter.Id);
                return true;
            case "recall" when session.Presets.Find(name) is { } preset:
                session.Recall(preset);
                return true;
            case "save_preset":
                session.SavePreset(name);
                return true;
            case "rename_preset" when command.To is { } to:
                session.RenamePreset(name, to);
                return true;
            case "delete_preset":
                session.DeletePreset(name);
                return true;
            case "pack":
                session.ChoosePack(name);
                return true;
            default:
                return false;
        }
    }
}
