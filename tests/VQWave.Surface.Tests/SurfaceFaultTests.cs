using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using VQWave.Devices.Tests;
using VQWave.Player.Tests;
using VQWave.Player.Tests.Live;
using VQWave.TestSupport;

namespace VQWave.Surface.Tests;

/// <summary>What happens when pages, networks and processes do not do what they should.</summary>
public sealed class SurfaceFaultTests(PlayerFixture player, BrowserFixture browsers) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task No_note_hangs_when_a_page_vanishes_or_the_server_is_killed()
    {
        await using var stage = Open("--mode", "notes");
        using var client = PageClient.Create();
        var cookie = await PageClient.LetInAsync(client, stage.Url);
        var page = await PageClient.SocketAsync(stage, cookie, stage.Origin);
        await PageClient.SendAsync(page, """{"do":"note","note":60,"velocity":100}""");
        await PageClient.SendAsync(page, """{"do":"midi","bytes":[145,64,90]}""");
        await PageClient.SendAsync(page, """{"do":"midi","bytes":[145,65,90]}""");
        await PageClient.SendAsync(page, """{"do":"midi","bytes":[145,65,0]}""");
        WaitForNotes(stage, 60, 64);
        // No close, no key that is let go: as a tablet that sleeps.
        page.Abort();
        page.Dispose();
        WaitForNotes(stage);
        using var other = await PageClient.SocketAsync(stage, cookie, stage.Origin);
        await PageClient.SendAsync(other, """{"do":"note","note":48,"velocity":100}""");
        await PageClient.SendAsync(other, """{"do":"midi","bytes":[144,50,90]}""");
        WaitForNotes(stage, 48, 50);
        using (var server = stage.Server())
        {
            server.Kill();
        }

        WaitForNotes(stage);
    }

    [Fact]
    public async Task A_flood_does_not_swallow_what_ends_a_sound()
    {
        await using var stage = Open("--mode", "notes");
        using var client = PageClient.Create();
        using var page = await PageClient.SocketAsync(stage, await PageClient.LetInAsync(client, stage.Url), stage.Origin);
        await PageClient.SendAsync(page, """{"do":"note","note":60,"velocity":100}""");
        await PageClient.SendAsync(page, """{"do":"midi","bytes":[144,64,90]}""");
        WaitForNotes(stage, 60, 64);
        var flood = Encoding.UTF8.GetBytes("""{"do":"note","note":70,"velocity":100}""");
        for (var i = 0; i < 3000; i++)
        {
            await page.SendAsync(flood, WebSocketMessageType.Text, true, CancellationToken.None);
        }

        await PageClient.SendAsync(page, """{"do":"note","note":60,"velocity":0}""");
        await PageClient.SendAsync(page, """{"do":"midi","bytes":[128,64,0]}""");
        WaitForNotes(stage, 70);
        await Task.Delay(500);
        await PageClient.SendAsync(page, """{"do":"note","note":70,"velocity":0}""");
        WaitForNotes(stage);
    }

    [Fact]
    public async Task Panic_does_not_bring_back_what_is_muted()
    {
        await using var stage = Open();
        using var client = PageClient.Create();
        using var page = await PageClient.SocketAsync(stage, await PageClient.LetInAsync(client, stage.Url), stage.Origin);
        await PageClient.SendAsync(page, """{"do":"set","key":"freeze","value":1}""");
        await PageClient.SendAsync(page, """{"do":"set","key":"bypass","value":1}""");
        stage.PlayerValue("bypass", 0, v => v == 1);
        var from = stage.Program.Now;
        await PageClient.SendAsync(page, """{"do":"panic"}""");
        stage.PlayerValue("freeze", from, v => v == 0);
        stage.Program.PlayFor(0.5);
        Assert.DoesNotContain(stage.Program.All("parameter", from), e => (string?)e["key"] == "bypass");
        // What sounds is silenced by the same key.
        await PageClient.SendAsync(page, """{"do":"set","key":"bypass","value":0}""");
        stage.PlayerValue("bypass", from, v => v == 0);
        from = stage.Program.Now;
        await PageClient.SendAsync(page, """{"do":"panic"}""");
        stage.PlayerValue("bypass", from, v => v == 1);
    }

    [Fact]
    public async Task A_page_is_told_why_it_is_closed()
    {
        await using var stage = Open();
        using var client = PageClient.Create();
        var cookie = await PageClient.LetInAsync(client, stage.Url);
        using var talker = await PageClient.SocketAsync(stage, cookie, stage.Origin);
        // More than is in any buffer on the way: all of it must be read before the connection may end.
        await PageClient.SendAsync(talker, new string('x', 3_000_000));
        Assert.Null(await PageClient.HearAsync(talker, _ => false));
        Assert.Equal(1009, (int)talker.CloseStatus!);
        await Task.Delay(1000);
        List<ClientWebSocket> pages = [];
        for (var i = 0; i < 12; i++)
        {
            pages.Add(await PageClient.SocketAsync(stage, cookie, stage.Origin));
            Assert.NotNull(await PageClient.HearAsync(pages[i], e => (string?)e["event"] == "hello"));
        }

        using var late = await PageClient.SocketAsync(stage, cookie, stage.Origin);
        await PageClient.SendAsync(late, """{"do":"set","key":"gain","value":-30}""");
        Assert.Null(await PageClient.HearAsync(late, _ => false));
        Assert.Equal(4429, (int)late.CloseStatus!);
        // One that says farewell is answered, and makes room.
        await pages[0].CloseAsync(WebSocketCloseStatus.NormalClosure, null, new CancellationTokenSource(10_000).Token);
        Assert.Equal(WebSocketState.Closed, pages[0].State);
        using var next = await PageClient.SocketAsync(stage, cookie, stage.Origin);
        Assert.NotNull(await PageClient.HearAsync(next, e => (string?)e["event"] == "hello"));
        Assert.DoesNotContain(stage.Program.All("parameter"), e => (string?)e["key"] == "gain");
        pages.Add(next);
        // All hear the end, and that it is one.
        var ends = pages.Skip(1).Select(p => Task.Run(() => PageClient.HearAsync(p, _ => false))).ToList();
        stage.Finish();
        await Task.WhenAll(ends);
        Assert.All(pages.Skip(1), p => Assert.Equal(WebSocketCloseStatus.NormalClosure, p.CloseStatus));
        pages.ForEach(p => p.Dispose());
    }

    [Fact]
    public async Task A_look_at_the_address_does_not_use_it_up()
    {
        await using var stage = Open();
        using var client = PageClient.Create();
        using HttpRequestMessage look = new(HttpMethod.Head, stage.Url);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(look)).StatusCode);
        Assert.NotEmpty(await PageClient.LetInAsync(client, stage.Url));
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    public async Task Each_address_of_this_machine_lets_a_device_in(string address)
    {
        Assert.SkipWhen(address.Contains(':') && !Socket.OSSupportsIPv6, "There is no IPv6 here.");
        await using var stage = Open("--ui-bind", address);
        using var client = PageClient.Create();
        var cookie = await PageClient.LetInAsync(client, stage.Url);
        using var page = await PageClient.SocketAsync(stage, cookie, stage.Origin);
        var hello = await PageClient.HearAsync(page, e => (string?)e["event"] == "hello");
        Assert.Equal(address == "0.0.0.0", (bool)hello!["network"]!);
    }

    [Fact]
    public async Task A_server_that_has_taken_another_port_comes_back_there()
    {
        // The usual port is another's: this test's, once whoever else has it on this machine is done.
        using TcpListener other = new(IPAddress.Loopback, 8722);
        Wait.For(() => TryStart(other), "the usual port");

        await using var stage = Open();
        var port = new Uri(stage.Url).Port;
        Assert.NotEqual(8722, port);
        var from = stage.Program.Now;
        using (var server = stage.Server())
        {
            server.Kill();
        }

        Assert.Equal(port, new Uri(stage.NextUrl(from)).Port);
    }

    [Fact]
    public async Task The_spectrogram_of_silence_is_black()
    {
        await using var stage = Stage.Open(player, browsers, folder, "--fresh", "--mode", "notes", "--set", "release=20");
        var page = await stage.OpenPageAsync(isPlaying: false);
        const string Brightest = """
            () => {
                const canvas = document.querySelector("[data-testid=spectrogram]");
                const copy = document.createElement("canvas");
                [copy.width, copy.height] = [canvas.width, canvas.height];
                const context = copy.getContext("2d");
                context.drawImage(canvas, 0, 0);
                // The latest that is heard: the play head is never left of two thirds.
                const from = Math.floor(canvas.width / 2);
                const data = context.getImageData(from, 0, Math.floor(canvas.width / 10), copy.height).data;
                return data.reduce((most, value, i) => i % 4 === 3 ? most : Math.max(most, value), 0);
            }
            """;
        await page.Keyboard.DownAsync("a");
        await page.WaitForFunctionAsync($"() => ({Brightest})() >= 100");
        // A player that was held up tells much at once.
        PlayerFixture.Halt(stage.Program.Process, true);
        await page.WaitForTimeoutAsync(250);
        PlayerFixture.Halt(stage.Program.Process, false);
        await page.WaitForTimeoutAsync(500);
        await page.Keyboard.UpAsync("a");
        await page.WaitForFunctionAsync("() => vqwave.state().status.notes.length === 0");
        // As soon as what sounded has left the part that is looked at, with the gap that the halt may have left in it, and from then on.
        await page.EvaluateAsync("() => { window.darkSince = null; }");
        await page.WaitForFunctionAsync(
            $$"""
            () => {
                window.darkSince = ({{Brightest}})() <= 20 ? window.darkSince ?? performance.now() : null;
                return window.darkSince !== null && performance.now() - window.darkSince > 1500;
            }
            """
        );
        for (var i = 0; i < 12; i++)
        {
            Assert.InRange(await page.EvaluateAsync<int>(Brightest), 0, 20);
            await page.WaitForTimeoutAsync(200);
        }
    }

    [Fact]
    public async Task A_page_that_is_not_let_in_any_more_is_told_so_and_does_not_wait_for_ever()
    {
        const string Port = "28733";
        await using var stage = Open("--ui", Port);
        var page = await stage.OpenPageAsync();
        // Without a session's settings the next player has another key. This one has no time for a farewell.
        stage.Program.Process.Kill();
        await page.WaitForFunctionAsync("() => vqwave.state().connection === 'connecting'");
        await using var next = Open("--ui", Port);
        await page.WaitForFunctionAsync("() => vqwave.state().connection === 'ended'");
        Assert.Contains("not allowed any more", await page.Locator("[data-testid=banner]").TextContentAsync(), StringComparison.Ordinal);
    }

    private static bool TryStart(TcpListener listener)
    {
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            // Somebody else plays on this machine.
            return false;
        }
    }

    private Stage Open(params string[] arguments) =>
        Stage.OpenWith(
            LiveProgram.Start(
                player,
                folder.Path,
                ["--silent", "--ui", "--no-browser", "--fresh", "--no-midi", "--model", "tiny", .. arguments]
            ),
            browsers,
            folder
        );

    private static void WaitForNotes(Stage stage, params int[] notes) =>
        Wait.For(
            () => stage.Program.NextStatus()["notes"]!.AsArray().Select(n => (int)n!).Order().SequenceEqual(notes),
            $"the notes [{string.Join(", ", notes)}]",
            20
        );
}
