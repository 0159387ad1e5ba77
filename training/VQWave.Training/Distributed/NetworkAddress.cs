using System.Net;
using System.Net.Sockets;

namespace VQWave.Training.Distributed;

/// <summary>The address by which the other machines of a run reach this one.</summary>
internal static class NetworkAddress
{
    // An address for documentation (RFC 5737), which stands for anything far away: the way to it is the default route.
    private static readonly IPAddress FarAway = new([192, 0, 2, 1]);

    /// <summary>
    /// The local address on the way to the master. A machine that knows its own name by a loopback address only (Debian's 127.0.1.1) takes the one
    /// of its default route, unless the master was named as loopback.
    /// </summary>
    /// <exception cref="VQWaveException">The master's name has no address.</exception>
    public static string Towards(string master, int port)
    {
        IPAddress[] addresses;
        var isLiteral = IPAddress.TryParse(master, out var literal);
        try
        {
            addresses = isLiteral ? [literal!] : Dns.GetHostAddresses(master);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new VQWaveException(
                $"{LaunchEnvironment.MasterAddressVariable} '{master}' is not a machine that this one knows: {e.Message.TrimEnd('.')}.",
                e
            );
        }

        var meansLoopback = master.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (isLiteral && IPAddress.IsLoopback(literal!));
        foreach (var address in addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1))
        {
            if (LocalAddress(address, port) is { } local)
            {
                return (!meansLoopback && IPAddress.IsLoopback(local) ? LocalAddress(FarAway, port) ?? local : local).ToString();
            }
        }

        throw new VQWaveException($"There is no way from this machine to {LaunchEnvironment.MasterAddressVariable} '{master}'.");
    }

    // Connecting a datagram socket sends nothing: it asks the routing table.
    private static IPAddress? LocalAddress(IPAddress target, int port)
    {
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(target, port);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
