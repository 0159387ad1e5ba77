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
    private const double ReceivedPerSecond = 20_000;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    private readonly Channel<Item> waiting = Channel.CreateBounded<Item>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    private readonly CancellationTokenSource ending = new();
    private readonly RateLimit received = new(ReceivedPerSecond, ReceivedPerSecond / 10, TimeProvider.System);
    private int closing;

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

    /// <summary>Says why, after all that waits, and closes; what comes from the page from now on is left out. The first reason counts.</summary>
    public void Close(int code, string reason)
    {
        if (Interlocked.Exchange(ref closing, 1) == 1)
        {
            return;
        }

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
            await ending.CancelAsync();
        }

        // What was said last still goes out.
        ending.CancelAfter(CloseTimeout);
        await sending;
    }

    private void SendWhole(Item item)
    {
        if (!waiting.Writer.TryWrite(item) && Volatile.Read(ref closing) == 0)
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
                    // A page that does not answer is not waited for.
                    ending.CancelAfter(CloseTimeout);
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
        var length = 0;
        while (true)
        {
            if (!received.TryTake())
            {
                // Far more than any page sends: it waits where it comes from, and costs no more than this.
                await Task.Delay(Breath, ending.Token);
            }

            var result = await socket.ReceiveAsync(buffer.AsMemory(length), ending.Token);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                Close(1000, "");
                return;
            }

            length += result.Count;
            if (Volatile.Read(ref closing) == 1)
            {
                length = 0;
            }
            else if (result.EndOfMessage)
            {
                if (result.MessageType == WebSocketMessageType.Text)
                {
                    take(buffer.AsMemory(0, length));
                }

                length = 0;
            }
            else if (length == buffer.Length)
            {
                Close(1009, "A command has at most 4,096 bytes.");
                length = 0;
            }
        }
    }

    private readonly record struct Item(ReadOnlyMemory<byte> Bytes, WebSocketMessageType Type, (int Code, string Reason)? Close);
}
