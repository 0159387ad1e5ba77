namespace VQWave.Player.Tests.Hosting;

/// <summary>Debian's zam-plugins, which others wrote.</summary>
internal static class Zam
{
    private const string Folder = "/usr/lib/vst3";

    /// <summary>The bundle of a plug-in; skips the test where it is not installed.</summary>
    public static string Bundle(string name)
    {
        var path = Path.Combine(Folder, name + ".vst3");
        Assert.SkipUnless(Directory.Exists(path), $"{path} is not there: apt-get install zam-plugins");
        return path;
    }
}
