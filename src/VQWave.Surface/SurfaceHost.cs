using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using VQWave.SurfaceLink;

namespace VQWave.Surface;

/// <summary>The web server: who may come in, what is handed out, and the pages' sockets.</summary>
internal sealed class SurfaceHost
{
    private const string TokenName = "token";
    private const int FlushMilliseconds = 4;
    private const int LookMilliseconds = 1000;

    // Nothing from elsewhere, no script or style in the page's text; sound comes from takes and examples.
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly SurfaceSettings settings;
    private readonly IPAddress address;
    private readonly PlayerLink player;
    private readonly AccessControl access;
    private readonly SurfaceHub hub;
    private readonly PageFiles files = new();
    private readonly CancellationTokenSource ending = new();
    private int port;

    private SurfaceHost(SurfaceSettings settings, PlayerLink player)
    {
        this.settings = settings;
        this.player = player;
        address = IPAddress.Parse(settings.Address);
        access = new AccessControl(settings.Key, address);
        hub = new SurfaceHub(player, settings, access.IsNetwork, Invite);
    }

    private string CookieName => $"vqwave-{port}";

    /// <summary>Serves until the player closes the pipe.</summary>
    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(SurfaceSettings settings, PlayerLink player) => new SurfaceHost(settings, player).RunAsync();

    private async Task<int> RunAsync()
    {
        var app = Build(settings.AnyPort && IsTaken(settings.Port) ? 0 : settings.Port);
        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                var text =
                    $"The live surface cannot listen on {AccessControl.HostText(address)} port {settings.Port}: {Reason(e)}. Give another with --ui PORT or --ui-bind ADDRESS; play goes on.";
                player.Tell(new SurfaceNotice(Text: text, IsProblem: true, Fatal: true));
                return 1;
            }

