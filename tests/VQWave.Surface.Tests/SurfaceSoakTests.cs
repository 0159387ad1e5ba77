using System.Globalization;
using VQWave.Player.Tests;
using VQWave.TestSupport;

namespace VQWave.Surface.Tests;

/// <summary>
/// Play with two pages open, one of which floods the player with commands: nothing is dropped, and the player's garbage collector never runs.
/// <c>VQWAVE_SOAK_MINUTES</c> says for how long ('make soak-ui': ten).
/// </summary>
public sealed class SurfaceSoakTests(PlayerFixture player, BrowserFixture browsers, ITestOutputHelper log) : IDisposable
{
    private const double UsualMinutes = 0.5;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_pages_and_a_flood_are_not_noticed_by_play()
    {
        var isAsked = double.TryParse(
            Environment.GetEnvironmentVariable("VQWAVE_SOAK_MINUTES"),
            CultureInfo.InvariantCulture,
            out var wanted
        );
        var minutes = isAsked ? wanted : UsualMinutes;
        // Who asks for a soak wants it with the buffer that is usual on stage.
        string[] options = isAsked ? ["--fresh", "--set", "buffer=52"] : ["--fresh"];
        await using var stage = Stage.Open(player, browsers, folder, options);
        var first = await stage.OpenPageAsync();
        var second = await stage.OpenPageAsync(await Stage.InviteAsync(first));
        await first.Keyboard.PressAsync("Escape");
        await first.Locator("[data-testid=knob-temperature]").FocusAsync();
        await second.EvaluateAsync(
            """
            () => {
                const socket = new WebSocket(location.origin.replace("http", "ws") + "/live");
                const keys = ["level_1_temperature", "level_2_temperature", "level_3_temperature", "level_4_temperature", "gain", "pitch"];
                let n = 0;
                window.flood = () => n;
                socket.onopen = () => setInterval(() => {
                    for (let i = 0; i < 20 && socket.bufferedAmount < 1e5; i++, n++) {
                        const key = keys[n % keys.length];
                        const value = key === "gain" ? -6 - n % 6 : key === "pitch" ? n % 3 : 0.5 + (n % 100) / 100;
                        socket.send(JSON.stringify({ do: "set", key, value }));
                        if (n % 97 === 0) socket.send(JSON.stringify({ do: "note", note: 48 + n % 24, velocity: n % 2 ? 90 : 0 }));
                    }
                }, 10);
            }
            """
        );
        // What the browsers' start has disturbed is not what is measured.
        await first.WaitForTimeoutAsync(3000);
        var from = stage.Program.Now;
        var before = stage.Program.NextStatus();
        var end = DateTime.UtcNow.AddMinutes(minutes);
        while (DateTime.UtcNow < end)
        {
            await first.Locator("[data-testid=knob-temperature]").PressAsync(DateTime.UtcNow.Second % 2 == 0 ? "ArrowUp" : "ArrowDown");
            await first.WaitForTimeoutAsync(100);
        }

        var status = stage.Program.NextStatus();
        var moves = stage.Program.All("parameter", from).Count;
        var frames = await first.EvaluateAsync<int>("() => vqwave.frames()");
        var server = await first.EvaluateAsync<string>("async () => await (await fetch('/api/server')).text()");
        var flood = await second.EvaluateAsync<int>("() => window.flood()");
        Assert.True(flood > minutes * 60 * 500, $"The flood was {flood} commands only.");
        Assert.True(moves > 100, $"{moves} moves only came through.");
        var last = stage.Finish();
        log.WriteLine(
            $"{minutes} minutes, {(long)status["ticks"]! - (long)before["ticks"]!} ticks, {flood} commands sent, {moves} moves told, {frames} frames drawn, load {status["load"]}; player: {last["collections"]} collections, {status["starved_blocks"]} dropped, worst tick {last["worst_ms"]} ms; server: {server}"
        );
        Assert.Equal((long)before["starved_blocks"]!, (long)status["starved_blocks"]!);
        Assert.Equal((int)before["collections"]!, (int)status["collections"]!);
        Assert.Equal(0, (int)last["collections"]!);
        Assert.Equal((long)before["allocated_bytes"]!, (long)status["allocated_bytes"]!);
    }
}
