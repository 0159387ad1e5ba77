using System.Net.WebSockets;
using System.Threading.Channels;

namespace VQWave.Surface;

/// <summary>One open page: what is to be sent waits in order; pictures of the moment are left out where the page is slow, news never.</summary>
/// <remarks>Threading: sending from any thread; <see cref="RunAsync"/> once.</remarks>
internal sealed class PageConnection(WebSocket socket)
{
    private const int MostWaiting = 1024;
    private const int MostPictures = 96;
    private const int MaximumCommand = 4096;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

    private readonly Channel<Item> waiting = Channel.CreateBounded<Item>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    private readonly CancellationTokenSource ending = new();

    /// <summary>Pictures that were left out because the page was slow.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Sends news: a page that has not taken a thousand of them is let go, and has all of it again when it comes back.</summary>
    public void SendText(ReadOnlyMemory<byte> json) => SendWhole(new Item(json, WebSocketMessageType.Text, null));

    /// <summary>Sends news in binary form.</summary>
    public void SendBinary(ReadOnlyMemory<byte> bytes) => SendWhole(new Item(bytes, WebSocketMessageType.Binary, null));

    /// <summary>Sends a picture of the moment.</summary>
    public void SendPicture(ReadOnlyMemory<byte> bytes, bool isText = false)
    {
        if (
            waiting.Reader.Count >= MostPictures
            || !waiting.Writer.TryWrite(new Item(bytes, isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, null))
        )
        {
            LeftOut++;
        }
    }

    /// <summary>Says why, after all that waits, and closes.</summary>
    public void Close(int code, string reason)
    {
        if (waiting.Writer.TryWrite(new Item(default, WebSocketMessageType.Close, (code, reason))))
        {
            waiting.Writer.TryComplete();
        }
        else
        {
            ending.Cancel();
        }
    }

    /// <summary>Sends and receives until either side ends it.</summary>
    /// <param name="take">Receives each command, as JSON; on one thread at a time.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken stopping)
    {
        using var registration = stopping.Register(() => Close(1001, "The server ends."));
        var sending = SendAllAsync();
        try
        {
            await ReceiveAllAsync(take);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // Gone without a word: a lid that was closed, a network that was left.
        }

        waiting.Writer.TryComplete();
        await ending.CancelAsync();
        await sending;
    }

    private void SendWhole(Item item)
    {
        if (!waiting.Writer.TryWrite(item))
        {
            ending.Cancel();
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var item in waiting.Reader.ReadAllAsync(ending.Token))
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                limit.CancelAfter(SendTimeout);
                if (item.Close is var (code, reason))
                {
                    await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason, limit.Token);
                    return;
                }

                await socket.SendAsync(item.Bytes, item.Type, endOfMessage: true, limit.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            await ending.CancelAsync();
            socket.Abort();
        }
    }

    private async Task ReceiveAllAsync(Action<ReadOnlyMemory<byte>> take)
    {
        var buffer = new byte[MaximumCommand];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                if (length == buffer.Length)
                {
                    Close(1009, "A command has at most 4,096 bytes.");
                    return;
                }

                result = await socket.ReceiveAsync(buffer.AsMemory(length), ending.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    Close(1000, "");
                    return;
                }

                length += result.Count;
            } while (!result.EndOfMessage);

            if (result.MessageType == WebSocketMessageType.Text)
            {
                take(buffer.AsMemory(0, length));
            }
        }
    }

    private readonly record struct Item(ReadOnlyMemory<byte> Bytes, WebSocketMessageType Type, (int Code, string Reason)? Close);
}
