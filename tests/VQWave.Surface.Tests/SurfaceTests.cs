using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Playwright;
using VQWave.Devices.Tests;
using VQWave.Player.Tests;
using VQWave.Player.Tests.Live;
using VQWave.TestSupport;

namespace VQWave.Surface.Tests;

/// <summary>The live surface as a performer uses it: the program plays, a real browser shows it.</summary>
public sealed class SurfaceTests(PlayerFixture player, BrowserFixture browsers, ITestOutputHelper log) : IDisposable
{
    // A step of 24 bits: what is rendered is written in 16.
    private const float Step = 1f / (1 << 15);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_knob_changes_what_is_generated()
    {
        await using var stage = Stage.Open(player, browsers, folder);
        var page = await stage.OpenPageAsync();
        // With chance, the coarsest level wanders; without, and with the context above it fixed, it settles into what repeats.
        Assert.True(await DistinctAsync(page, 0) > 20, "The coarsest level hardly wanders at temperature 1.");
        var from = stage.Program.Now;
        var knob = page.Locator("[data-testid=knob-temperature]");
        await knob.FocusAsync();
        await knob.PressAsync("Home");
        await Stage.WaitForValueAsync(page, "temperature", 0);
        stage.PlayerValue("temperature", from, v => v == 0);
        await page.WaitForFunctionAsync("() => vqwave.state().status.levels.every(l => l.drawn_temperature === 0)");
        var greedy = await DistinctAsync(page, 0);
        log.WriteLine($"{greedy} different codes of 130 at temperature 0");
        // The same seed at temperature 0 twice gives the same codes, whatever came before.
        var first = await PieceAsync(page);
        var second = await PieceAsync(page);
        Assert.Equal(first, second);
        await knob.PressAsync("End");
        await Stage.WaitForValueAsync(page, "temperature", 2);
        await page.WaitForFunctionAsync("() => vqwave.state().status.levels.every(l => l.drawn_temperature === 2)");
        var wild = await DistinctAsync(page, 0);
        log.WriteLine($"{wild} at temperature 2");
        Assert.True(wild > greedy, $"{wild} different codes at temperature 2, {greedy} at 0");
    }

