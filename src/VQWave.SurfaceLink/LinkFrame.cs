namespace VQWave.SurfaceLink;

/// <summary>What a frame between the player and the live surface's server holds. Numbers are little-endian.</summary>
public enum LinkFrame : byte
{
    /// <summary>To the server, first: <see cref="SurfaceSettings"/> as JSON.</summary>
    Settings = 1,

    /// <summary>To the server: an object of JSON whose "event" names it, as <c>vqwave play --json</c> writes them, for all pages.</summary>
    Event = 2,

    /// <summary>To the server: a tick's codes, in the form in which pages take them.</summary>
    Tick = 3,

    /// <summary>To the server: frames a second (int32), then mono samples (float32).</summary>
    Sound = 4,

    /// <summary>To the player: a parameter's place in the table (uint16) and its plain value (float32).</summary>
    Set = 16,

    /// <summary>To the player: the place in the table (uint16) of a trigger that is to happen.</summary>
    Trigger = 17,

    /// <summary>To the player: a MIDI message of three bytes.</summary>
    Midi = 18,

    /// <summary>To the player: a note and a velocity (a byte each); velocity 0 lets the key go.</summary>
    Note = 19,

    /// <summary>To the player: a <see cref="SurfaceCommand"/> as JSON.</summary>
    Command = 20,

    /// <summary>To the player: a <see cref="SurfaceNotice"/> as JSON.</summary>
    Notice = 21,
}
