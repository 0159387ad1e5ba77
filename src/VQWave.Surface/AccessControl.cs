using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;

namespace VQWave.Surface;

/// <summary>
/// Who may come in. A one-time token in the address lets a device in once and gives it a cookie, which is signed with the user's key. The host that a request
/// names must be this machine, against names that are bent to it; a page of another origin is refused.
/// </summary>
/// <remarks>Threading: any thread.</remarks>
internal sealed class AccessControl
{
    /// <summary>How long a device stays let in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const int TokenBytes = 16;
    private const int MostTokens = 8;
    private const int StampBytes = 8;

    private readonly Lock gate = new();
    private readonly byte[] key;
    private readonly TimeProvider time;
    private readonly HashSet<string> hosts = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "[::1]" };
    private readonly Queue<byte[]> tokens = new();

    /// <summary>Creates it.</summary>
    /// <param name="key">The user's key.</param>
    /// <param name="address">The address that is listened on.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public AccessControl(byte[] key, IPAddress address, TimeProvider? time = null)
    {
        this.key = key;
        this.time = time ?? TimeProvider.System;
        IsNetwork = !IPAddress.IsLoopback(address);
        foreach (var own in IsNetwork ? Addresses(address) : [])
        {
            hosts.Add(HostText(own));
        }

        if (IsNetwork)
        {
            hosts.Add(Dns.GetHostName());
            hosts.Add($"{Dns.GetHostName()}.local");
        }
    }

    /// <summary>Whether other machines can reach this.</summary>
    public bool IsNetwork { get; }

    /// <summary>An address as a URL has it.</summary>
    public static string HostText(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    /// <summary>The machine's own addresses that a listening address stands for.</summary>
    public static IReadOnlyList<IPAddress> Addresses(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? [address]
            :
            [
                .. NetworkInterface
                    .GetAllNetworkInterfaces()
                    .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                    .Select(a => a.Address)
                    .Where(a => a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork || !a.IsIPv6LinkLocal),
            ];

    /// <summary>A new one-time token; the oldest of several that nobody used is void then.</summary>
    public string Invite()
    {
        var token = RandomNumberGenerator.GetBytes(TokenBytes);
        lock (gate)
        {
            tokens.Enqueue(token);
            while (tokens.Count > MostTokens)
            {
                tokens.Dequeue();
            }
        }

        return WebEncoders.Base64UrlEncode(token);
    }

    /// <summary>Uses up a token.</summary>
    /// <returns>Whether it was one.</returns>
    public bool Redeem(string? text)
    {
        var given = Decode(text);
        lock (gate)
        {
            var found = false;
            for (var count = tokens.Count; count > 0; count--)
            {
                var token = tokens.Dequeue();
                if (!found && CryptographicOperations.FixedTimeEquals(token, given))
                {
                    found = true;
                }
                else
                {
                    tokens.Enqueue(token);
                }
            }

            return found;
        }
    }

    /// <summary>A cookie for a device that is let in.</summary>
    public string CreateCookie()
    {
        Span<byte> stamp = stackalloc byte[StampBytes];
        BinaryPrimitives.WriteInt64LittleEndian(stamp, time.GetUtcNow().ToUnixTimeSeconds());
        return $"{WebEncoders.Base64UrlEncode(stamp)}.{WebEncoders.Base64UrlEncode(HMACSHA256.HashData(key, stamp))}";
    }

    /// <summary>Whether a cookie is one of ours that still counts.</summary>
    public bool IsKnown(string? cookie)
    {
        var parts = cookie?.Split('.') ?? [];
        if (parts.Length != 2 || Decode(parts[0]) is not { Length: StampBytes } stamp)
        {
            return false;
        }

        var age =
            time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(stamp), 0, 1L << 36));
        return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, stamp), Decode(parts[1]))
            && age < Lifetime
            && age > -TimeSpan.FromDays(1);
    }

    /// <summary>Whether the host that a request names is this machine.</summary>
    public bool IsOwnHost(HostString host) => hosts.Contains(host.Host);

    /// <summary>Whether an Origin header is that of the page that a request's host serves.</summary>
    public static bool IsOwnOrigin(string? origin, HostString host) =>
        string.Equals(origin, $"http://{host.Value}", StringComparison.OrdinalIgnoreCase);

    private static byte[] Decode(string? text)
    {
        try
        {
            return text is { Length: > 0 and <= 128 } ? WebEncoders.Base64UrlDecode(text) : [];
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
