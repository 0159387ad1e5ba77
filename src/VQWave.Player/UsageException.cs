namespace VQWave.Player;

/// <summary>An option or argument that cannot be meant: one sentence that names it, its value and what it may be.</summary>
internal sealed class UsageException(string message) : Exception(message);
