using System.Net;
using System.Net.Sockets;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>Ports on 127.0.0.1 for programs that cannot choose one themselves.</summary>
internal static class FreePorts
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether nobody listens there.</summary>
    public static async Task<bool> IsFreeAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