            var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            port = new Uri(bound).Port;
            Announce();
            var flushing = RepeatAsync(FlushMilliseconds, hub.Moves.Flush);
            var looking = RepeatAsync(LookMilliseconds, Look);
            await Task.Run(() => player.Run(hub.Take));
            await ending.CancelAsync();
            hub.CloseAll((int)WebSocketCloseStatus.EndpointUnavailable, "The server ends.");
            await Task.WhenAll(flushing, looking);
            await app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        }

        return 0;
    }

    private static string Reason(Exception e) =>
        (e as SocketException ?? e.GetBaseException() as SocketException)?.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => "another program has the port",
            SocketError.AddressNotAvailable => "this machine has no such address",
            SocketError.InvalidArgument => "it is no address that can be listened on",
            SocketError.AccessDenied => "the system does not allow it",
            _ => e.GetBaseException().Message.TrimEnd('.'),
        };

    private bool IsTaken(int wanted)
    {
        try
        {
            using TcpListener listener = new(address, wanted);
            listener.Start();
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }

    private WebApplication Build(int listen)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 64;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            // Connections that say nothing make room soon: they are all that a stranger can open.
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(15);
            kestrel.Listen(address, listen);
        });
        // A player that is gone ends this; a signal to the terminal's whole group is the player's to answer.
        builder.Services.AddSingleton<IHostLifetime, PipeLifetime>();
        var app = builder.Build();
        app.UseWebSockets(
            new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(20) }
        );
        app.Use(GuardAsync);
        app.MapGet("/", () => files.Get("/"));
        app.MapGet("/assets/{**path}", (HttpRequest request) => files.Get(request.Path.Value!));
        app.MapGet("/favicon.svg", () => files.Get("/favicon.svg"));
        app.MapGet("/api/palette", Palette);
        app.MapGet("/api/packs", () => Results.Bytes(hub.Packs.Pages(), "application/json"));
        app.MapGet("/api/packs/{pack}/examples/{file}", (string pack, string file) => Sound(() => hub.Packs.ExampleOf(pack, file), null));
        app.MapGet(
            "/takes/{file}",
            (string file, HttpRequest request) => Sound(() => hub.Takes.PathOf(file), request.Query.ContainsKey("download") ? file : null)
        );
        app.MapGet("/api/server", () => Results.Json(ServerHealth.Now()));
        app.Map("/live", LiveAsync);
        return app;
    }

    // Every request goes through here first.
    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.ContentSecurityPolicy = ContentPolicy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = request.Path.StartsWithSegments("/assets") ? "private, max-age=31536000, immutable" : "no-store";
        if (!access.IsOwnHost(request.Host, context.Connection.LocalIpAddress))
        {
            await RefuseAsync(
                response,
                StatusCodes.Status403Forbidden,
                "This address is not the live surface's own: open the one that vqwave prints."
            );
        }
        // A program that looks at an address before it is opened, with HEAD, does not use it up.
        else if (HttpMethods.IsGet(request.Method) && request.Path == "/" && request.Query.TryGetValue(TokenName, out var token))
        {
            await LetInAsync(context, token);
        }
        else if (!access.IsKnown(request.Cookies[CookieName]))
        {
            await RefuseAsync(
                response,
                StatusCodes.Status401Unauthorized,
                "This device is not let in: open the address with a token that vqwave prints, or one that a page which is open makes under 'Connect a device'."
            );
        }
        else
        {
            await next(context);
        }
    }

    private async Task LetInAsync(HttpContext context, string? token)
    {
        if (access.Redeem(token))
        {
            CookieOptions options = new()
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                MaxAge = AccessControl.Lifetime,
                IsEssential = true,
            };
            context.Response.Cookies.Append(CookieName, access.CreateCookie(), options);
            context.Response.Redirect("/");
            // The next device needs a token of its own.
            hub.TellPlayer(url: Invite());
        }
        else if (access.IsKnown(context.Request.Cookies[CookieName]))
        {
            // An old address opened again on a device that is in already.
            context.Response.Redirect("/");
        }
        else
        {
            await RefuseAsync(
                context.Response,
                StatusCodes.Status401Unauthorized,
                "This token is wrong or was used before: each lets one device in, once. A page that is open makes another under 'Connect a device'."
            );
        }
    }

    private static Task RefuseAsync(HttpResponse response, int status, string sentence)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(sentence + "\n");
    }

    private IResult Palette()
    {
        try
        {
            return hub.PlayingDirectory is { } directory
                ? Results.Json(
                    new
                    {
                        levels = CodebookPalette
                            .Of(directory)
                            .Select(l => new { compression = l.Compression, colors = Convert.ToBase64String(l.Colors) }),
                    }
                )
                : Results.NotFound();
        }
        catch (VQWaveException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status404NotFound);
        }
    }

    private static IResult Sound(Func<string> find, string? downloadName)
    {
        try
        {
            var path = find();
            var type = Path.GetExtension(path).ToUpperInvariant() switch
            {
                ".WAV" => "audio/wav",
                ".FLAC" => "audio/flac",
                _ => "audio/ogg",
            };
            return Results.File(path, type, downloadName, enableRangeProcessing: true);
        }
        catch (VQWaveException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status404NotFound);
        }
    }

    private async Task LiveAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context.Response, StatusCodes.Status426UpgradeRequired, "This is for the page's own connection.");
            return;
        }

        if (!AccessControl.IsOwnOrigin(context.Request.Headers.Origin, context.Request.Host))
        {
            await RefuseAsync(context.Response, StatusCodes.Status403Forbidden, "A page of another origin may not connect.");
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        PageConnection page = new(socket);
        PageCommands commands = new(hub, page);
        if (!hub.TryAdd(page))
        {
            page.Close(4429, "Too many pages are open.");
        }

        try
        {
            await page.RunAsync(commands.Take, ending.Token);
        }
        finally
        {
            hub.Remove(page);
            commands.Release();
        }
    }

    private void Announce()
    {
        var url = Invite();
        var opened = settings.OpenBrowser && Browser.TryOpen(url);
        // An address that a browser uses up is of no use to read.
        var shown = opened ? Invite() : url;
        var text = opened
            ? $"The live surface is open in the browser; for another device or browser: {shown}"
            : $"The live surface, for one device (each address lets one in): {shown}";
        hub.TellPlayer(text, shown);
    }

    private string Invite()
    {
        var own = AccessControl.Addresses(address);
        var host = own.Count > 0 ? own[0] : IPAddress.Loopback;
        return $"http://{AccessControl.HostText(host)}:{port}/?{TokenName}={access.Invite()}";
    }

    private void Look()
    {
        hub.LookForTakes();
        ServerHealth.Look();
    }

    private async Task RepeatAsync(int milliseconds, Action action)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(milliseconds));
        try
        {
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                action();
            }
        }
        catch (OperationCanceledException)
        {
            // Play has ended.
        }
    }
}
