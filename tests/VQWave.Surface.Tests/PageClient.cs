using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace VQWave.Surface.Tests;

/// <summary>A page without a browser: what goes over the wire, byte for byte.</summary>
internal static class PageClient
{
    /// <summary>A client that keeps no cookies and follows nobody.</summary>
    public static HttpClient Create() => new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false });

    /// <summary>Uses a token up, and gives the cookie that came for it.</summary>
    public static async Task<string> LetInAsync(HttpClient client, string url)
    {
        var answer = await client.GetAsync(url);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>Reads a page with a cookie.</summary>
    public static async Task<HttpResponseMessage> GetAsync(HttpClient client, string url, string cookie)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url);
        request.Headers.Add("Cookie", cookie);
        return await client.SendAsync(request);
    }

    /// <summary>Connects as a page does.</summary>
    public static async Task<ClientWebSocket> SocketAsync(Stage stage, string? cookie, string? origin)
    {
        ClientWebSocket socket = new();
        socket.Options.UseDefaultCredentials = false;
        if (cookie is not null)
        {
            socket.Options.SetRequestHeader("Cookie", cookie);
        }

        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await socket.ConnectAsync(new Uri(stage.Root.Replace("http:", "ws:", StringComparison.Ordinal) + "live"), CancellationToken.None);
        return socket;
    }

    /// <summary>Sends a command.</summary>
    public static Task SendAsync(ClientWebSocket socket, string json) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>Hears events until one is as it is wanted.</summary>
    /// <returns>The event; null where the connection was closed before.</returns>
    public static async Task<JsonObject?> HearAsync(ClientWebSocket socket, Func<JsonObject, bool> condition)
    {
        var buffer = new byte[1 << 20];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += result.Count;
            } while (!result.EndOfMessage);

            if (result.MessageType == WebSocketMessageType.Close)
            {
                // As a browser answers.
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return null;
            }

            if (
                result.MessageType == WebSocketMessageType.Text
                && JsonNode.Parse(buffer.AsSpan(0, length)) is JsonObject heard
                && condition(heard)
            )
            {
                return heard;
            }
        }
    }
}
