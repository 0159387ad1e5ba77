namespace VQWave.Plugin;

/// <summary>What <see cref="PluginStatus"/> says to a user, in its order: what is the matter, and what to do where there is something to do.</summary>
internal static class StatusTexts
{
    public static readonly string[] All =
    [
        "ready",
        "loading",
        "no model pack: install one",
        "pack damaged: choose another",
        "project's pack missing: install it",
        "pack differs from the project's",
        "project's state damaged: defaults",
        "state of a newer VQWave: defaults",
        "overload: less detail",
        "engine failed: reload the plug-in",
    ];
}