    [Fact]
    public async Task Knobs_turn_by_hand_wheel_keys_and_words()
    {
        await using var stage = Stage.Open(player, browsers, folder);
        var page = await stage.OpenPageAsync();
        var knob = page.Locator("[data-testid=knob-gain]");
        var box = (await knob.BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(x, y + 60, new() { Steps = 6 });
        await page.Mouse.UpAsync();
        var dragged = await Stage.ValueAsync(page, "gain");
        Assert.True(dragged < -1, $"Dragged down, the gain is {dragged} dB.");
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.WheelAsync(0, -120);
        await page.WaitForFunctionAsync("v => vqwave.state().values.gain > v", dragged);
        await knob.DblClickAsync();
        await Stage.WaitForValueAsync(page, "gain", 0);
        await knob.FocusAsync();
        await knob.PressAsync("ArrowDown");
        await page.WaitForFunctionAsync("() => vqwave.state().values.gain < 0");
        await knob.PressAsync("Enter");
        await page.Keyboard.TypeAsync("-6 dB");
        await page.Keyboard.PressAsync("Enter");
        await Stage.WaitForValueAsync(page, "gain", -6);
        Assert.Equal("slider", await knob.GetAttributeAsync("role"));
        Assert.Contains("-6", await knob.GetAttributeAsync("aria-valuetext"), StringComparison.Ordinal);
        // What is no value is answered, and changes nothing.
        var from = page.EvaluateAsync<JsonElement>(
            "() => new Promise(done => { const end = vqwave.on('error', e => { end(); done(e); }); })"
        );
        await knob.PressAsync("Enter");
        await page.Keyboard.TypeAsync("loud");
        await page.Keyboard.PressAsync("Enter");
        Assert.Contains("loud", (await from).GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(-6, await Stage.ValueAsync(page, "gain"), 1e-6);
    }

    [Fact]
    public async Task Two_pages_stay_in_step_and_each_device_needs_its_own_token()
    {
        await using var stage = Stage.Open(player, browsers, folder);
        var first = await stage.OpenPageAsync();
        // The token was used up.
        await using var other = await browsers.Browser.NewContextAsync();
        var refused = await (await other.NewPageAsync()).GotoAsync(stage.Url);
        Assert.Equal(401, refused!.Status);
        Assert.Equal(stage.Root, first.Url);
        var second = await stage.OpenPageAsync(await Stage.InviteAsync(first));
        await first.Keyboard.PressAsync("Escape");
        await first.Locator("[data-testid=knob-pitch]").FocusAsync();
        await first.Locator("[data-testid=knob-pitch]").PressAsync("ArrowUp");
        var pitch = await Stage.ValueAsync(first, "pitch");
        Assert.NotEqual(0, pitch);
        await Stage.WaitForValueAsync(second, "pitch", pitch);
        await second.Locator("[data-testid=toggle-freeze]").ClickAsync();
        await Stage.WaitForValueAsync(first, "freeze", 1);
        await first.WaitForFunctionAsync("() => vqwave.state().status.frozen");
        // Both show the same codes of the same ticks: those that neither has left out.
        var left = TicksAsync(first, 200);
        var right = (await TicksAsync(second, 200)).ToDictionary(t => t.Number, t => t.Codes);
        var common = (await left).Where(t => right.ContainsKey(t.Number)).ToList();
        Assert.True(common.Count >= 20, $"The pages have {common.Count} ticks in common.");
        Assert.All(common, t => Assert.Equal(right[t.Number], t.Codes));
    }

    [Fact]
    public async Task A_controller_is_learnt_and_moves_the_knob_on_the_screen()
    {
        using var server = JackServer.StartOrSkip();
        var program = LiveProgram.Start(
            player,
            folder.Path,
            "--jack",
            server.Name,
            "--ui",
            "--no-browser",
            "--model",
            "live-keys",
            "--set",
            "pitch=-12",
            "--fresh"
        );
        await using var stage = Stage.OpenWith(program, browsers, folder);
        var page = await stage.OpenPageAsync();
        using var probe = JackProbe.Open();
        probe.ConnectWhenThere($"{probe.Name}:keys", "VQWave:midi_in");
        // As it is mapped from the beginning: CC 20 is the coarsest temperature.
        await SendUntilAsync(probe, [0xB0, 20, 127], async () => await Stage.ValueAsync(page, "level_1_temperature") > 2 - 1e-6);
        await page.WaitForFunctionAsync("() => vqwave.state().status.midi.last?.text.includes('20')");
        // Another is learnt from the page's menu.
        await page.Locator("[data-testid=knob-release]")
            .Or(page.Locator("[data-testid=knob-gain]"))
            .First.ClickAsync(new() { Button = MouseButton.Right });
        await page.Locator("[data-testid=menu]").GetByText("Learn", new() { Exact = false }).First.ClickAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().status.learning !== null");
        var key = await page.EvaluateAsync<string>("() => vqwave.state().status.learning");
        byte moved = 0;
        await SendUntilAsync(
            probe,
            () => [0xB0, 46, moved = (byte)((moved + 9) % 128)],
            () => page.EvaluateAsync<bool>("() => vqwave.state().status.learning === null"),
            everyMilliseconds: 15
        );
        await page.WaitForSelectorAsync($"[data-testid=badge-{key}]");
        Assert.Contains("46", await page.Locator($"[data-testid=badge-{key}]").First.TextContentAsync(), StringComparison.Ordinal);
        var least = await page.EvaluateAsync<double>(
            "key => Number(document.querySelector(`[data-testid=knob-${key}]`).getAttribute('aria-valuemin'))",
            key
        );
        await SendUntilAsync(probe, [0xB0, 46, 0], async () => await Stage.ValueAsync(page, key) < least + 1e-6);
        var low = stage.Program.Now;
        await SendUntilAsync(probe, [0xB0, 46, 127], async () => await Stage.ValueAsync(page, key) > least + 1e-6);
        stage.PlayerValue(key, low, v => v > least + 1e-6);
    }

    [Fact]
    public async Task A_take_that_is_recorded_and_downloaded_equals_what_was_played()
    {
        await using var stage = Stage.Open(player, browsers, folder, "--fresh", "--set", "gain=-12", "--rate", "44100");
        var page = await stage.OpenPageAsync();
        await page.Locator("[data-testid=button-record]").ClickAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().status.recording && vqwave.state().status.take_seconds > 3");
        await page.Locator("[data-testid=button-record]").ClickAsync();
        await page.Locator("[data-testid=takes-open]").ClickAsync();
        var take = page.Locator("[data-testid^=take-download-]").First;
        await take.WaitForAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => take.ClickAsync());
        var path = folder["downloaded.wav"];
        await download.SaveAsAsync(path);
        // The audio element plays it as well.
        Assert.True(await page.Locator("audio").CountAsync() > 0);
        var file = Measure.ReadChannels(path, out var rate)[0];
        Assert.Equal(44100, rate);
        Assert.True(file.Length > 3 * rate);
        Assert.Equal(
            File.ReadAllBytes(Directory.GetFiles(Path.Combine(folder.Path, "data", "vqwave", "takes")).Single()),
            File.ReadAllBytes(path)
        );
        var end = stage.Finish();
        Assert.Equal(0, (long)end["starved_blocks"]!);
        string[] options = ["--model", "live-keys", "--seed", "3", "--set", "gain=-12", "--rate", "44100", "--tail", "60"];
        var (offline, begin) = Take.FindOffline(player, folder, file, Step, options);
        var length = Math.Min(file.Length, offline.Length - begin);
        Assert.True(
            Take.AreEqual(offline.AsSpan(begin, length), file.AsSpan(0, length), Step),
            "The take differs from what is rendered offline."
        );
        log.WriteLine($"{length} frames of the take equal the offline rendering from its frame {begin} on.");
    }

    [Fact]
    public async Task A_page_comes_back_after_a_reload_and_after_the_server_and_the_player_were_started_again()
    {
        await using var stage = Stage.Open(player, browsers, folder, "--ui", "28722");
        var page = await stage.OpenPageAsync();
        await page.Locator("[data-testid=knob-gain]").FocusAsync();
        await page.Locator("[data-testid=knob-gain]").PressAsync("PageDown");
        await page.WaitForFunctionAsync("() => vqwave.state().values.gain < 0");
        var gain = await Stage.ValueAsync(page, "gain");
        await page.ReloadAsync();
        await Stage.ConnectedAsync(page);
        Assert.Equal(gain, await Stage.ValueAsync(page, "gain"), 1e-4);
        // The server ends, and play goes on.
        var from = stage.Program.Now;
        using (var server = stage.Server())
        {
            server.Kill();
        }

        stage.Program.WaitFor("message", from, m => ((string)m["text"]!).Contains("started again", StringComparison.Ordinal));
        await Stage.ConnectedAsync(page);
        Assert.Equal(gain, await Stage.ValueAsync(page, "gain"), 1e-4);
        Assert.Equal(0, (long)stage.Program.NextStatus()["starved_blocks"]!);
        // The player ends too, and is started again at the same port: the device is still known.
        stage.Finish();
        await page.WaitForFunctionAsync("() => vqwave.state().connection === 'ended'");
        using var again = LiveProgram.Start(player, folder.Path, "--silent", "--ui", "28722", "--no-browser", "--model", "live-keys");
        again.WaitFor("message", 0, m => (string?)m["kind"] == "surface");
        await page.ReloadAsync();
        await Stage.ConnectedAsync(page);
        Assert.Equal(gain, await Stage.ValueAsync(page, "gain"), 1e-4);
    }

    [Fact]
    public async Task Wrong_tokens_foreign_origins_and_foreign_names_are_refused()
    {
        await using var stage = Stage.Open(player, browsers, folder);
        using var client = PageClient.Create();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(stage.Root)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"{stage.Root}?token=AAAAAAAAAAAAAAAAAAAAAA")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"{stage.Root}api/packs")).StatusCode);
        using HttpRequestMessage foreign = new(HttpMethod.Get, stage.Url);
        foreign.Headers.Host = "evil.example:8722";
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(foreign)).StatusCode);
        // Refusals have not used the token up.
        var cookie = await PageClient.LetInAsync(client, stage.Url);
        Assert.Equal(HttpStatusCode.OK, (await PageClient.GetAsync(client, stage.Root, cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PageClient.GetAsync(client, stage.Root, cookie[..^3] + "AAA")).StatusCode);
        await Assert.ThrowsAsync<WebSocketException>(() => PageClient.SocketAsync(stage, cookie, "http://evil.example"));
        await Assert.ThrowsAsync<WebSocketException>(() => PageClient.SocketAsync(stage, cookie, null));
        await Assert.ThrowsAsync<WebSocketException>(() => PageClient.SocketAsync(stage, null, stage.Root.TrimEnd('/')));
        using var good = await PageClient.SocketAsync(stage, cookie, stage.Root.TrimEnd('/'));
        Assert.Equal(WebSocketState.Open, good.State);
        // Nothing outside the takes and the packs' examples can be read, however it is written.
        foreach (
            var path in (string[])
                [
                    "takes/..%2Fsession.json",
                    "takes/../session.json",
                    "takes/%2Fetc%2Fpasswd",
                    "takes/.hidden.wav",
                    "takes/none.wav",
                    "api/packs/live-keys/examples/model.json",
                    "api/packs/..%2F..%2Fx/examples/example-1.ogg",
                    "assets/..%2F..%2Fappsettings.json",
                ]
        )
        {
            var status = (await PageClient.GetAsync(client, stage.Root + path, cookie)).StatusCode;
            Assert.True(status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path}: {status}");
        }
    }

    [Fact]
    public async Task What_makes_no_sense_is_answered_with_a_sentence_and_a_flood_is_held_back()
    {
        await using var stage = Stage.Open(player, browsers, folder);
        using var client = PageClient.Create();
        using var socket = await PageClient.SocketAsync(stage, await PageClient.LetInAsync(client, stage.Url), stage.Root.TrimEnd('/'));
        ConcurrentQueue<string> events = [];
        var heard = Task.Run(() => PageClient.HearAsync(socket, e => Take((string)e["event"]!)));
        foreach (
            var command in (string[])
                [
                    "no json",
                    "{}",
                    """{"do":"set","key":"nothing","value":1}""",
                    """{"do":"set","key":"gain","value":"loud"}""",
                    """{"do":"note","note":200,"velocity":1}""",
                    """{"do":"midi","bytes":[240,1,2]}""",
                    """{"do":"pack","name":"../../etc"}""",
                    """{"do":"delete_take","name":"../session.json"}""",
                    """{"do":"rename_take","name":"x.wav","to":"../y"}""",
                    """{"do":"fly"}""",
                ]
        )
        {
            var answered = Errors();
            await PageClient.SendAsync(socket, command);
            Wait.For(() => Errors() > answered, $"an answer to {command}", 30);
            // One a second is told.
            await Task.Delay(1100);
        }

        var from = stage.Program.Now;
        for (var i = 0; i < 20_000; i++)
        {
            await PageClient.SendAsync(socket, $$"""{"do":"set","key":"level_2_top_k","value":{{i % 1024}}}""");
        }

        await PageClient.SendAsync(socket, """{"do":"note","note":60,"velocity":100}""");
        await Task.Delay(1500);
        await PageClient.SendAsync(socket, """{"do":"set","key":"gain","value":-3}""");
        stage.PlayerValue("gain", from, v => Math.Abs(v + 3) < 1e-6);
        var moves = stage.Program.All("parameter", from).Count(e => (string?)e["key"] == "level_2_top_k");
        log.WriteLine($"20,000 moves became {moves}.");
        Assert.InRange(moves, 1, 2000);
        var end = stage.Finish();
        Assert.Equal(0, (long)end["starved_blocks"]!);
        await heard;
        Assert.Equal(10, Errors());
        Assert.Contains("limited", events);
        Assert.Equal("end", events.Last());

        int Errors() => events.Count(e => e == "error");

        // Until the server closes.
        bool Take(string name)
        {
            events.Enqueue(name);
            return false;
        }
    }

    [Fact]
    public async Task Presets_packs_and_takes_are_managed_from_the_page()
    {
        await using var stage = Stage.Open(player, browsers, folder);
        var page = await stage.OpenPageAsync();
        await page.Locator("[data-testid=knob-temperature]").FocusAsync();
        await page.Locator("[data-testid=knob-temperature]").PressAsync("Enter");
        await page.Keyboard.TypeAsync("0.7");
        await page.Keyboard.PressAsync("Enter");
        await Stage.WaitForValueAsync(page, "temperature", 0.7f);
        await page.Locator("[data-testid=preset-save]").ClickAsync();
        await page.Locator("[data-testid=preset-name]").FillAsync("Evening");
        await page.Locator("[data-testid=preset-store]").ClickAsync();
        await page.Locator("[data-testid='preset-Evening']").WaitForAsync();
        Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "data", "vqwave", "presets")));
        await page.Locator("[data-testid='preset-rename-Evening']").ClickAsync();
        await page.Locator("[data-testid='preset-name-Evening']").FillAsync("Night");
        await page.Locator("[data-testid='preset-rename-done-Evening']").ClickAsync();
        await page.Locator("[data-testid='preset-Night']").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        // The seed is locked: recalling leaves it.
        await page.Locator("[data-testid=button-dice]").ClickAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().values.seed !== 3");
        var seed = await Stage.ValueAsync(page, "seed");
        await page.Locator("[data-testid=lock-seed]").ClickAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().status.seed_locked");
        await page.Locator("[data-testid=preset-next]").ClickAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().status.preset !== 'Night' && vqwave.state().status.preset !== null");
        Assert.Equal(seed, await Stage.ValueAsync(page, "seed"));
        // Another pack, while it plays.
        await page.Locator("[data-testid=pack-open]").ClickAsync();
        await page.Locator("[data-testid=pack-play-tiny]").ClickAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().status.pack === 'Tiny' && !vqwave.state().status.changing_pack");
        Assert.Equal(0, (long)stage.Program.NextStatus()["starved_blocks"]!);
        await page.Keyboard.PressAsync("Escape");
        await Stage.ConnectedAsync(page);
    }

    [Fact]
    public async Task Keys_on_the_screen_and_of_the_computer_play_notes()
    {
        await using var stage = Stage.Open(player, browsers, folder, "--mode", "notes");
        var page = await stage.OpenPageAsync(isPlaying: false);
        var key = page.Locator("[data-testid=key-60]");
        await key.HoverAsync();
        await page.Mouse.DownAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().status.notes.includes(60)");
        await page.Mouse.UpAsync();
        await page.WaitForFunctionAsync("() => vqwave.state().status.notes.length === 0");
        await page.Keyboard.DownAsync("a");
        await page.WaitForFunctionAsync("() => vqwave.state().status.notes.length === 1");
        await page.Keyboard.UpAsync("a");
        await page.WaitForFunctionAsync("() => vqwave.state().status.notes.length === 0");
    }

    private static async Task<int> DistinctAsync(IPage page, int level)
    {
        var ticks = await page.EvaluateAsync<int>("() => vqwave.ticks()");
        await page.WaitForFunctionAsync("n => vqwave.ticks() > n + 140", ticks, new() { Timeout = 60_000 });
        return await page.EvaluateAsync<int>("level => new Set(vqwave.codes(level).slice(-130)).size", level);
    }

    // A piece from its seed: its first codes. Where the page has left out a tick of them, another is begun.
    private static async Task<int[]> PieceAsync(IPage page)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var coming = TicksAsync(page, 100);
            await page.Locator("[data-testid=button-reset]").ClickAsync();
            var ticks = await coming;
            var begin = Array.FindIndex(ticks, t => t.Piece > ticks[0].Piece);
            if (begin < 0 || ticks[begin].Number != ticks[begin - 1].Number + 1)
            {
                continue;
            }

            var codes = ticks[begin..]
                .TakeWhile((t, i) => t.Number == ticks[begin].Number + i)
                .SelectMany(t => t.Codes[0])
                .Take(40)
                .ToArray();
            if (codes.Length == 40)
            {
                return codes;
            }
        }

        throw new TimeoutException("No piece's beginning came whole.");
    }

    // The next ticks that come to a page.
    private static async Task<PageTick[]> TicksAsync(IPage page, int count)
    {
        const string Script = """
            count => new Promise(done => {
                const ticks = [];
                const end = vqwave.onTick(tick => {
                    ticks.push(tick);
                    if (ticks.length === count) {
                        end();
                        done(ticks);
                    }
                });
            })
            """;
        return (await page.EvaluateAsync<JsonElement>(Script, count)).Deserialize<PageTick[]>(JsonSerializerOptions.Web)!;
    }

    // A JACK server on a busy machine skips a client that is late, and what was sent in that block is gone.
    private static Task SendUntilAsync(JackProbe probe, byte[] message, Func<Task<bool>> isThere) =>
        SendUntilAsync(probe, () => message, isThere, everyMilliseconds: 500);

    private static async Task SendUntilAsync(JackProbe probe, Func<byte[]> next, Func<Task<bool>> isThere, int everyMilliseconds)
    {
        var patience = Stopwatch.StartNew();
        for (var sent = new Stopwatch(); !await isThere(); )
        {
            Assert.True(patience.Elapsed.TotalSeconds < 60, "The MIDI did not arrive.");
            if (!sent.IsRunning || sent.ElapsedMilliseconds >= everyMilliseconds)
            {
                probe.Send((1, next()));
                sent.Restart();
            }

            await Task.Delay(5);
        }
    }

    private sealed record PageTick(long Number, int Piece, int[][] Codes);
}
