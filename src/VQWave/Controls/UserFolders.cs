namespace VQWave.Controls;

/// <summary>
/// Where VQWave keeps what is the user's: on Linux by the XDG base directory specification (<c>XDG_CONFIG_HOME</c>, <c>XDG_DATA_HOME</c>,
/// <c>XDG_CACHE_HOME</c>), on Windows in <c>%APPDATA%</c> and <c>%LOCALAPPDATA%</c>, on macOS in <c>~/Library/Application Support</c> and
/// <c>~/Library/Caches</c>. Nothing is created by asking.
/// </summary>
public sealed class UserFolders
{
    private const string UnixName = "vqwave";
    private const string OtherName = "VQWave";

    private UserFolders(string configuration, string data, string cache)
    {
        Configuration = configuration;
        Data = data;
        Cache = cache;
    }

    /// <summary>The folder of settings: the session, the MIDI map.</summary>
    public string Configuration { get; }

    /// <summary>The folder of what the user makes: presets, model packs.</summary>
    public string Data { get; }

    /// <summary>The folder of what can be made again: whoever deletes it loses time and nothing else.</summary>
    public string Cache { get; }

    /// <summary>The file of the last session's settings.</summary>
    public string SessionFile => Path.Combine(Configuration, "session.json");

    /// <summary>The file of the MIDI map.</summary>
    public string MidiMapFile => Path.Combine(Configuration, "midi-map.json");

    /// <summary>The folder of the user's presets.</summary>
    public string Presets => Path.Combine(Data, "presets");

    /// <summary>The folder of takes that the live surface records, lists and hands out.</summary>
    public string Takes => Path.Combine(Data, "takes");

    /// <summary>The file of the key that the live surface knows its devices by.</summary>
    public string SurfaceKeyFile => Path.Combine(Configuration, "surface.key");

    /// <summary>The folder of the user's model packs.</summary>
    public string Models => Path.Combine(Data, "models");

    /// <summary>The folder of graphs as they were optimised for this machine's processor.</summary>
    public string Graphs => Path.Combine(Cache, "graphs");

    /// <summary>The folders of the user who runs this process.</summary>
    public static UserFolders FromEnvironment() =>
        For(
            OperatingSystem.IsWindows(),
            OperatingSystem.IsMacOS(),
            Environment.GetEnvironmentVariable,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify)
        );

    /// <summary>Folders of one's own, for tests and portable installations.</summary>
    public static UserFolders In(string folder) =>
        new(Path.Combine(folder, "config"), Path.Combine(folder, "data"), Path.Combine(folder, "cache"));

    internal static UserFolders For(bool isWindows, bool isMacOS, Func<string, string?> environment, string home)
    {
        if (isWindows)
        {
            var local = Path.Combine(Absolute(environment("LOCALAPPDATA")) ?? Path.Combine(home, "AppData", "Local"), OtherName);
            return new UserFolders(
                Path.Combine(Absolute(environment("APPDATA")) ?? Path.Combine(home, "AppData", "Roaming"), OtherName),
                local,
                Path.Combine(local, "Cache")
            );
        }

        // XDG variables that somebody sets on macOS are respected too.
        var fallback = isMacOS ? Path.Combine(home, "Library", "Application Support") : null;
        var cache = isMacOS ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
        var name = isMacOS ? OtherName : UnixName;
        return new UserFolders(
            Path.Combine(Absolute(environment("XDG_CONFIG_HOME")) ?? fallback ?? Path.Combine(home, ".config"), name),
            Path.Combine(Absolute(environment("XDG_DATA_HOME")) ?? fallback ?? Path.Combine(home, ".local", "share"), name),
            Path.Combine(Absolute(environment("XDG_CACHE_HOME")) ?? cache, name)
        );
    }

    // "All paths set in these environment variables must be absolute. If an implementation encounters a relative path […] it should
    // consider the path invalid and ignore it." (XDG Base Directory Specification)
    private static string? Absolute(string? path) => Path.IsPathFullyQualified(path ?? "") ? path : null;
}
