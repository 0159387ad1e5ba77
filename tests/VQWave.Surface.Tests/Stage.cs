using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using VQWave.Player.Tests;
using VQWave.Player.Tests.Live;
using VQWave.TestSupport;

namespace VQWave.Surface.Tests;

/// <summary>A player with its live surface, as a user starts it, and browsers that open it.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const float Patience = 60_000;
    private readonly List<IBrowserContext> contexts = [];
    private readonly ConcurrentQueue<string> faults = [];
    private readonly BrowserFixture browsers;

    private Stage(LiveProgram program, BrowserFixture browsers, TemporaryFolder folder)
    {
        Program = program;
        this.browsers = browsers;
        Folder = folder;
        Url = NextUrl(0);
    }

    public LiveProgram Program { get; }

    public TemporaryFolder Folder { get; }

    /// <summary>The address that lets one device in.</summary>
    public string Url { get; }

    /// <summary>Its address without the token.</summary>
    public string Root => Url[..(Url.IndexOf('?', StringComparison.Ordinal))];

    /// <summary>The origin of its page.</summary>
    public string Origin => Root.TrimEnd('/');

    /// <summary>Starts play with the shipped pack, with a buffer that outlasts what else a busy machine does.</summary>
    public static Stage Open(PlayerFixture player, BrowserFixture browsers, TemporaryFolder folder, params string[] arguments) =>
        new(
            LiveProgram.Start(
                player,
                folder.Path,
                ["--silent", "--ui", "--no-browser", "--model", "live-keys", "--seed", "3", "--set", "buffer=400", .. arguments]
            ),
            browsers,
            folder
        );

    /// <summary>Starts play as another option says, with nothing added but the surface.</summary>
    public static Stage OpenWith(LiveProgram program, BrowserFixture browsers, TemporaryFolder folder) => new(program, browsers, folder);

    /// <summary>Opens the page on a device of its own.</summary>
    public async Task<IPage> OpenPageAsync(string? url = null, BrowserNewContextOptions? options = null, bool isPlaying = true)
    {
        var context = await browsers.Browser.NewContextAsync(options ?? new BrowserNewContextOptions { AcceptDownloads = true });
        contexts.Add(context);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        page.PageError += (_, fault) => faults.Enqueue(fault);
        await page.GotoAsync(url ?? Url);
        await ConnectedAsync(page, isPlaying);
        return page;
    }

    /// <summary>Waits until a page is connected and ticks come.</summary>
    public static async Task ConnectedAsync(IPage page, bool isPlaying = true)
    {
        await page.WaitForSelectorAsync(
            "[data-testid=connection][data-state=connected]",
            new() { State = WaitForSelectorState.Attached, Timeout = Patience }
        );
        await page.WaitForFunctionAsync("() => vqwave.state().status !== null", null, new() { Timeout = Patience });
        if (!isPlaying)
        {
            return;
        }

        var ticks = await page.EvaluateAsync<int>("() => vqwave.ticks()");
        await page.WaitForFunctionAsync("n => vqwave.ticks() > n + 10", ticks, new() { Timeout = Patience });
    }

    /// <summary>The address that the program has told since an event.</summary>
    public string NextUrl(int from)
    {
        var told = Program.WaitFor(
            "message",
            from,
            m => (string?)m["kind"] == "surface" && ((string)m["text"]!).Contains("http://", StringComparison.Ordinal)
        );
        var text = (string)told["text"]!;
        return text[text.IndexOf("http://", StringComparison.Ordinal)..].Trim();
    }

    /// <summary>A page's invitation for another device.</summary>
    public static async Task<string> InviteAsync(IPage page)
    {
        var invited = page.EvaluateAsync<JsonElement>(
            "() => new Promise(done => { const end = vqwave.on('invite', e => { end(); done(e); }); })"
        );
        await page.Locator("[data-testid=more-open]").ClickAsync();
        await page.Locator("[data-testid=invite]").ClickAsync();
        return (await invited).GetProperty("url").GetString()!;
    }

    /// <summary>A value as a page shows it.</summary>
    public static Task<double> ValueAsync(IPage page, string key) => page.EvaluateAsync<double>("key => vqwave.state().values[key]", key);

    /// <summary>Waits until a page shows a value.</summary>
    public static Task WaitForValueAsync(IPage page, string key, double value) =>
        page.WaitForFunctionAsync(
            "([key, value]) => Math.abs(vqwave.state().values[key] - value) < 1e-6",
            new object[] { key, value },
            new() { Timeout = Patience }
        );

    /// <summary>Waits for a value of the player itself.</summary>
    public JsonObject PlayerValue(string key, int from, Func<double, bool>? condition = null) =>
        Program.WaitFor("parameter", from, e => (string?)e["key"] == key && condition?.Invoke((double)e["value"]!) != false);

    /// <summary>The server's process: the one that this player has started, whoever else plays on this machine.</summary>
    public Process Server() => Process.GetProcessesByName("vqwave-surface").Single(p => ParentOf(p.Id) == Program.Process.Id);

    /// <summary>Ends play as Ctrl-C does, and gives its last words.</summary>
    public JsonObject Finish() => Program.Finish();

    // The second field after the name, which may hold anything, in brackets: proc(5).
    private static int ParentOf(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in contexts)
        {
            await context.DisposeAsync();
        }

        Program.Dispose();
        Assert.True(faults.IsEmpty, $"The page's script has failed: {string.Join("; ", faults)}");
    }
}
