namespace VQWave.Devices;

/// <summary>What happened while a clip played.</summary>
/// <param name="Device">The device that played it.</param>
/// <param name="SampleRate">The rate it played at in samples per second; another than the clip's when it was resampled.</param>
/// <param name="FramesPlayed">Frames handed to the device.</param>
/// <param name="Underflows">Buffers that came too late for the device; each may be heard as a gap.</param>
/// <param name="Completed">False when playing was cancelled before the end.</param>
public sealed record PlaybackReport(PortAudioDevice Device, int SampleRate, long FramesPlayed, long Underflows, bool Completed);
