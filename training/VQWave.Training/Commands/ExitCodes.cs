namespace VQWave.Training.Commands;

/// <summary>What the program tells scripts.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>Another process of a run was lost; this one has left a checkpoint.</summary>
    public const int LostProcess = 3;
    public const int Interrupted = 130;
}
