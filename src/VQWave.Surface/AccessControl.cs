using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
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
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { "localhost" };
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
        if (IsNetwork)
        {
            names.Add(Dns.GetHostName());
            names.Add($"{Dns.GetHostName()}.local");
        }
    }

    /// <summary>Whether other machines can reach this.</summary>
    public bool IsNetwork { get; }

    /// <summary>An address as a URL has it.</summary>
    public static string HostText(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

    /// <summary>The machine's own addresses that a listening address stands for; first those that others reach it by: of networks with a way out, of IPv4.</summary>
    public static IReadOnlyList<IPAddress> Addresses(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? [address]
            :
            [
                .. NetworkInterface
                    .GetAllNetworkInterfaces()
                    .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .Select(i => i.GetIPProperties())
                    .OrderBy(p => p.GatewayAddresses.Count > 0 ? 0 : 1)
                    .SelectMany(p => p.UnicastAddresses)
                    .Select(a => a.Address)
                    .Where(a => a.AddressFamily == AddressFamily.InterNetwork || (address.Equals(IPAddress.IPv6Any) && !a.IsIPv6LinkLocal))
                    .OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1),
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

    /// <summary>
    /// Whether the host that a request names is this machine: one of its names, or the very address that the request has come to. Only a name can be bent
    /// to another machine, so an address that came up after the start counts too.
    /// </summary>
    /// <param name="host">The Host header.</param>
    /// <param name="local">The address that the connection has come to.</param>
    public bool IsOwnHost(HostString host, IPAddress? local) =>
        names.Contains(host.Host)
        || (local is not null && IPAddress.TryParse(host.Host, out var literal) && literal.MapToIPv6().Equals(local.MapToIPv6()));

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
