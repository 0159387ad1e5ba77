namespace VQWave.Vst3;

/// <summary>The result codes of the interface. Windows uses COM's numbers, every other system small ones.</summary>
public static class Vst3Result
{
    /// <summary>Done; also "true".</summary>
    public const int Ok = 0;

    /// <summary>Not done, or "false", without an error.</summary>
    public const int False = 1;

    /// <summary>The object does not have the interface that was asked for.</summary>
    public static int NoInterface => OperatingSystem.IsWindows() ? unchecked((int)0x80004002) : -1;

    /// <summary>An argument is null or out of range.</summary>
    public static int InvalidArgument => OperatingSystem.IsWindows() ? unchecked((int)0x80070057) : 2;

    /// <summary>The function is not implemented.</summary>
    public static int NotImplemented => OperatingSystem.IsWindows() ? unchecked((int)0x80004001) : 3;

    /// <summary>Something went wrong inside.</summary>
    public static int InternalError => OperatingSystem.IsWindows() ? unchecked((int)0x80004005) : 4;

    /// <summary>The object is not in the state that the call needs.</summary>
    public static int NotInitialized => OperatingSystem.IsWindows() ? unchecked((int)0x8000FFFF) : 5;

    /// <summary>No memory.</summary>
    public static int OutOfMemory => OperatingSystem.IsWindows() ? unchecked((int)0x8007000E) : 6;

    /// <summary>The name of a code, for messages.</summary>
    public static string Describe(int code) =>
        code switch
        {
            Ok => "ok",
            False => "false",
            _ when code == NoInterface => "no interface",
            _ when code == InvalidArgument => "invalid argument",
            _ when code == NotImplemented => "not implemented",
            _ when code == InternalError => "internal error",
            _ when code == NotInitialized => "not initialised",
            _ when code == OutOfMemory => "out of memory",
            _ => $"code {code}",
        };

    internal static int From(bool value) => value ? Ok : False;
}
