namespace VQWave.Player;

/// <summary>What the program's exit status says; documented in its help.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Interrupted = 130;
}
