using System.Text;
using System.Text.Json;
using VQWave.Controls;
using VQWave.SurfaceLink;

namespace VQWave.Surface;

/// <summary>What all open pages share: how things stand, as the player tells it, and what a page is told when it opens.</summary>
/// <remarks>Threading: any thread. What comes from the player is taken by one thread.</remarks>
internal sealed class SurfaceHub
{
    /// <summary>The most pages at once.</summary>
    public const int MostPages = 12;

    private readonly Lock gate = new();
    private readonly Lock telling = new();
    private readonly List<PageConnection> pages = [];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> latest = new(StringComparer.Ordinal);
    private readonly float[] values = [.. ParameterTable.Default.Parameters.Select(p => p.Default)];
    private readonly SpectrumMeter spectrum = new();
    private readonly Func<string> invite;
    private readonly bool isNetwork;
    private readonly string version;
    private string? directory;

    /// <summary>Creates it.</summary>
    /// <param name="player">The player.</param>
    /// <param name="settings">How the server runs.</param>
    /// <param name="isNetwork">Whether other machines can reach it.</param>
    /// <param name="invite">Makes an address that lets one device in.</param>
    public SurfaceHub(PlayerLink player, SurfaceSettings settings, bool isNetwork, Func<string> invite)
    {
        Player = player;
        Takes = new TakeShelf(settings.Takes);
        version = settings.Version;
        this.isNetwork = isNetwork;
        this.invite = invite;
        Moves = new ParameterMoves(values.Length, player.Set);
    }

    /// <summary>The player.</summary>
    public PlayerLink Player { get; }

    /// <summary>Parameters on their way to the player.</summary>
    public ParameterMoves Moves { get; }

    /// <summary>The user's takes.</summary>
    public TakeShelf Takes { get; }

    /// <summary>The packs.</summary>
    public PackShelf Packs { get; } = new();

    /// <summary>The folder of the pack that plays, or null before it is known.</summary>
    public string? PlayingDirectory => Volatile.Read(ref directory);

    /// <summary>How many pages are open.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return pages.Count;
            }
        }
    }

    /// <summary>Takes a frame from the player.</summary>
    public void Take(LinkFrame kind, ReadOnlyMemory<byte> bytes)
    {
        switch (kind)
        {
            case LinkFrame.Event:
                TakeEvent(bytes);
                break;
            case LinkFrame.Tick:
                Send(p => p.SendPicture(bytes));
                break;
            case LinkFrame.Sound when Count > 0:
                if (spectrum.Add(bytes.Span) is { } columns)
                {
                    Send(p => p.SendPicture(columns));
                }

                break;
        }
    }

    /// <summary>Lets a page in: it is told how things stand, and then all that happens.</summary>
    /// <returns>False where there are too many.</returns>
    public bool TryAdd(PageConnection page)
    {
        lock (gate)
        {
            if (pages.Count >= MostPages)
            {
                return false;
            }

            page.SendText(Hello());
            foreach (var name in (ReadOnlySpan<string>)["start", "presets", "map", "status"])
            {
                if (latest.TryGetValue(name, out var json))
                {
                    page.SendText(json);
                }
            }

            page.SendText(PacksEvent());
            page.SendText(TakesEvent());
            pages.Add(page);
        }

        TellPlayer();
        return true;
    }

    /// <summary>A page has gone.</summary>
    public void Remove(PageConnection page)
    {
        lock (gate)
        {
            pages.Remove(page);
        }

        TellPlayer();
    }

    /// <summary>Tells the player how many pages are open, with what else there is to tell.</summary>
    /// <param name="text">A sentence for the user, or null.</param>
    /// <param name="url">An address that lets one device in, or null.</param>
    public void TellPlayer(string? text = null, string? url = null)
    {
        // One at a time: a number that is told late must not be an old one, for without pages the player tells no ticks.
        lock (telling)
        {
            Player.Tell(new SurfaceNotice(Count, text, Url: url));
        }
    }

    /// <summary>Tells all pages what takes there are.</summary>
    public void TellTakes()
    {
        var takes = TakesEvent();
        Send(p => p.SendText(takes));
    }

    /// <summary>Tells them where there are others than before.</summary>
    public void LookForTakes()
    {
        if (Count > 0 && Takes.HasChanged())
        {
            TellTakes();
        }
    }

    /// <summary>The answer to a page that wants to let another device in.</summary>
    public byte[] Invitation() =>
        LinkJson.Object(json =>
        {
            json.WriteString("event", "invite");
            json.WriteString("url", invite());
        });

    /// <summary>Closes all pages.</summary>
    public void CloseAll(int code, string reason) => Send(p => p.Close(code, reason));

    private void TakeEvent(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        var name = root.GetProperty("event").GetString()!;
        lock (gate)
        {
            switch (name)
            {
                case "playing":
                    Volatile.Write(ref directory, root.GetProperty("directory").GetString());
                    var packs = PacksEvent();
                    pages.ForEach(p => p.SendText(packs));
                    return;
                case "status":
                    latest[name] = bytes;
                    pages.ForEach(p => p.SendPicture(bytes, isText: true));
                    return;
                case "start":
                    foreach (var value in root.GetProperty("parameters").EnumerateObject())
                    {
                        Keep(value.Name, value.Value);
                    }

                    latest[name] = WithoutValues(bytes);
                    break;
                case "parameter":
                    Keep(root.GetProperty("key").GetString()!, root.GetProperty("value"));
                    break;
                case "presets" or "map":
                    latest[name] = bytes;
                    break;
            }

            pages.ForEach(p => p.SendText(bytes));
            if (name == "end")
            {
                pages.ForEach(p => p.Close(1000, "Play has ended."));
            }
        }
    }

    // A page that opens later has the values from its greeting: those of the start are old by then.
    private static byte[] WithoutValues(ReadOnlyMemory<byte> start)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(start.Span)!.AsObject();
        json.Remove("parameters");
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private void Keep(string key, JsonElement value)
    {
        if (ParameterTable.Default.FindKey(key) is { Kind: not ParameterKind.Trigger } parameter && value.TryGetSingle(out var plain))
        {
            values[parameter.Index] = plain;
        }
    }

    private void Send(Action<PageConnection> send)
    {
        lock (gate)
        {
            pages.ForEach(send);
        }
    }

    private byte[] Hello() =>
        LinkJson.Object(json =>
        {
            json.WriteString("event", "hello");
            json.WriteString("version", version);
            json.WriteNumber("sample_rate", Packs.SampleRateOf(PlayingDirectory));
            json.WriteNumber("tick_samples", Packs.TickSamplesOf(PlayingDirectory));
            json.WriteBoolean("network", isNetwork);
            ParameterJson.Write(json, ParameterTable.Default, values);
        });

    private byte[] PacksEvent() => LinkJson.Object(json => Packs.WriteEvent(json, PlayingDirectory));

    private byte[] TakesEvent() => LinkJson.Object(Takes.WriteEvent);
}
