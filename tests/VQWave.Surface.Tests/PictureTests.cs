using Microsoft.Playwright;
using VQWave.Player.Tests;
using VQWave.TestSupport;

namespace VQWave.Surface.Tests;

/// <summary>
/// The page at the sizes of a screen, a tablet and a phone: nothing runs over the side, the lanes and the spectrogram are drawn. With
/// <c>VQWAVE_PICTURES</c> naming a folder ('make pictures') the pictures of the documentation are left there.
/// </summary>
public sealed class PictureTests(PlayerFixture player, BrowserFixture browsers, ITestOutputHelper log) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("live-surface", 1920, 1080, 1, false)]
    [InlineData("live-surface-tablet", 1024, 768, 2, true)]
    [InlineData("live-surface-tablet-upright", 768, 1024, 2, true)]
    [InlineData("live-surface-phone", 390, 844, 2, true)]
    public async Task The_page_fits_and_is_drawn(string name, int width, int height, float scale, bool isTouch)
    {
        await using var stage = Stage.Open(player, browsers, folder);
        BrowserNewContextOptions options = new()
        {
            ViewportSize = new() { Width = width, Height = height },
            DeviceScaleFactor = scale,
            HasTouch = isTouch,
            IsMobile = isTouch,
        };
        var page = await stage.OpenPageAsync(options: options);
        // A few seconds of music fill the lanes.
        var ticks = await page.EvaluateAsync<int>("() => vqwave.ticks()");
        await page.WaitForFunctionAsync("n => vqwave.ticks() > n + 400", ticks, new() { Timeout = 90_000 });
        Assert.True(
            await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"),
            "The page is wider than the screen."
        );
        var frames = await page.EvaluateAsync<int>("() => vqwave.frames()");
        await page.WaitForFunctionAsync("n => vqwave.frames() > n + 20", frames);
        foreach (var canvas in (string[])["lanes", "spectrogram"])
        {
            var colors = await page.Locator($"[data-testid={canvas}]")
                .First.EvaluateAsync<int>(
                    """
                    canvas => {
                        const copy = document.createElement("canvas");
                        [copy.width, copy.height] = [canvas.width, canvas.height];
                        const context = copy.getContext("2d");
                        context.drawImage(canvas, 0, 0);
                        const data = new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
                        const seen = new Set();
                        for (let i = 0; i < data.length; i += 37) seen.add(data[i]);
                        return seen.size;
                    }
                    """
                );
            log.WriteLine($"{canvas}: {colors} colours");
            Assert.True(colors > 30, $"{canvas} has {colors} colours only.");
        }

        if (isTouch)
        {
            // A finger's width: what is pressed on the stage is at least 44 pixels high or wide.
            var small = await page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll("[data-testid=toggle-freeze],[data-testid=button-reset],[data-testid=button-panic],[data-testid=button-record]")]
                    .filter(e => { const b = e.getBoundingClientRect(); return b.width > 0 && Math.min(b.width, b.height) < 43.5; })
                    .map(e => `${e.dataset.testid} ${e.getBoundingClientRect().width}x${e.getBoundingClientRect().height}`)
                """
            );
            Assert.Empty(small);
        }

        var pictures = Environment.GetEnvironmentVariable("VQWAVE_PICTURES");
        var picture = Path.Combine(string.IsNullOrEmpty(pictures) ? folder.Path : pictures, $"{name}.png");
        await page.ScreenshotAsync(new() { Path = picture, Scale = ScreenshotScale.Css });
        Assert.True(new FileInfo(picture).Length > 10_000);
    }
}
